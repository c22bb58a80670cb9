"""Gather what is said of threads outside their rollouts, and what of it is new."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.index.codec import column_text
from threadbook.index.codex_state import (
    Said,
    is_state_name,
    pack_said,
    read_state,
    state_path,
    unpack_said,
)
from threadbook.index.trashed import read_trashed_names
from threadbook.rollout.names import read_names

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from threadbook.home import CodexHome

_NOTHING = Said()


def is_source(home: CodexHome, path: Path) -> bool:
    """Whether a change of *path* may change what is said."""
    if path in {home.session_index, home.config}:
        # The config says where the database is.
        return True
    return path.parent == home.sqlite_home and is_state_name(path.name)


def signature(home: CodexHome) -> str:
    """Return a text that changes whenever the sources do."""
    state = state_path(home)
    sources = [home.session_index]
    if state is not None:
        sources += [state, state.with_name(f"{state.name}-wal")]
    return " ".join(_stat(source) for source in [*sources, home.trash])


def gather(home: CodexHome) -> dict[str, Said] | None:
    """Read all sources; None when Codex's database is there but can't be read now."""
    path = state_path(home)
    said = {} if path is None else read_state(path)
    if said is None:
        return None
    return _with_names(home, said)


def gather_names(home: CodexHome, known: dict[str, bytes]) -> dict[str, Said]:
    """Read the names alone; all else stays as it is *known*."""
    return _with_names(home, {key: unpack_said(data) for key, data in known.items()})


def read_signature(connection: sqlite3.Connection) -> str | None:
    """Return the `signature` of the sources that the index holds."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'said'").fetchone()
    return row[0] if row else None


def put_signature(connection: sqlite3.Connection, signature: str) -> None:
    """Say that the index holds all of the sources with this `signature`."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('said', ?)", (signature,))


def read_known(connection: sqlite3.Connection) -> dict[str, bytes]:
    """Return what the index holds."""
    return dict(connection.execute("SELECT thread_id, said FROM said").fetchall())


def differences(known: dict[str, bytes], fresh: dict[str, Said]) -> dict[str, Said]:
    """Return what is new; for threads of which no more is said, nothing."""
    changed = {
        thread: said
        for thread, said in fresh.items()
        if known.get(thread) != pack_said(said)
    }
    changed |= dict.fromkeys(known.keys() - fresh.keys(), _NOTHING)
    return changed


def _with_names(home: CodexHome, said: dict[str, Said]) -> dict[str, Said]:
    # Codex forgets the names of threads that are in our trash.
    names = {
        column_text(thread): name
        for source in (read_trashed_names(home), read_names(home.session_index))
        for thread, name in source.items()
    }
    for thread in said.keys() | names.keys():
        before = said.get(thread, _NOTHING)
        if before.listed_name != names.get(thread):
            said[thread] = replace(before, listed_name=names.get(thread))
    return {thread: each for thread, each in said.items() if each != _NOTHING}


def _stat(path: Path) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return "-"
    return f"{path.name}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"
