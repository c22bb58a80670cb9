"""Runs the lines of a rollout through a fold, parsing as few as it can.

Lines are told apart by their heads. Of tokens and turn contexts only the latest
counts, so these are kept as they are and parsed when something depends on them; how
many tokens were used when is read from their bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard, cast

from threadbook.items import Problem, TurnStatus
from threadbook.rollout import heads
from threadbook.rollout.fields import int_of, parse_object, text_of, time_of
from threadbook.rollout.formats import decode, detect
from threadbook.rollout.formats.enveloped import decode_event
from threadbook.rollout.records import (
    Place,
    TokensCounted,
    TurnContext,
    TurnEnded,
    UserSaid,
)
from threadbook.rollout.types import Format
from threadbook.rollout.wrappers import preview_of

if TYPE_CHECKING:
    from threadbook.rollout.checkpoint import Progress
    from threadbook.rollout.fields import Json
    from threadbook.rollout.lines import Block
    from threadbook.rollout.records import Record

_MOST_PROBLEMS = 20
_MOST_PENDING = 8
_TEXT_LIMIT = 2048
_BRACE = ord("}")
_FAST = frozenset({Format.ENVELOPED, Format.PAGINATED})
_EVENTS = frozenset({heads.EVENT, heads.TURN})
_HOT = heads.WORK, heads.TOKENS, heads.CONTEXT, heads.SKIP
_MODEL = b'"model":"'
_NUMBERS = rb'\{(?:"[a-z_]+":[0-9]+,)*"total_tokens":([0-9]{1,15})[,}]'
_COUNTER = re.compile(rb',"info":(?:null|\{"total_token_usage":%b)' % _NUMBERS)
"""What follows the head of a line that tells tokens."""
_LAST = re.compile(rb'"last_token_usage":%b' % _NUMBERS)
_TEN_MINUTES = len("2026-01-31T23:5")


class _Facts:
    """Lines of one kind that are not parsed yet."""

    __slots__ = ("lines", "whole")

    def __init__(self) -> None:
        self.lines: list[tuple[int, bytes, int, int]] = []
        """Offset, and where in which block."""
        self.whole = 0
        """Index of the last line that seems to tell all that earlier ones did."""

    def add(self, line: tuple[int, bytes, int, int], whole: bool) -> bool:  # noqa: FBT001 - called for every such line
        """Put off a line; False when there are too many."""
        lines = self.lines
        if whole:
            # The last such line stays, lest this one turn out to be damaged.
            del lines[: self.whole]
            self.whole = len(lines)
        lines.append(line)
        return len(lines) <= _MOST_PENDING

    def take(self) -> list[tuple[Record, Place]]:
        """Parse what was put off, as far back as it counts."""
        found: list[tuple[Record, Place]] = []
        for offset, data, start, end in reversed(self.lines):
            raw = parse_object(data[start:end])
            if raw is not None:
                at = time_of(raw.get("timestamp"))
                place = Place(offset, at, int_of(raw.get("ordinal")), _TEXT_LIMIT)
                record = decode(raw, place)
                found.append((record, place))
                if _tells_all(record):
                    break
        self.lines, self.whole = [], 0
        found.reverse()
        return found


class Scan:
    """One reading of a rollout, from where `progress` stands."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.fold = progress.fold
        self.passing: list[Problem] = []
        """Problems that the next bytes may mend; not part of the checkpoint."""
        self._tokens = _Facts()
        self._contexts = _Facts()
        self._ten_minutes = b"-"
        """In which the last tokens were told, as the line writes it."""
        self._held: list[tuple[int, bytes]] = []
        """Messages in the user's role that an event may make superfluous."""

    def block(self, block: Block) -> None:
        """Take some lines."""
        if not block.complete:
            self._remainder(block)
            return
        if block.elided:
            self._long(block)
        elif self.fold.inherited or self.fold.format not in _FAST:
            self._slowly(block.data, block.start, 0)
        else:
            self._fast(block.data, block.start, 0)
        self.progress.offset = block.end

    def item(self, raw: Json, index: int) -> None:
        """Take an item of a whole-file session."""
        place = Place(index, limit=_TEXT_LIMIT)
        self.fold.apply(decode(raw, place), place)

    def finish(self) -> None:
        """Parse what was put off."""
        self._release()
        self._flush()
        self.fold.close()

    def problem(self, kind: str, message: str, line: int | None = None) -> None:
        """Note a fault; after some, more of them are only counted."""
        if len(self.progress.problems) < _MOST_PROBLEMS:
            self.progress.problems.append(Problem(kind, message, line))
        else:
            self.progress.more_problems += 1

    def _remainder(self, block: Block) -> None:
        """Take the last line when it lacks only its newline."""
        if not block.elided and parse_object(block.data) is not None:
            self._line(block.data, block.start)
            self.progress.offset = block.end
        elif block.data.strip():
            text = "The last line is not complete"
            self.passing.append(Problem("truncatedLine", text, self.progress.line))

    def _long(self, block: Block) -> None:
        """Take a line too long to hold; often its head is all that was kept."""
        kind = heads.kind_of(block.data)
        if kind not in heads.COUNTED:
            self._line(block.data[:-1], block.start, elided=True)
        elif not self.fold.inherited:
            self._known(kind)
            self.progress.time = heads.time_text(block.data, 0)
        self.progress.line += 1

    def _slowly(self, data: bytes, start: int, position: int) -> None:
        """Parse line by line until the fast way is open."""
        fold = self.fold
        while position < len(data):
            newline = data.find(b"\n", position)
            self._line(data[position:newline], start + position)
            position = newline + 1
            self.progress.line += 1
            if fold.format in _FAST and not fold.inherited:
                self._fast(data, start, position)
                return

    def _fast(self, data: bytes, start: int, position: int) -> None:
        # The hottest loop of the product: a line that is passed over costs about
        # a microsecond here. Mind what is added.
        match, find, size = heads.HEAD.match, data.find, len(data)
        kinds, progress, turns = heads.KINDS, self.progress, self.fold.turns
        work, tokens, context, skip = _HOT
        passed, timed = 0, -1
        while position < size:
            newline = find(b"\n", position)
            head = match(data, position)
            if head is not None and data[newline - 1] == _BRACE:
                timed = position
                kind = kinds[head.lastindex or 0]
                if kind == work and turns and not self._held:
                    # What `_known` would do, for the most frequent lines of all.
                    turn = turns[-1]
                    turn.worked = True
                    turn.agent_last = False
                elif kind == tokens:
                    self._count(start + position, data, position, head.end(), newline)
                elif kind == context:
                    self._context(start + position, data, position, newline)
                elif kind != skip and not self._known(kind):
                    progress.line += passed
                    passed = 0
                    self._wanted(kind, data[position:newline], start + position)
            else:
                if timed >= 0:
                    progress.time = heads.time_text(data, timed)
                    timed = -1
                progress.line += passed
                passed = 0
                self._line(data[position:newline], start + position)
                if self.fold.inherited:
                    progress.line += 1
                    self._slowly(data, start, newline + 1)
                    return
            position = newline + 1
            passed += 1
        progress.line += passed
        if timed >= 0:
            progress.time = heads.time_text(data, timed)

    def _event(self, line: bytes, offset: int) -> bool:
        """Take an event; False when it is damaged."""
        raw = parse_object(line)
        payload = raw and raw.get("payload")
        if raw is None or not isinstance(payload, dict):
            return False
        at = time_of(raw.get("timestamp"))
        place = Place(offset, at, int_of(raw.get("ordinal")), _TEXT_LIMIT)
        self._take(decode_event(cast("Json", payload), place), place)
        return True

    def _known(self, kind: int) -> bool:
        """Take a line by its head alone, if that will do."""
        fold = self.fold
        if kind in _EVENTS:
            return False
        if kind == heads.USER:
            return not fold.wants_user_item()
        if self._held:
            self._release()
        if kind == heads.WORK:
            fold.work()
            return fold.turn is not None
        if kind != heads.SKIP:
            fold.agent(told=kind == heads.AGENT)
        return True

    def _wanted(self, kind: int, line: bytes, offset: int) -> None:
        held = self._held
        if kind == heads.USER and self.fold.running() and len(held) < _MOST_PENDING:
            # As a rule an event follows that tells of the same message.
            held.append((offset, line))
        elif kind not in _EVENTS or not self._event(line, offset):
            self._line(line, offset)

    def _release(self) -> None:
        held, self._held = self._held, []
        for offset, line in held:
            raw = parse_object(line)
            if raw is not None:
                self._apply(raw, offset, time_of(raw.get("timestamp")))

    def _line(self, data: bytes, offset: int, *, elided: bool = False) -> None:
        """Parse a line and fold it."""
        raw = parse_object(data)
        if raw is None:
            line = self.progress.line
            if elided:
                self.problem("oversizedLine", "A huge line can't be read", line)
            elif data.strip():
                self.problem("badLine", "A line is no JSON object", line)
            return
        if self.fold.format is Format.UNKNOWN:
            self.fold.format = detect(raw) or Format.UNKNOWN
        at = time_of(raw.get("timestamp"))
        if at is not None:
            self.progress.time = text_of(raw.get("timestamp"))
        self._apply(raw, offset, at)

    def _apply(self, raw: Json, offset: int, at: int | None) -> None:
        place = Place(offset, at, int_of(raw.get("ordinal")), _TEXT_LIMIT)
        self._take(decode(raw, place), place)

    def _take(self, record: Record, place: Place) -> None:
        if self._held:
            if _tells_again(record) and self.fold.running(record.turn_id):
                self._held.clear()
            else:
                self._release()
        pending = self._contexts.lines or self._tokens.lines
        if pending and self._depends_on_facts(record):
            self._flush()
        self.fold.apply(record, place)

    def _count(
        self, offset: int, data: bytes, start: int, behind: int, end: int
    ) -> None:
        """Put off a line that tells tokens, and count them; *behind* is its head."""
        counter = _COUNTER.match(data, behind)
        told = None if counter is None else counter[1]
        whole = told is not None and data.find(b'used_percent":', behind, end) > 0
        if not self._tokens.add((offset, data, start, end), whole) or counter is None:
            self._flush()
        total, spending = int(told or 0), self.fold.spending
        if not total:
            return
        before = spending.total
        if before is not None and total >= before:
            used = total - before
        else:
            last = _LAST.search(data, behind, end)
            used = spending.unlike_before(total, int(last[1]) if last else None)
        time = start + heads.TIME_START
        if used <= 0:
            # Codex also tells the same again, with what is left of the limits.
            spending.total, spending.offset = total, offset
        elif spending.is_open and data.startswith(self._ten_minutes, time):
            spending.slots[-1].tokens += used
            spending.total, spending.offset = total, offset
        else:
            at = time_of(heads.time_text(data, start))
            spending.is_open = spending.add(used, total, at, offset)
            self._ten_minutes = data[time : time + _TEN_MINUTES]

    def _context(self, offset: int, data: bytes, start: int, end: int) -> None:
        """Put off a turn's context, and note whose tokens the next ones are."""
        begin = data.find(_MODEL, start, end)
        whole = begin > 0 and data.find(b'"cwd":"', start, end) > 0
        if not self._contexts.add((offset, data, start, end), whole) or begin < 0:
            self._flush()
            return
        begin += len(_MODEL)
        model = data[begin : data.find(b'"', begin, end)].decode(errors="replace")
        if model != self.fold.spending.model:
            self.fold.spending.use(model, offset)

    def _flush(self) -> None:
        """Parse what was put off."""
        # Whose tokens they are comes first.
        for facts in (self._contexts, self._tokens):
            if facts.lines:
                for record, place in facts.take():
                    self.fold.apply(record, place)

    def _depends_on_facts(self, record: Record) -> bool:
        """Say whether a record needs to know what was put off."""
        if isinstance(record, TurnEnded):
            return record.status is not TurnStatus.COMPLETED or not record.answered
        turn = self.fold.turn
        in_doubt = turn is not None and turn.unanswered
        return in_doubt or isinstance(record, TokensCounted | TurnContext)


def _tells_all(record: Record) -> bool:
    """Say whether a fact makes all earlier ones of its kind superfluous."""
    if isinstance(record, TokensCounted):
        return record.usage is not None and record.limits is not None
    return isinstance(record, TurnContext) and bool(record.model and record.cwd)


def _tells_again(record: Record) -> TypeGuard[UserSaid]:
    """Say whether a record makes the messages held before it superfluous."""
    if not isinstance(record, UserSaid) or not record.told:
        return False
    return record.text[:1].isalnum() or bool(
        preview_of(record.text, len(record.images))
    )
