from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import START, rollout
from threadbook.index.types import Status, TaskQuery
from threadbook.items import StopKind

if TYPE_CHECKING:
    from support.rollouts import RolloutBuilder
    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow

RESETS_AT = START // 1000 + 3600


def scanned(builder: RolloutBuilder, index: Index, sync: Sync) -> TaskRow:
    builder.done()
    sync.scan()
    return index.resolve(builder.thread_id)


def begin(home: CodexHome) -> RolloutBuilder:
    return rollout(home.root).user("do it")


def test_a_completed_turn_leaves_a_task_idle(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    row = scanned(begin(home).agent("done"), index, sync)

    assert (row.status, row.last_stop, row.open_turn) == (Status.IDLE, None, False)


def test_a_header_alone_is_an_empty_task(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    assert scanned(rollout(home.root), index, sync).status is Status.EMPTY


def test_a_turn_that_the_user_stopped_is_interrupted(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    row = scanned(begin(home).abort(), index, sync)

    assert row.status is Status.INTERRUPTED


def test_a_turn_whose_process_died_is_interrupted(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    row = scanned(begin(home).command("sleep 99").kill(), index, sync)

    assert row.status is Status.INTERRUPTED
    assert row.open_turn


def test_a_failed_turn_is_failed(home: CodexHome, index: Index, sync: Sync) -> None:
    row = scanned(begin(home).fail("the stream broke"), index, sync)

    assert row.status is Status.FAILED
    assert row.last_stop is not None
    assert row.last_stop.message == "the stream broke"


def test_a_usage_limit_says_when_it_resets(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    row = scanned(begin(home).hit_limit(resets_at=RESETS_AT), index, sync)

    assert row.status is Status.LIMITED
    assert row.last_stop is not None
    assert row.last_stop.kind is StopKind.USAGE_LIMIT
    assert row.last_stop.resets_at == RESETS_AT * 1000


def test_a_turn_after_the_limit_makes_the_task_idle_again(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = begin(home).hit_limit(resets_at=RESETS_AT)
    assert scanned(builder, index, sync).status is Status.LIMITED

    row = scanned(builder.user("again").agent("done"), index, sync)

    assert (row.status, row.last_stop) == (Status.IDLE, None)


@pytest.mark.parametrize("content", [b"", b"no json at all\n", b"\xff\xfe\x00"])
def test_a_file_of_which_nothing_can_be_read_is_damaged(
    home: CodexHome, index: Index, sync: Sync, content: bytes
) -> None:
    begin(home).done().write_bytes(content)

    sync.scan()

    (row,) = index.list_tasks(TaskQuery()).rows
    assert row.status is Status.DAMAGED
    assert row.display_name == "(no message yet)"


def test_a_file_of_which_something_can_be_read_is_not_damaged(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = begin(home).agent("done")
    builder.lines[0] = b"garbage"

    row = scanned(builder, index, sync)

    assert row.status is Status.IDLE
    assert row.problems
