"""A row made by who read the file is the row that who writes would derive."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from support.rollouts import START, Generation, rollout
from threadbook.index.refresh import Refresh
from threadbook.index.types import Changes, TaskQuery

if TYPE_CHECKING:
    import sqlite3

    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index

_FIXTURES = Path(__file__).parents[2] / "fixtures" / "rollouts"


def test_every_kind_of_rollout_has_the_row_that_is_derived_from_the_index(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    _fill(home)
    sync.scan()

    assert len(index.list_tasks(TaskQuery(states=None, limit=None)).rows) > 40
    assert index.database.write(lambda found: _derive_all(found, home)) == Changes()


def test_a_second_file_and_a_name_told_elsewhere_count_from_the_next_look_on(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    thread_id = str(uuid.uuid4())
    rollout(home.root, thread_id=thread_id).user("one").agent("two").done()
    sync.scan()
    later = rollout(
        home.root, thread_id=thread_id, rollout_id=str(uuid.uuid4()), at=START + 60_000
    )
    later.user("one").agent("two").user("three").agent("four").done()
    home.session_index.write_text(
        json.dumps({"id": thread_id, "thread_name": "Counting"}), encoding="utf-8"
    )
    sync.scan()

    (row,) = index.list_tasks(TaskQuery(limit=None)).rows
    assert (row.turn_count, row.name, len(row.rollouts)) == (2, "Counting", 2)
    assert index.database.write(lambda found: _derive_all(found, home)) == Changes()


def _derive_all(connection: sqlite3.Connection, home: CodexHome) -> Changes:
    rows = connection.execute("SELECT DISTINCT thread_id FROM files").fetchall()
    threads = {cast("str", thread) for (thread,) in rows}
    return Refresh(connection, home.root, change=1).refresh(threads)


def _fill(home: CodexHome) -> None:
    for path in _FIXTURES.rglob("*.jsonl"):
        target = home.sessions / f"rollout-2026-01-02T03-04-05-{path.name[-42:]}"
        shutil.copy(path, target)
    trashed = home.trash / str(uuid.uuid4())
    for generation in get_args(Generation):
        for archived in (False, True):
            one = rollout(home.root, generation=generation, archived=archived)
            one.user("What is 数?").command("ls", output="a").agent("So.").done()
            limited = rollout(home.root, generation=generation, archived=archived)
            limited.user("go on").hit_limit(resets_at=START // 1000 + 60).done()
        killed = rollout(home.root, generation=generation)
        path = killed.tokens(5, used_percent=1.5, resets_at=1).user("x").kill().done()
        trashed.mkdir(parents=True, exist_ok=True)
        path.rename(trashed / path.name)
        rollout(home.root, generation=generation).done(tail=b'{"broken')
    empty = rollout(home.root).done()
    empty.write_bytes(b"")
    git = {"branch": "main", "commit_hash": "c0ffee", "repository_url": None}
    spawned = {"subagent": {"thread_spawn": {"parent_thread_id": str(uuid.uuid4())}}}
    rollout(home.root, meta={"git": git, "source": spawned}).user("help").done()
    parent = rollout(home.root).user("one").agent("two").user("three").agent("four")
    parent.done()
    base = {"thread_id": parent.rollout_id, "end_ordinal_exclusive": 3}
    rollout(home.root, meta={"history_base": base}).user("instead").done()
