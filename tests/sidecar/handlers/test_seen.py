"""What did something since one last looked is unread, until one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import START, rollout
from support.verbs import call
from threadbook.cli.main import main
from threadbook.handlers.listing import page_json
from threadbook.handlers.seen import look_at, look_away, note_seen
from threadbook.ids import ThreadId
from threadbook.index.sync import Sync
from threadbook.index.types import TaskQuery

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.rollouts import RolloutBuilder
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.index.types import Changes


@pytest.fixture
def task(home: CodexHome) -> RolloutBuilder:
    task = rollout(home.root).user("one").agent("ok")
    task.done()
    return task


@pytest.fixture
def context(opened: Callable[[], Context], task: RolloutBuilder) -> Context:
    del task
    context = opened()
    context.clock = lambda: START + 60_000
    return context


def unread(context: Context) -> bool:
    (task,) = orjson.loads(page_json(context, TaskQuery()))["tasks"]
    return bool(task["unread"])


def goes_on(context: Context, task: RolloutBuilder) -> None:
    task.clock = START + 120_000
    path = task.user("two").agent("done")
    path.done()
    Sync(context.home, context.index).scan()


def test_what_one_never_looked_at_is_not_unread(context: Context) -> None:
    assert not unread(context)


def test_what_a_task_did_since_one_looked_is_unread_until_one_looks_again(
    context: Context, task: RolloutBuilder
) -> None:
    thread_id = ThreadId(task.thread_id)
    told: list[Changes] = []
    context.announce = told.append
    note_seen(context, thread_id)
    assert not unread(context)
    assert told == []

    goes_on(context, task)
    assert unread(context)
    assert call(context, "task/read", threadId=thread_id).task.unread

    note_seen(context, thread_id)
    assert not unread(context)
    assert [each.changed for each in told] == [{thread_id}]


def test_what_is_in_view_is_seen_as_it_happens(
    context: Context, task: RolloutBuilder
) -> None:
    thread_id = ThreadId(task.thread_id)
    look_at(context, thread_id)
    goes_on(context, task)
    assert not unread(context)

    look_away(context, thread_id)
    assert not unread(context)
    assert context.in_view == set()


def test_looking_away_from_what_was_not_in_view_sees_nothing(
    context: Context, task: RolloutBuilder
) -> None:
    thread_id = ThreadId(task.thread_id)
    note_seen(context, thread_id)
    goes_on(context, task)

    look_away(context, thread_id)

    assert unread(context)


def test_a_task_of_a_clock_that_is_ahead_can_be_seen(
    context: Context, task: RolloutBuilder
) -> None:
    context.clock = lambda: 1
    note_seen(context, ThreadId(task.thread_id))
    assert not unread(context)


def test_a_task_is_shown_though_nothing_can_be_noted(
    opened: Callable[[], Context],
    task: RolloutBuilder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("THREADBOOK_DATA_DIR", str(tmp_path / "file" / "data"))
    note_seen(opened(), ThreadId(task.thread_id))


def test_show_is_a_look(
    home: CodexHome, context: Context, task: RolloutBuilder
) -> None:
    note_seen(context, ThreadId(task.thread_id))
    goes_on(context, task)
    assert unread(context)

    with pytest.raises(SystemExit):
        main(["--codex-home", str(home.root), "show", task.thread_id])

    assert not unread(context)


def test_what_a_script_reads_nobody_has_looked_at(
    home: CodexHome, context: Context, task: RolloutBuilder
) -> None:
    note_seen(context, ThreadId(task.thread_id))
    goes_on(context, task)

    with pytest.raises(SystemExit):
        main(["--codex-home", str(home.root), "show", "--json", task.thread_id])

    assert unread(context)


def test_a_question_is_unread_and_a_turn_that_runs_is_not(
    context: Context, task: RolloutBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_seen(context, ThreadId(task.thread_id))
    path = task.done()
    task.clock = START + 120_000
    path.write_bytes(task.user("two").content())
    Sync(context.home, context.index).scan()
    (row,) = context.index.rows({ThreadId(task.thread_id)})
    assert row.open_turn
    assert not unread(context)

    monkeypatch.setattr(context, "others", Asking(task.thread_id))
    assert unread(context)


class Asking:
    """Another window, in which a task has a question."""

    def __init__(self, thread_id: str) -> None:
        self._waiting = frozenset({thread_id})

    def waiting(self) -> frozenset[str]:
        return self._waiting
