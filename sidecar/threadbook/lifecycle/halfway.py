"""Halfway: files that a Codex moved which died before it could note where to.

Its database then points to where a file was, and Codex neither archives nor
unarchives nor resumes that thread any more: it looks nowhere else. Once the file is
back at the noted place, Codex can make the whole move again.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from threadbook.errors import UnsafePlaceError
from threadbook.lifecycle import disk
from threadbook.lifecycle.archive import move_files
from threadbook.lifecycle.places import place_of, rollout_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from threadbook.errors import TaskError
    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId

_COMPRESSED = ".zst"


def find_halfway(
    home: CodexHome,
    noted: Mapping[ThreadId, str],
    places: Mapping[ThreadId, Sequence[str]],
) -> dict[ThreadId, dict[str, str]]:
    """Return the threads whose file is not where Codex noted it, but elsewhere.

    *noted* is Codex's own path of each thread, *places* are its files; the answer has
    for each the place where the file is and the one where Codex looks for it.
    """
    found: dict[ThreadId, dict[str, str]] = {}
    for thread_id, path in noted.items():
        wanted = _place(home, path)
        if wanted is None:
            continue
        plain = PurePosixPath(wanted).name
        there = {
            place: f"{wanted}{PurePosixPath(place).name.removeprefix(plain)}"
            for place in places.get(thread_id, ())
            if PurePosixPath(place).name in {plain, f"{plain}{_COMPRESSED}"}
        }
        if there and not set(there) & set(there.values()):
            found[thread_id] = there
    return found


def put_back(
    home: CodexHome, halfway: Mapping[ThreadId, Mapping[str, str]]
) -> dict[ThreadId, TaskError]:
    """Move these files to where Codex looks for them; the claim must be held.

    Returns why threads stayed where they were.
    """
    return move_files(home, halfway)


def _place(home: CodexHome, path: str) -> str | None:
    """Return Codex's path as a place without file; None: one is there, or it is odd."""
    try:
        place = place_of(home, Path(path)).removesuffix(_COMPRESSED)
        candidates = [rollout_path(home, f"{place}{end}") for end in ("", _COMPRESSED)]
    except UnsafePlaceError:
        return None
    if any(disk.identity(each) is not None for each in candidates):
        return None
    return place
