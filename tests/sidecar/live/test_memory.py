"""What is remembered of a task's last events, for those who missed some."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from threadbook.ids import ThreadId, TurnId
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    FileDiff,
    ItemCompleted,
    ItemDelta,
    ItemStarted,
    Text,
    ToolCall,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
    UnknownItem,
    UserMessage,
    WarningRaised,
)
from threadbook.live.memory import BYTES_KEPT, EVENTS_KEPT, Memory
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from threadbook.items import Event, Item

STARTED = TurnStarted("t1", 5)
COMMAND = CommandExecution(item_id="c", command="make")
LONG = Text("x" * 8000, 8000)
MESSAGE = AgentMessage(item_id="m", text=Text("", 0))


def memory_of(*events: Event) -> Memory:
    memory = Memory()
    for number, event in enumerate(events, 1):
        memory.keep(TaskEvent(ThreadId("x"), TurnId("t1"), number, event))
    return memory


def test_what_grows_is_known_with_all_that_it_has_said() -> None:
    memory = memory_of(
        STARTED,
        ItemStarted("t1", MESSAGE),
        ItemDelta("t1", "m", "text", "Grü"),
        ItemDelta("t1", "m", "text", "ezi"),
        ItemStarted("t1", COMMAND),
        ItemDelta("t1", "c", "output", "ok\n"),
    )

    for _ in range(2):
        moment = memory.moment(6)
        message, command = moment.growing
        assert (moment.seq, moment.started) == (6, STARTED)
        assert message == AgentMessage(item_id="m", text=Text("Grüezi", 7))
        assert isinstance(command, CommandExecution)
        assert command.output == Text("ok\n", 3)
        assert moment.items == moment.growing


def test_what_is_complete_grows_no_more_and_is_kept_until_the_turn_ends() -> None:
    whole = AgentMessage(item_id="m", text=Text("All of it", 9))
    running = (STARTED, ItemStarted("t1", MESSAGE), ItemCompleted("t1", whole))

    moment = memory_of(*running).moment(3)
    after = memory_of(*running, TurnCompleted("t1", TurnStatus.COMPLETED)).moment(4)

    assert (moment.growing, moment.items) == ((), (whole,))
    assert (after.started, after.items) == (None, ())


def test_a_delta_without_a_beginning_is_a_message() -> None:
    memory = memory_of(STARTED, ItemDelta("t1", "r", "reasoning", "hm"))

    (item,) = memory.moment(2).growing
    assert (item.item_id, type(item).__name__) == ("r", "Reasoning")


def test_events_come_again_from_any_number_that_is_remembered() -> None:
    said = [WarningRaised(str(number)) for number in range(1, EVENTS_KEPT + 11)]
    memory, last = memory_of(*said), len(said)

    assert memory.since(last, last) == ()
    again = memory.since(last - 2, last)
    assert again is not None
    assert [one.seq for one in again] == [last - 1, last]
    assert len(memory.since(10, last) or ()) == EVENTS_KEPT
    assert memory.since(9, last) is None
    assert memory.since(last + 1, last) is None
    assert Memory().since(0, 0) == ()


@pytest.mark.parametrize(
    "item",
    [
        MESSAGE,
        COMMAND,
        FileChange(
            item_id="f",
            changes=(FileDiff("a", "update", LONG), FileDiff("b", "add", LONG)),
        ),
        ToolCall(item_id="t", tool="x", arguments=Text("", 0), result=LONG),
        UserMessage(item_id="u", text=LONG),
        UnknownItem(item_id="k", kind="new", raw=LONG),
    ],
    ids=lambda item: type(item).__name__,
)
def test_of_large_events_so_many_are_kept_as_fit(item: Item) -> None:
    large = replace(
        item, **{name: LONG for name in ("text", "output") if hasattr(item, name)}
    )
    many = 1 + 2 * BYTES_KEPT // len(LONG.text)
    memory = memory_of(STARTED, *(ItemCompleted("t1", large) for _ in range(many)))
    last = many + 1

    kept = [seq for seq in range(last) if memory.since(seq, last) is not None]

    assert memory.since(last - 1, last) is not None
    assert kept == list(range(kept[0], last))
    assert (last - kept[0]) * len(LONG.text) <= BYTES_KEPT
    assert (last - kept[0]) * len(LONG.text) >= BYTES_KEPT // 4


def test_an_event_too_large_to_keep_is_one_that_was_missed() -> None:
    huge = AgentMessage(item_id="m", text=Text("x" * (BYTES_KEPT + 1), BYTES_KEPT + 1))
    memory = memory_of(STARTED, ItemCompleted("t1", huge))

    assert memory.since(0, 2) is None
    assert memory.since(1, 2) is None
    assert memory.since(2, 2) == ()
    memory.keep(TaskEvent(ThreadId("x"), TurnId("t1"), 3, STARTED))
    assert memory.since(1, 3) is None
    assert [one.event for one in memory.since(2, 3) or ()] == [STARTED]
