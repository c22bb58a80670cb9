from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from threadbook.ids import ThreadId, TurnId
from threadbook.items import ItemDelta, StatusChanged
from threadbook.live.feed import BATCH_SECONDS, Feed
from threadbook.live.types import TaskEvent

_A, _B = ThreadId("a"), ThreadId("b")
_TURN = TurnId("t")


def delta(text: str, item: str = "i") -> ItemDelta:
    return ItemDelta(_TURN, item, "text", text)


async def after_a_batch() -> None:
    """Let the timers of a batch ring; the loop's own clock decides."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(BATCH_SECONDS * 2, passed.set)
    await passed.wait()


async def test_the_first_delta_goes_out_at_once_and_the_flood_as_one() -> None:
    told: list[TaskEvent] = []
    feed = Feed(told.append)
    for n in range(1000):
        feed.add(_A, _TURN, delta(f"{n},"))

    assert [one.event for one in told] == [delta("0,")]
    await after_a_batch()
    assert [one.event for one in told] == [
        delta("0,"),
        delta("".join(f"{n}," for n in range(1, 1000))),
    ]
    await after_a_batch()
    feed.add(_A, _TURN, delta("later"))
    assert told[-1].event == delta("later")
    feed.close()


async def test_what_waits_goes_out_before_anything_else_of_its_task() -> None:
    told: list[TaskEvent] = []
    feed = Feed(told.append)
    for text in ("x", "y", "z"):
        feed.add(_A, _TURN, delta(text))
        feed.add(_B, _TURN, delta(text))
    feed.add(_A, _TURN, StatusChanged("idle"))

    assert [(one.thread_id, one.event) for one in told] == [
        (_A, delta("x")),
        (_B, delta("x")),
        (_A, delta("yz")),
        (_A, StatusChanged("idle")),
    ]
    feed.close()
    assert told[-1] == TaskEvent(_B, _TURN, 2, delta("yz"))


_STEPS = st.tuples(
    st.sampled_from([_A, _B]), st.sampled_from("ij"), st.text(min_size=1)
)


@given(st.lists(_STEPS | st.none(), max_size=40))
def test_numbers_have_no_gap_and_no_text_is_lost(
    steps: list[tuple[ThreadId, str, str] | None],
) -> None:
    told: list[TaskEvent] = []

    async def play() -> None:
        feed = Feed(told.append)
        for step in steps:
            if step is None:
                feed.add(_A, _TURN, StatusChanged("running"))
                await asyncio.sleep(0)
            else:
                thread_id, item, text = step
                feed.add(thread_id, _TURN, delta(text, item))
        feed.close()
        assert feed.seq(_A) == sum(one.thread_id == _A for one in told)

    asyncio.run(play())
    for thread_id in (_A, _B):
        own = [one for one in told if one.thread_id == thread_id]
        assert [one.seq for one in own] == list(range(1, len(own) + 1))
        for item in "ij":
            sent = [s[2] for s in steps if s and s[:2] == (thread_id, item)]
            heard = [
                one.event.delta
                for one in own
                if isinstance(one.event, ItemDelta) and one.event.item_id == item
            ]
            assert "".join(heard) == "".join(sent)
