"""Manifests: what lies in a folder of the trash, and how it was before.

`trash/<thread id>/manifest.json` beside the files; `<thread id>.2` when the id has been
deleted twice. Once the files are back, the manifest of a task of which Codex is still
to be told stays as `returned.json`. Read as if an enemy had written it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from threadbook.errors import UnsafePlaceError
from threadbook.ids import ThreadId, parse_rollout_name
from threadbook.lifecycle import disk
from threadbook.lifecycle.places import checked_path, rollout_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from threadbook.home import CodexHome

_VERSION = 1
_FOLDER = re.compile(
    r"^(?P<thread>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(?P<number>\d{1,6}))?$"
)
MANIFEST = "manifest.json"
RETURNED = "returned.json"

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One rollout file in the trash."""

    place: str
    """Where it was."""
    stored: str
    """Its name in the folder."""
    bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One thread in the trash."""

    thread_id: ThreadId
    together: tuple[str, ...]
    """The folders of all that went together, this one's too; they come back so."""
    trashed_at: int
    """Unix milliseconds."""
    archived: bool
    name: str | None
    codex: bool
    """Whether Codex knew of the thread, so that it is to be told."""
    annotation: Json
    """What the user had said of it (pinned, tags, note)."""
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A manifest and where it lies."""

    folder: str
    manifest: Manifest


def thread_of_folder(folder: str) -> ThreadId | None:
    """Return the thread that a folder of the trash is for; None: not one of ours."""
    match = _FOLDER.match(folder)
    return ThreadId(match["thread"]) if match else None


def free_folder(home: CodexHome, thread_id: ThreadId) -> str:
    """Return the folder for a thread: of its id, numbered when that is taken."""
    number, folder = 1, str(thread_id)
    while not _is_free(home.trash / folder):
        number += 1
        folder = f"{thread_id}.{number}"
    return folder


def _is_free(folder: Path) -> bool:
    if not os.path.lexists(folder):
        return True
    # One that holds anything else is somebody's, be its manifest sound or not.
    return not folder.is_symlink() and {entry.name for entry in os.scandir(folder)} <= {
        RETURNED
    }


def stored_path(home: CodexHome, folder: str, stored: str) -> Path:
    """Return the path of a file in the trash.

    Raises:
        UnsafePlaceError: it would not lie in that folder, or is no plain file.
    """
    named = f"{folder}/{stored}"
    if thread_of_folder(folder) is None or "/" in stored or "\\" in stored:
        raise UnsafePlaceError(named, "is no place in the trash")
    if parse_rollout_name(stored) is None:
        raise UnsafePlaceError(named, "has no rollout's name")
    below = home.trash.relative_to(home.root).as_posix()
    return checked_path(home, PurePosixPath(below, folder, stored))


def write_manifest(home: CodexHome, folder: str, manifest: Manifest) -> None:
    """Write the manifest of a folder, making that."""
    disk.make_directory(home.trash / folder)
    text = json.dumps(_to_json(manifest), indent=1)
    disk.write_file(home.trash / folder / MANIFEST, text.encode("ascii"))


def entries(
    home: CodexHome, thread_ids: AbstractSet[str] | None = None
) -> Iterator[Entry]:
    """Yield what is in the trash, of these threads when they are given.

    Folders without a sound manifest are left out.
    """
    for folder in _folders(home):
        if thread_ids is not None and thread_of_folder(folder) not in thread_ids:
            continue
        manifest = read_manifest(home, folder)
        if manifest is not None:
            yield Entry(folder, manifest)


def entries_of(home: CodexHome, thread_ids: AbstractSet[str]) -> dict[str, Entry]:
    """Return what was put into the trash last under each of these ids."""
    found: dict[str, Entry] = {}
    for entry in entries(home, thread_ids):
        manifest = entry.manifest
        before = found.get(manifest.thread_id)
        if before is None or before.manifest.trashed_at <= manifest.trashed_at:
            found[manifest.thread_id] = entry
    return found


def together_with(home: CodexHome, entry: Entry) -> list[Entry]:
    """Return all entries that went together with one, itself first."""
    found = [entry]
    for folder in entry.manifest.together:
        manifest = read_manifest(home, folder) if folder != entry.folder else None
        if manifest is not None and entry.folder in manifest.together:
            found.append(Entry(folder, manifest))
    return found


def read_manifest(
    home: CodexHome, folder: str, name: str = MANIFEST
) -> Manifest | None:
    """Read the manifest of a folder; None when there is none that can be trusted."""
    thread_id = thread_of_folder(folder)
    if thread_id is None:
        return None
    below = home.trash.relative_to(home.root).as_posix()
    try:
        path = checked_path(home, PurePosixPath(below, folder, name))
        parsed: object = json.loads(path.read_bytes())
        manifest = _from_json(cast("Json", parsed))
        for file in manifest.files:
            rollout_path(home, file.place)
            stored_path(home, folder, file.stored)
    except (OSError, ValueError, TypeError, KeyError, UnsafePlaceError):
        return None
    return manifest if manifest.thread_id == thread_id else None


def retire(home: CodexHome, folder: str) -> None:
    """Remove the manifests of a folder, and the folder if nothing else is in it."""
    place = home.trash / folder
    if thread_of_folder(folder) is None or place.is_symlink():
        return
    for name in (MANIFEST, RETURNED):
        disk.remove(place / name)
    disk.remove(disk.unfinished(place / MANIFEST))
    disk.remove_directory(place)


def _folders(home: CodexHome) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(home.trash))
    except OSError:
        return []


def _to_json(manifest: Manifest) -> Json:
    return {
        "version": _VERSION,
        "threadId": manifest.thread_id,
        "together": list(manifest.together),
        "trashedAt": manifest.trashed_at,
        "archived": manifest.archived,
        "name": manifest.name,
        "codex": manifest.codex,
        "annotation": manifest.annotation,
        "files": [
            {
                "place": file.place,
                "stored": file.stored,
                "bytes": file.bytes,
                "mtimeNs": file.mtime_ns,
            }
            for file in manifest.files
        ],
    }


def _from_json(raw: Json) -> Manifest:
    """Decode; whatever is not as we write it raises ValueError, TypeError, KeyError."""
    if raw["version"] != _VERSION:
        message = "a manifest of another version"
        raise ValueError(message)
    name = raw["name"]
    files = cast("list[Json]", raw["files"])
    return Manifest(
        thread_id=ThreadId(_text(raw["threadId"])),
        together=tuple(_folder(each) for each in cast("list[object]", raw["together"])),
        trashed_at=_number(raw["trashedAt"]),
        archived=raw["archived"] is True,
        name=None if name is None else _text(name),
        codex=raw["codex"] is True,
        annotation=dict(cast("Json", raw["annotation"])),
        files=tuple(
            StoredFile(
                place=_text(file["place"]),
                stored=_text(file["stored"]),
                bytes=_number(file["bytes"]),
                mtime_ns=_number(file["mtimeNs"]),
            )
            for file in files
        ),
    )


def _folder(value: object) -> str:
    folder = _text(value)
    if thread_of_folder(folder) is None:
        raise ValueError
    return folder


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value
