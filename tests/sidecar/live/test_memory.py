"""What is remembered of a task's last events, for those who missed some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.ids import ThreadId, TurnId
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    ItemCompleted,
    ItemDelta,
    ItemStarted,
    Text,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
    WarningRaised,
)
from threadbook.live.memory import EVENTS_KEPT, Memory
from threadbook.live.types import TaskEvent

if TYPE_CHECKING:
    from threadbook.items import Event

STARTED = TurnStarted("t1", 5)
COMMAND = CommandExecution(item_id="c", command="make")
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
