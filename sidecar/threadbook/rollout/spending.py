"""When a rollout's tokens were used, and by which model.

Codex tells a counter that grows with every answer. What a line adds to it was used
then, by the model of the turn; a counter that begins anew (Codex 0.148 does so when
a task is resumed) or that a fork took over from its parent is told apart by the size
of the last request, which stands beside it. What a rollback dropped was used as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from threadbook.rollout.types import Spent

if TYPE_CHECKING:
    from threadbook.items import TokenUsage

SLOT: Final = 30 * 60_000
"""Tokens are kept by half hours of UTC: days begin with one nearly everywhere, so
that who shows them can do so by the calendar of any place."""
_COPYING: Final = 1000
"""So long after its header, in milliseconds, an older fork is still being filled with
its parent's lines, which bear the time of the copying: no model answers that soon."""

_NEAR: Final = 8


@dataclass(slots=True)
class Slot:
    """Tokens of one model in one half hour."""

    number: int | None
    """Half hours since 1970; None: no line said when."""
    model: str | None
    tokens: int


@dataclass(slots=True)
class Spending:
    """What was counted so far; all of it goes into the checkpoint."""

    total: int | None = 0
    """The counter as it was told last; None: it began in another file."""
    offset: int = -1
    """Of the last line that was taken: one that is read again later is not counted
    again."""
    number: int | None = None
    model: str | None = None
    copied_until: int | None = None
    slots: list[Slot] = field(default_factory=list[Slot])
    """The one that was added to last is the last."""
    is_open: bool = False
    """What comes in the same ten minutes belongs to the last slot."""

    def begin_copy(self, at: int | None) -> None:
        """Note that a header of the parent's was copied at *at*."""
        if at is not None and not self.slots:
            self.copied_until = at + _COPYING

    def use(self, model: str, offset: int) -> None:
        """Note which model the next tokens are used by."""
        if model and model != self.model and offset > self.offset:
            self.offset = offset
            self.model = model
            self.is_open = False

    def pass_over(self, usage: TokenUsage | None) -> None:
        """Take a counter that tells of what was used in another task."""
        if usage is not None:
            self.total = usage.total

    def told(self, usage: TokenUsage, at: int | None, offset: int) -> None:
        """Take the counter as a parsed line tells it."""
        total, before = usage.total, self.total
        if offset <= self.offset or total <= 0:
            return
        if before is not None and total >= before:
            used = total - before
        else:
            used = self.unlike_before(total, usage.context_used)
        self.add(used, total, at, offset)
        self.is_open = False

    def unlike_before(self, total: int, last: int | None) -> int:
        """Return what was used where the counter does not go on from itself.

        *last* is what the last request used: the first one of a fork, or of a
        process that counts anew.
        """
        unsaid = 0 if self.total is None else total
        return min(unsaid if last is None else last, total)

    def add(self, used: int, total: int, at: int | None, offset: int) -> bool:
        """Note what was used when; say whether it went into the last slot."""
        self.total, self.offset = total, offset
        if used <= 0:
            return False
        if at is not None:
            self.number = at // SLOT
            if self.copied_until is not None and at <= self.copied_until:
                return False
        slots, number, model = self.slots, self.number, self.model
        # What is not found so near the end gets a second slot, and is summed up later.
        for index in range(len(slots) - 1, max(len(slots) - _NEAR, 0) - 1, -1):
            if slots[index].number == number and slots[index].model == model:
                slots.append(slots.pop(index))
                slots[-1].tokens += used
                return True
        slots.append(Slot(number, model, used))
        return True

    def spent(self, model: str | None, at: int | None) -> tuple[Spent, ...]:
        """Return all, in order; *model* and *at* stand for what no line said."""
        slots = self.slots
        if len(slots) == 1 and (number := slots[0].number) is not None:
            only = slots[0]
            return (Spent(number * SLOT, only.model or model, only.tokens),)
        found: dict[tuple[int, str | None], int] = {}
        for slot in self.slots:
            number = (at or 0) // SLOT if slot.number is None else slot.number
            key = (number * SLOT, slot.model or model)
            found[key] = found.get(key, 0) + slot.tokens
        ordered = sorted(found, key=lambda key: (key[0], key[1] or ""))
        return tuple([Spent(*key, found[key]) for key in ordered])
