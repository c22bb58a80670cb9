"""A folder with the demo in it: `codex-home`, and `work`, of which the tasks speak.

`demo.json` says that the folder is a demo's and whether it was written to its end:
no other folder is ever emptied.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook import __version__
from threadbook.demo.home import make_home
from threadbook.errors import NotPossibleError

if TYPE_CHECKING:
    from pathlib import Path

_SEED = 1
_FRESH_MS = 24 * 3_600_000
"""Times of the tasks are relative to when they were written."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo lies."""

    codex_home: Path
    workspace: Path


def prepare_demo(folder: Path, *, now: int | None = None) -> Demo:
    """Write the demo into *folder*; one that was written today stays as it is.

    Args:
        folder: new, empty, or a demo's.
        now: Unix milliseconds; the clock's unless a test knows better.

    Raises:
        NotPossibleError: the folder holds something else, or can't be written.
    """
    at = now if now is not None else time.time_ns() // 1_000_000
    demo = Demo(folder / "codex-home", folder / "work" / "storefront")
    try:
        if not _is_fresh(folder, at):
            _empty(folder)
            _mark(folder, at, complete=False)
            make_home(demo.codex_home, folder / "work", now=at, seed=_SEED)
            _mark(folder, at, complete=True)
    except OSError as error:
        message = f"{folder} can't be written: {error.strerror or error}"
        raise NotPossibleError(message) from error
    return demo


def _is_fresh(folder: Path, now: int) -> bool:
    try:
        mark = json.loads((folder / "demo.json").read_bytes())
        return (
            mark["complete"] is True
            and mark["version"] == __version__
            and 0 <= now - mark["writtenAt"] < _FRESH_MS
        )
    except (OSError, ValueError, TypeError, KeyError):
        # Not there, or cut off while it was written: the demo is written anew.
        return False


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "demo.json").is_file() and any(folder.iterdir()):
        message = f"{folder} holds something else than a demo"
        raise NotPossibleError(message)
    for name in ("codex-home", "work"):
        if (folder / name).exists():
            shutil.rmtree(folder / name)


def _mark(folder: Path, now: int, *, complete: bool) -> None:
    mark = {"version": __version__, "writtenAt": now, "complete": complete}
    (folder / "demo.json").write_text(json.dumps(mark), encoding="utf-8")
