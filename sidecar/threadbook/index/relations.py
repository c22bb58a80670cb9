"""How tasks hang together: sub-agents and their parents, forks and what they need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from threadbook.ids import ThreadId
from threadbook.index.chain import dependants
from threadbook.index.codex_state import unpack_said

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


def read_sub_agents(connection: sqlite3.Connection, thread_id: str) -> list[ThreadId]:
    """Return all threads below one, however deep, parents before their own."""
    found: list[ThreadId] = []
    pending = [thread_id]
    while pending:
        parent = pending.pop(0)
        for (child,) in connection.execute(
            "SELECT thread_id FROM tasks WHERE parent = ? ORDER BY created_at",
            (parent,),
        ):
            if child not in found and child != thread_id:
                found.append(ThreadId(child))
                pending.append(child)
    return found


def read_forks(connection: sqlite3.Connection, thread_id: str) -> set[ThreadId]:
    """Return the threads that say that they were forked from one."""
    found = connection.execute(
        "SELECT thread_id FROM tasks WHERE origin = ?", (thread_id,)
    )
    return {ThreadId(fork) for (fork,) in found if fork != thread_id}


def read_dependants(connection: sqlite3.Connection, thread_id: str) -> set[ThreadId]:
    """Return the other threads whose history goes on from this one's files."""
    rollouts = {
        rollout
        for (rollout,) in connection.execute(
            "SELECT rollout_id FROM files WHERE thread_id = ?", (thread_id,)
        )
    }
    found = dependants(connection, rollouts)
    return {ThreadId(each) for each in found if each != thread_id}


def read_needed(connection: sqlite3.Connection, thread_id: str) -> set[ThreadId]:
    """Return the other threads from whose files this one's history goes on."""
    needed: set[ThreadId] = set()
    seen = {thread_id}
    pending = [thread_id]
    while pending:
        for (base,) in connection.execute(
            "SELECT b.thread_id FROM files f"
            " JOIN files b ON b.rollout_id = f.base_rollout_id"
            " WHERE f.thread_id = ?",
            (pending.pop(),),
        ):
            if base not in seen:
                seen.add(base)
                needed.add(ThreadId(base))
                pending.append(base)
    return needed


def read_files(connection: sqlite3.Connection, thread_id: str) -> list[str]:
    """Return where all files of a thread lie, below the home."""
    rows = connection.execute(
        "SELECT path FROM files WHERE thread_id = ? ORDER BY path", (thread_id,)
    )
    return [os.fsdecode(path) for (path,) in rows]


def read_owners(
    connection: sqlite3.Connection, paths: Iterable[str]
) -> dict[str, ThreadId]:
    """Return to which threads files belong, whatever their names say."""
    owners: dict[str, ThreadId] = {}
    for path in paths:
        for (thread,) in connection.execute(
            "SELECT thread_id FROM files WHERE path = ?", (os.fsencode(path),)
        ):
            owners[path] = ThreadId(thread)
    return owners


def read_noted_paths(
    connection: sqlite3.Connection, thread_ids: Iterable[str] | None
) -> dict[ThreadId, str]:
    """Return where Codex's own database says that threads lie, of those it has."""
    query = "SELECT thread_id, said FROM said"
    if thread_ids is None:
        rows = connection.execute(query).fetchall()
    else:
        rows = [
            row
            for thread_id in thread_ids
            for row in connection.execute(f"{query} WHERE thread_id = ?", (thread_id,))
        ]
    paths = ((thread_id, unpack_said(said).rollout_path) for thread_id, said in rows)
    return {ThreadId(thread_id): path for thread_id, path in paths if path is not None}
