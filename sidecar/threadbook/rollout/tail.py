"""TurnTail: one turn of a growing file, read on from where the last look ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.items import TurnStatus
from threadbook.rollout.lines import read_lines
from threadbook.rollout.thread import TEXT_LIMIT, Folding

if TYPE_CHECKING:
    from threadbook.items import Turn
    from threadbook.rollout.types import TurnSpan


class TurnTail:
    """The lines of one turn, each of them read and folded once.

    For plain files: nobody appends to a compressed one.
    """

    def __init__(self, span: TurnSpan) -> None:
        """Begin before the turn's first line."""
        self.start = span.start
        self._offset = span.start
        self._folding = Folding(TEXT_LIMIT)

    def look(self, number: int, span: TurnSpan) -> Turn:
        """Return the turn as it is now; *span* is what the index now says of it.

        A last line without its newline waits for the next look.

        Raises:
            RolloutUnreadableError: the file can't be opened now.
        """
        for line in read_lines(span.path, self._offset, span.end):
            if not line.complete:
                break
            self._folding.take(line)
            self._offset = line.end
        turn = self._folding.items.turn(number, span)
        if turn.status is TurnStatus.IN_PROGRESS:
            # What only the model's side of the file tells of may be told again by
            # the next line, as another item.
            return replace(turn, items=tuple(self._folding.items.certain()))
        return turn
