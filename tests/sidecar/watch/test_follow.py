from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.errors import ThreadNotFoundError
from threadbook.ids import ThreadId
from threadbook.index.sync import Sync
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    ItemCompleted,
    ItemStarted,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
    UserMessage,
)
from threadbook.watch.follow import Follower

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.items import Event


class Followed:
    """A task that is written line by line, and what a follower hears of it."""

    def __init__(self, context: Context, path: Path, thread_id: ThreadId) -> None:
        self.context, self.path, self.thread_id = context, path, thread_id
        self.heard: list[Event] = []
        self.ours = False
        self.lines = path.read_bytes().splitlines(keepends=True)
        self.follower = Follower(
            context.index,
            lambda _thread, _turn, event: self.heard.append(event),
            lambda _thread: self.ours,
        )

    def keep(self, count: int) -> None:
        self.path.write_bytes(b"".join(self.lines[:count]))
        self.look()

    def append(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)
        self.look()

    def look(self) -> None:
        sync = Sync(self.context.home, self.context.index)
        self.follower.look(sync.sync_paths([self.path]).changed)


def written(
    home: CodexHome, opened: Callable[[], Context], generation: Generation
) -> Followed:
    built = rollout(home.root, generation=generation)
    built.user("first").agent("one")
    built.user("second").command("ls", output="a\n", exit_code=0).agent("two")
    path = built.done()
    return Followed(opened(), path, ThreadId(built.thread_id))


GROWING = [generation for generation in GENERATIONS if generation != "json"]


@pytest.mark.parametrize("generation", GROWING)
def test_every_line_that_is_appended_is_told_once(
    home: CodexHome, opened: Callable[[], Context], generation: Generation
) -> None:
    task = written(home, opened, generation)
    task.keep(1)
    task.follower.follow(task.thread_id)

    for line in task.lines[1:]:
        task.append(line)

    started = [event for event in task.heard if isinstance(event, TurnStarted)]
    done = [event.item for event in task.heard if isinstance(event, ItemCompleted)]
    said = [
        item.text.text for item in done if isinstance(item, UserMessage | AgentMessage)
    ]
    commands = {item for item in done if isinstance(item, CommandExecution)}
    assert len(started) == 2
    assert said == ["first", "one", "second", "two"]
    assert {(item.command, item.exit_code) for item in commands} == {("ls", 0)}


def test_a_command_that_runs_is_told_before_it_has_ended(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    task = written(home, opened, "legacy")
    task.keep(1)
    task.follower.follow(task.thread_id)

    for line in task.lines[1:]:
        task.append(line)

    [begun] = [event.item for event in task.heard if isinstance(event, ItemStarted)]
    assert isinstance(begun, CommandExecution)
    assert begun.output is None


def test_what_was_there_before_is_not_told(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    task = written(home, opened, "paginated")

    task.follower.follow(task.thread_id)
    task.append(b'{"half a li')

    assert task.heard == []


def test_the_end_of_a_turn_is_told_with_how_it_ended(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    task = written(home, opened, "paginated")
    task.keep(len(task.lines) - 1)
    task.follower.follow(task.thread_id)

    task.append(task.lines[-1])

    [ended] = [event for event in task.heard if isinstance(event, TurnCompleted)]
    assert ended.status is TurnStatus.COMPLETED


def test_what_we_drive_ourselves_is_not_told_twice(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    task = written(home, opened, "paginated")
    task.keep(1)
    task.follower.follow(task.thread_id)
    task.ours = True
    task.keep(len(task.lines) - 1)
    task.ours = False

    task.append(task.lines[-1])

    assert [type(event) for event in task.heard] == [TurnCompleted]


def test_nobody_is_told_of_a_task_that_is_followed_no_more(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    task = written(home, opened, "paginated")
    task.keep(1)
    task.follower.follow(task.thread_id)
    task.follower.follow(task.thread_id)

    assert task.follower.unfollow(task.thread_id)
    assert not task.follower.unfollow(task.thread_id)
    task.keep(len(task.lines))

    assert task.heard == []


def test_an_unknown_task_can_not_be_followed(opened: Callable[[], Context]) -> None:
    heard: list[Event] = []
    follower = Follower(
        opened().index, lambda _t, _u, event: heard.append(event), lambda _: False
    )

    with pytest.raises(ThreadNotFoundError):
        follower.follow(ThreadId("nosuch"))


def test_a_task_that_vanishes_while_it_is_followed_harms_nothing(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    task = written(home, opened, "paginated")
    task.follower.follow(task.thread_id)

    task.path.unlink()
    task.look()
    task.follower.look([task.thread_id])

    assert task.heard == []
