"""Under way: what a running turn says and no file has yet, put into a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.items import Turn, TurnStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadbook.items import Item
    from threadbook.live.memory import Moment


def with_running(turns: Sequence[Turn], count: int, moment: Moment) -> tuple[Turn, ...]:
    """Return the last turns of a task, the running one as it stands at *moment*.

    *turns* are the newest ones as the file has them, oldest first; *count* is how many
    there are. A turn that began a moment ago may be missing: it is added.
    """
    started = moment.started
    if started is None:
        return tuple(turns)
    if turns and turns[-1].turn_id == started.turn_id:
        return (*turns[:-1], _with(turns[-1], moment.growing))
    if any(turn.turn_id == started.turn_id for turn in turns):
        return tuple(turns)
    running = Turn(
        turn_id=started.turn_id,
        number=count + 1,
        status=TurnStatus.IN_PROGRESS,
        started_at=started.at,
        items=moment.items,
    )
    return (*turns, running)


def _with(turn: Turn, growing: Sequence[Item]) -> Turn:
    """Put items into a turn; the file may know their beginnings."""
    items = {item.item_id: item for item in turn.items}
    items |= {item.item_id: item for item in growing}
    return replace(turn, items=tuple(items.values()))
