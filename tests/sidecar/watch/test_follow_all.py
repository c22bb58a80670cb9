from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.index.sync import Sync
from threadbook.items import (
    AgentMessage,
    ItemCompleted,
    TurnCompleted,
    TurnStarted,
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


class Everything:
    """A follower of all tasks, and what it hears."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.heard: list[tuple[str, Event]] = []
        self.follower = Follower(
            context.index,
            lambda thread_id, _turn, event: self.heard.append((thread_id, event)),
            lambda _thread: False,
        )
        self.follower.follow_all()

    def look(self, path: Path) -> None:
        sync = Sync(self.context.home, self.context.index)
        self.follower.look(sync.sync_paths([path]).changed)

    def said(self) -> list[str]:
        return [
            event.item.text.text
            for _, event in self.heard
            if isinstance(event, ItemCompleted)
            and isinstance(event.item, UserMessage | AgentMessage)
        ]


GROWING = [generation for generation in GENERATIONS if generation != "json"]


@pytest.mark.parametrize("generation", GROWING)
@pytest.mark.parametrize("words_there", ["first", "second"])
def test_only_what_a_task_gains_from_then_on_is_told(
    home: CodexHome,
    opened: Callable[[], Context],
    generation: Generation,
    words_there: str,
) -> None:
    built = rollout(home.root, generation=generation)
    path = built.user("first").agent("one").user("second").agent("two").done()
    lines = path.read_bytes().splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines) if words_there.encode() in line)
    path.write_bytes(b"".join(lines[: last + 1]))
    everything = Everything(opened())

    with path.open("ab") as file:
        file.write(b"".join(lines[last + 1 :]))
    everything.look(path)
    everything.look(path)

    wanted = {"first": ["one", "second", "two"], "second": ["two"]}
    assert everything.said() == wanted[words_there]
    assert {thread_id for thread_id, _ in everything.heard} == {built.thread_id}


def test_a_new_task_is_told_from_its_beginning(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    everything = Everything(opened())
    built = rollout(home.root).user("hello").agent("hi")

    everything.look(built.done())

    kinds = [type(event) for _, event in everything.heard]
    assert everything.said() == ["hello", "hi"]
    assert (kinds[0], kinds[-1]) == (TurnStarted, TurnCompleted)


def test_the_end_of_a_turn_that_ran_is_told_and_one_that_had_ended_is_not(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    running = rollout(home.root).user("hello").agent("hi")
    running.kill()
    path = running.done()
    done = rollout(home.root).user("done").agent("it is")
    other = done.done()
    everything = Everything(opened())

    running.turn_open = True
    running.done()
    with other.open("ab") as file:
        done.tokens(5)
        file.write(done.lines[-1] + b"\n")
    everything.look(path)
    everything.look(other)

    ends = [
        thread_id
        for thread_id, event in everything.heard
        if isinstance(event, TurnCompleted)
    ]
    assert ends == [running.thread_id]
