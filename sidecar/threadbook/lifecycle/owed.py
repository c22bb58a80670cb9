"""Owed: threads of which Codex is still to be told that they went or came back.

One empty file each, named like the folder in the trash. Written before anything
moves, so that no crash forgets it; `agree.py` pays.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from threadbook.lifecycle import disk
from threadbook.lifecycle.manifest import thread_of_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.home import CodexHome


def owe(home: CodexHome, folders: Iterable[str]) -> None:
    """Remember that Codex is to be told of these."""
    wanted = list(folders)
    if not wanted:
        return
    disk.make_directory(home.owed)
    for folder in wanted:
        (home.owed / folder).touch(mode=0o600)
    disk.sync_directories([home.owed])


def owed_folders(home: CodexHome) -> list[str]:
    """Return what is owed, in a stable order."""
    try:
        names = [entry.name for entry in os.scandir(home.owed)]
    except OSError:
        return []
    return sorted(name for name in names if thread_of_folder(name) is not None)


def paid(home: CodexHome, folder: str) -> None:
    """Forget a debt."""
    disk.remove(home.owed / folder)
