"""Folds records to what a summary tells: turns, counts, how it stands.

Pure: no file is read here. `summary` feeds it, mostly by the short methods at the
end, which stand for whole records that need not be parsed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from threadbook.items import (
    CommandExecution,
    FileChange,
    SubAgent,
    ToolCall,
    TurnStatus,
)
from threadbook.rollout.records import (
    AgentSaid,
    CallAnswered,
    CallMade,
    Header,
    ItemDone,
    Renamed,
    RolledBack,
    TokensCounted,
    TurnBegan,
    TurnContext,
    TurnEnded,
    UserSaid,
)
from threadbook.rollout.spending import Spending
from threadbook.rollout.turns import TurnState
from threadbook.rollout.types import Format
from threadbook.rollout.wrappers import preview_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.items import RateLimits, TokenUsage
    from threadbook.rollout.records import Place, Record
    from threadbook.rollout.turns import Ending
    from threadbook.rollout.types import Meta

TURN_PREVIEW_SIZE = 200
_SPAWNED = "You are the newly spawned agent"
_CLOCK_STEP = 2000
"""A turn's own start is in whole seconds; its line's time is exact."""


class EarlierTurnsNeededError(Exception):
    """A rollback reaches behind the checkpoint: the file must be read whole."""


@dataclass(slots=True)
class Fold:
    """The state between two records; all of it goes into the checkpoint."""

    format: Format = Format.UNKNOWN
    meta: Meta | None = None
    history_mode: str | None = None
    preview: str | None = None
    untold_preview: str | None = None
    name: str | None = None
    model: str | None = None
    effort: str | None = None
    cwd: str | None = None
    usage: TokenUsage | None = None
    spending: Spending = field(default_factory=Spending)
    limits: RateLimits | None = None
    limits_offset: int = -1
    told: bool = False
    """Messages of the user's have been told by events."""
    inherited: bool = False
    """What is read now is the parent's history, not the sub-agent's."""
    spawned: bool = False
    """The parent's last call, the one that made this sub-agent, was seen."""
    turns: list[TurnState] = field(default_factory=list[TurnState])
    """Those since the checkpoint, and the last one before it."""
    before: int = 0
    """How many turns came before `turns`."""
    before_live: int = 0
    before_messages: int = 0
    before_ending: Ending | None = None
    """How the last of them that was not dropped ended."""
    changed_from: int = 0
    """Index of the first turn whose span changed."""

    @property
    def turn(self) -> TurnState | None:
        """The turn in which we are."""
        return self.turns[-1] if self.turns else None

    def apply(self, record: Record, place: Place) -> None:
        """Take one record."""
        if isinstance(record, Header):
            self._header(record, place)
            return
        if self.inherited and self._is_inherited(record, place.ordinal):
            if isinstance(record, TokensCounted):
                self.spending.pass_over(record.usage)
            return
        handle = self._handlers.get(type(record))
        if handle:
            handle(self, record, place)

    # Headers, and what is inherited.

    def _header(self, record: Header, place: Place) -> None:
        meta = record.meta
        if self.meta is None or self.meta.thread_id is None:
            self.meta = meta
            self.history_mode = record.history_mode
            self.inherited = meta.own_start_ordinal is not None
            if self.inherited or meta.history_base is not None:
                self.spending.total = None
            return
        if meta.thread_id in {None, self.meta.thread_id}:
            # Codex repeats the header when it learns more of the repository.
            self.meta = replace(self.meta, git=meta.git or self.meta.git)
        elif self.meta.is_sub_agent:
            self.inherited = not self.turns and self.before == 0
        elif self.meta.history_base is None:
            self.spending.begin_copy(place.at)
            forked_from = self.meta.forked_from_id or meta.thread_id
            self.meta = replace(self.meta, forked_from_id=forked_from)

    def _is_inherited(self, record: Record, ordinal: int | None) -> bool:
        if self.meta is None:
            return False
        start = self.meta.own_start_ordinal
        if start is not None:
            self.inherited = ordinal is None or ordinal < start
            return self.inherited
        if isinstance(record, CallAnswered):
            self.spawned = self.spawned or _SPAWNED in str(record.output)
        elif isinstance(record, TurnBegan) and record.started_at is not None:
            created = (self.meta.created_at or 0) // 1000 * 1000
            self.inherited = record.started_at < created
        elif isinstance(record, TurnBegan | UserSaid):
            self.inherited = not self.spawned
        return self.inherited

    # Turns.

    def _open(self, place: Place) -> TurnState:
        self.close()
        number = self.before + len(self.turns) + 1
        turn = TurnState(number, place.offset, place.ordinal, place.at)
        self.turns.append(turn)
        return turn

    def close(self) -> None:
        """Note what may explain that the turn ended without an answer."""
        if self.turns:
            self._note_limits(self.turns[-1])

    def _note_limits(self, turn: TurnState) -> None:
        told = self.limits_offset >= turn.start
        if told and (turn.unanswered or turn.ended is TurnStatus.FAILED):
            turn.limits = self.limits

    def _began(self, record: TurnBegan, place: Place) -> None:
        started, at = record.started_at, place.at
        if started is None or (at is not None and abs(at - started) < _CLOCK_STEP):
            started = at
        turn = self._open(place)
        turn.started_at = started
        turn.turn_id = record.turn_id
        turn.explicit = True

    def _ended(self, record: TurnEnded, _place: Place) -> None:
        turn = self.turn
        if turn is None:
            return
        if turn.turn_id and record.turn_id and turn.turn_id != record.turn_id:
            return
        turn.ended = record.status
        turn.message = record.message
        turn.code = record.code
        turn.answered = record.answered
        self._note_limits(turn)

    def _user(self, record: UserSaid, place: Place) -> None:
        text = preview_of(record.text, len(record.images))
        running = self.running(record.turn_id)
        if not record.told:
            self._untold_user(text, running, place)
            return
        turn = running or self._repeated() or self._open(place)
        if turn.turn_id is None and record.turn_id:
            # The line that began the turn is damaged.
            turn.turn_id = record.turn_id
            turn.explicit = True
        self.told = True
        turn.told_user += 1
        turn.agent_last = False
        turn.preview = turn.preview or text[:TURN_PREVIEW_SIZE]
        self.preview = self.preview or text or None

    def running(self, turn_id: str | None = None) -> TurnState | None:
        """Return the turn that a message joins: it runs, and has no other id."""
        turn = self.turn
        if turn is None or (turn_id is not None and turn.turn_id == turn_id):
            return turn
        if not turn.explicit or turn.ended:
            return None
        return None if turn_id and turn.turn_id else turn

    def _repeated(self) -> TurnState | None:
        """Return the turn opened by the response item that an event now repeats."""
        turn = self.turn
        if turn is None or self.told or turn.explicit or turn.active or turn.ended:
            return None
        return turn

    def _untold_user(self, text: str, running: TurnState | None, place: Place) -> None:
        turn = running
        if turn is None:
            if self.told:
                # Codex tells of what the user says: this is something else.
                return
            turn = None if self.format in _BARE else self._repeated()
        turn = turn or self._open(place)
        turn.untold_user += 1
        turn.untold_preview = turn.untold_preview or text[:TURN_PREVIEW_SIZE]
        self.untold_preview = self.untold_preview or text or None
        if not turn.told_user:
            turn.agent_last = False

    def _item(self, record: ItemDone, place: Place) -> None:
        item = record.item
        if isinstance(item, CommandExecution | FileChange | ToolCall):
            if self.turn is None and record.turn_id:
                # The line that began the turn is damaged.
                turn = self._open(place)
                turn.turn_id = record.turn_id
                turn.explicit = True
            self.work()
        elif isinstance(item, SubAgent):
            self._mail(item)

    def _mail(self, item: SubAgent) -> None:
        """Take a sub-agent's task as its preview, when it has no other."""
        own = self.meta is not None and self.meta.is_sub_agent
        if own and item.prompt and item.action == "message":
            text = preview_of(item.prompt.text)
            self.untold_preview = self.untold_preview or text or None

    def _roll_back(self, record: RolledBack, _place: Place) -> None:
        count = record.turns
        if not count:
            return
        self.close()
        index = len(self.turns)
        while count and index:
            index -= 1
            turn = self.turns[index]
            if not turn.dropped and turn.users:
                count -= 1
        if count and self.before:
            raise EarlierTurnsNeededError
        for turn in self.turns[index:]:
            turn.dropped = True
        self.changed_from = min(self.changed_from, index)
        if self.turn and self.turn.ended is None:
            # What comes next is not part of a dropped turn.
            self.turn.ended = TurnStatus.INTERRUPTED

    # Records that need not be parsed whole.

    def agent(self, *, told: bool) -> None:
        """Count a message of the agent's."""
        turn = self.turn
        if turn is None:
            return
        if told:
            turn.told_agent += 1
        else:
            turn.untold_agent += 1
        turn.agent_last = True

    def work(self) -> None:
        """Note that a tool was called or answered."""
        turn = self.turn
        if turn is not None:
            turn.worked = True
            turn.agent_last = False

    def wants_user_item(self) -> bool:
        """Say whether a message in the user's role may still matter."""
        turn = self.running()
        return not (turn.told_user if turn else self.told)

    # Facts.

    def _agent(self, record: AgentSaid, _place: Place) -> None:
        self.agent(told=record.told)

    def _work(self, _record: Record, _place: Place) -> None:
        self.work()

    def _renamed(self, record: Renamed, _place: Place) -> None:
        self.name = record.name

    def _context(self, record: TurnContext, place: Place) -> None:
        self.cwd = record.cwd or self.cwd
        if record.model:
            self.spending.use(record.model, place.offset)
            self.model = record.model
            self.effort = record.effort

    def _tokens(self, record: TokensCounted, place: Place) -> None:
        if record.usage:
            self.usage = record.usage
            self.spending.told(record.usage, place.at, place.offset)
        if record.limits:
            self.limits = record.limits
            self.limits_offset = place.offset

    _handlers: ClassVar[dict[type, Callable[..., None]]] = {
        UserSaid: _user,
        TurnBegan: _began,
        TurnEnded: _ended,
        AgentSaid: _agent,
        CallMade: _work,
        CallAnswered: _work,
        ItemDone: _item,
        TurnContext: _context,
        TokensCounted: _tokens,
        RolledBack: _roll_back,
        Renamed: _renamed,
    }


_BARE = frozenset({Format.BARE, Format.JSON})
