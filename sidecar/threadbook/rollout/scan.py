"""Runs the lines of a rollout through a fold, parsing as few as it can.

Lines are told apart by their heads. Of tokens and turn contexts only the latest
counts, so these are kept as they are and parsed when something depends on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.items import Problem
from threadbook.rollout import heads
from threadbook.rollout.fields import int_of, parse_object, text_of, time_of
from threadbook.rollout.formats import decode, detect
from threadbook.rollout.records import Place
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from threadbook.rollout.checkpoint import Progress
    from threadbook.rollout.fields import Json
    from threadbook.rollout.lines import Block

_MOST_PROBLEMS = 20
_MOST_PENDING = 8
_TEXT_LIMIT = 2048
_BRACE = ord("}")
_FAST = frozenset({Format.ENVELOPED, Format.PAGINATED})
_WHOLE = {
    heads.TOKENS: (b'"info":{', b'"rate_limits":{'),
    heads.CONTEXT: (b'"model":"', b'"cwd":"'),
}
"""What a line holds that makes all earlier ones of its kind superfluous."""


class Scan:
    """One reading of a rollout, from where `progress` stands."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.fold = progress.fold
        self.passing: list[Problem] = []
        """Problems that the next bytes may mend; not part of the checkpoint."""
        self._pending: list[tuple[int, int, bytes]] = []
        """Facts not parsed yet: kind, offset, line."""

    def block(self, block: Block) -> None:
        """Take some lines."""
        if not block.complete:
            self._remainder(block)
            return
        if block.elided:
            self._long(block)
        elif self.fold.inherited or self.fold.format not in _FAST:
            self._slowly(block.data, block.start, block.line, 0)
        else:
            self._fast(block.data, block.start, block.line, 0)
        self.progress.offset = block.end
        self.progress.line = block.line + block.data.count(b"\n")

    def item(self, raw: Json, index: int) -> None:
        """Take an item of a whole-file session."""
        place = Place(index, limit=_TEXT_LIMIT)
        self.fold.apply(decode(raw, place), place)

    def finish(self) -> None:
        """Parse what was put off."""
        self._flush()
        self.fold.close()

    def problem(self, kind: str, message: str, line: int | None = None) -> None:
        """Note a fault; after some, more of them tell nothing new."""
        if len(self.progress.problems) < _MOST_PROBLEMS:
            self.progress.problems.append(Problem(kind, message, line))

    def _remainder(self, block: Block) -> None:
        """Take the last line when it lacks only its newline."""
        if not block.elided and parse_object(block.data) is not None:
            self._line(block.data, block.start, block.line)
            self.progress.offset = block.end
        elif block.data.strip():
            text = "The last line is not complete"
            self.passing.append(Problem("truncatedLine", text, block.line))

    def _long(self, block: Block) -> None:
        """Take a line too long to hold; often its head is all that was kept."""
        head = heads.HEAD.match(block.data)
        if head is None or head.lastindex not in heads.COUNTED:
            self._line(block.data[:-1], block.start, block.line, elided=True)
        elif not self.fold.inherited:
            self._known(head.lastindex)
            self.progress.time = heads.time_text(block.data, 0)

    def _slowly(self, data: bytes, start: int, number: int, position: int) -> None:
        """Parse line by line until the fast way is open."""
        fold = self.fold
        while position < len(data):
            newline = data.find(b"\n", position)
            self._line(data[position:newline], start + position, number)
            position = newline + 1
            number += 1
            if fold.format in _FAST and not fold.inherited:
                self._fast(data, start, number, position)
                return

    def _fast(self, data: bytes, start: int, number: int, position: int) -> None:
        # The hottest loop of the product: a line that is passed over costs about
        # a microsecond here. Mind what is added.
        match, find, size = heads.HEAD.match, data.find, len(data)
        timed = -1
        while position < size:
            newline = find(b"\n", position)
            head = match(data, position)
            if head is not None and data[newline - 1] == _BRACE:
                timed = position
                kind = head.lastindex
                if kind != heads.SKIP and not self._known(kind):
                    line = data[position:newline]
                    self._wanted(kind, line, start + position, number)
            else:
                if timed >= 0:
                    self.progress.time = heads.time_text(data, timed)
                    timed = -1
                self._line(data[position:newline], start + position, number)
                if self.fold.inherited:
                    self._slowly(data, start, number + 1, newline + 1)
                    return
            position = newline + 1
            number += 1
        if timed >= 0:
            self.progress.time = heads.time_text(data, timed)

    def _known(self, kind: int | None) -> bool:
        """Take a line by its head alone, if that will do."""
        fold = self.fold
        if kind == heads.WORK:
            fold.work()
            return fold.turn is not None
        if kind in (heads.AGENT, heads.ASSISTANT):
            fold.agent(told=kind == heads.AGENT)
            return True
        return kind == heads.USER and not fold.wants_user_item()

    def _wanted(self, kind: int | None, line: bytes, offset: int, number: int) -> None:
        if kind in _WHOLE:
            self._fact(kind, offset, line)
        else:
            self._line(line, offset, number)

    def _line(
        self, data: bytes, offset: int, number: int, *, elided: bool = False
    ) -> None:
        """Parse a line and fold it."""
        raw = parse_object(data)
        if raw is None:
            if elided:
                self.problem("oversizedLine", "A huge line can't be read", number)
            elif data.strip():
                self.problem("badLine", "A line is no JSON object", number)
            return
        if self.fold.format is Format.UNKNOWN:
            self.fold.format = detect(raw) or Format.UNKNOWN
        at = time_of(raw.get("timestamp"))
        if at is not None:
            self.progress.time = text_of(raw.get("timestamp"))
        self._flush()
        self._apply(raw, offset, at)

    def _apply(self, raw: Json, offset: int, at: int | None) -> None:
        place = Place(offset, at, int_of(raw.get("ordinal")), _TEXT_LIMIT)
        self.fold.apply(decode(raw, place), place)

    def _fact(self, kind: int, offset: int, data: bytes) -> None:
        """Put off a line of which only the latest counts."""
        if all(mark in data for mark in _WHOLE[kind]):
            self._pending = [fact for fact in self._pending if fact[0] != kind]
        elif len(self._pending) > _MOST_PENDING:
            self._flush()
        self._pending.append((kind, offset, data))

    def _flush(self) -> None:
        pending, self._pending = self._pending, []
        for _, offset, data in pending:
            raw = parse_object(data)
            if raw is not None:
                self._apply(raw, offset, time_of(raw.get("timestamp")))
