"""Folds the records of one turn to its items, each thing shown once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from threadbook.items import (
    AgentMessage,
    Divider,
    FileChange,
    Reasoning,
    RunStatus,
    Stop,
    StopKind,
    Turn,
    TurnStatus,
    UnknownItem,
    UserMessage,
)
from threadbook.rollout.calls import answered, item_of_call, left_open, orphan
from threadbook.rollout.fields import clip
from threadbook.rollout.records import (
    AgentSaid,
    CallAnswered,
    CallMade,
    ItemDone,
    Reasoned,
    RolledBack,
    TokensCounted,
    TurnBegan,
    TurnContext,
    TurnEnded,
    UnknownRecord,
    UserSaid,
)
from threadbook.stops import is_exhausted, limit_stop, stop_of

if TYPE_CHECKING:
    from threadbook.items import Item, RateLimits
    from threadbook.rollout.records import Place, Record
    from threadbook.rollout.types import TurnSpan


@dataclass(slots=True)
class ItemsFold:
    """One turn while its lines are read."""

    wanted: str | None = None
    """Only the item with this id is kept."""
    _items: list[Item] = field(default_factory=list["Item"])
    _untold: set[int] = field(default_factory=set[int])
    """Places of the items that only the model's side of the file tells of."""
    _told: set[type] = field(default_factory=set[type])
    """Kinds of items that Codex's own side tells of."""
    _calls: dict[str, int] = field(default_factory=dict[str, int])
    _model: str | None = None
    _effort: str | None = None
    _began: int | None = None
    _ended: TurnEnded | None = None
    _limits: RateLimits | None = None

    def apply(self, record: Record, place: Place) -> None:
        """Take one record."""
        match record:
            case UserSaid() | AgentSaid() | Reasoned():
                self._said(record, place)
            case CallMade():
                if record.call_id not in self._calls:
                    self._calls[record.call_id] = len(self._items)
                    self._add(item_of_call(record, place), told=True)
            case CallAnswered():
                self._answered(record, place)
            case ItemDone():
                self._done(record)
            case _:
                self._fact(record, place)

    def unreadable(self, data: bytes, place: Place) -> None:
        """Show a line that can't be parsed, rather than hide that it is there."""
        raw = clip(data.decode("utf-8", "replace"), place.limit)
        item = UnknownItem(item_id=place.item_id(), kind="badLine", raw=raw)
        self._add(item, told=True)

    def tells(self, kind: type[Item]) -> bool:
        """Whether Codex's own side tells of items of a kind."""
        return kind in self._told

    def item(self) -> Item | None:
        """Return the wanted item."""
        return next(iter(self.shown()), None)

    def turn(self, number: int, span: TurnSpan) -> Turn:
        """Return the turn, as *span* says that it stands."""
        items = self.shown()
        if span.status in {TurnStatus.INTERRUPTED, TurnStatus.FAILED}:
            items = [left_open(item) for item in items]
        return Turn(
            turn_id=span.turn_id,
            number=number,
            status=span.status,
            started_at=span.started_at or self._began,
            completed_at=self._ended.completed_at if self._ended else None,
            model=self._model,
            effort=self._effort,
            stop=self._stop(span.status),
            items=tuple(items),
            dropped=span.dropped,
        )

    def shown(self) -> list[Item]:
        """Return the items, each thing once."""
        return [
            item
            for index, item in enumerate(self._items)
            if (self.wanted is None or item.item_id == self.wanted)
            and not (index in self._untold and type(item) in self._told)
        ]

    def certain(self) -> list[Item]:
        """Return the items that no later line can take the place of."""
        return [
            item for index, item in enumerate(self._items) if index not in self._untold
        ]

    def _stop(self, status: TurnStatus) -> Stop | None:
        ended = self._ended
        if status is TurnStatus.INTERRUPTED:
            if ended is None:
                return Stop(StopKind.PROCESS_DIED)
            return Stop(StopKind.INTERRUPTED, ended.message)
        if status is not TurnStatus.FAILED:
            return None
        if ended and ended.status is TurnStatus.FAILED:
            return stop_of(ended.message, ended.code, self._limits)
        if is_exhausted(self._limits):
            return limit_stop(None, self._limits)
        return Stop(StopKind.ERROR, "The turn ended without an answer")

    def _add(self, item: Item, *, told: bool) -> None:
        if told:
            self._told.add(type(item))
        else:
            self._untold.add(len(self._items))
        if self.wanted not in {None, item.item_id}:
            # Only its place in the order matters.
            item = Divider(item_id=item.item_id, kind="goal")
        self._items.append(item)

    def _said(self, record: UserSaid | AgentSaid | Reasoned, place: Place) -> None:
        text = clip(record.text, place.limit)
        if not text.text and not (isinstance(record, UserSaid) and record.images):
            return
        item_id, at = record.item_id, place.at
        item: Item
        match record:
            case UserSaid():
                item = UserMessage(
                    item_id=item_id, at=at, text=text, images=record.images
                )
            case AgentSaid():
                item = AgentMessage(
                    item_id=item_id, at=at, text=text, final=record.final
                )
            case Reasoned():
                item = Reasoning(item_id=item_id, at=at, text=text)
        self._add(item, told=record.told)

    def _answered(self, record: CallAnswered, place: Place) -> None:
        index = self._calls.get(record.call_id)
        if index is not None:
            item = self._items[index]
            if _is_open(item):
                self._items[index] = answered(item, record.output, place.limit)
        elif record.call_id:
            self._calls[record.call_id] = len(self._items)
            self._add(orphan(record.call_id, record.output, place), told=True)

    def _done(self, record: ItemDone) -> None:
        item = record.item
        index = self._calls.get(item.item_id)
        if index is None:
            if record.told:
                self._calls[item.item_id] = len(self._items)
            self._add(item, told=record.told)
            return
        before = self._items[index]
        if isinstance(item, FileChange) and isinstance(before, FileChange):
            # A patch that failed has no changes, but was an attempt at some.
            item = replace(item, changes=item.changes or before.changes)
        if self.wanted in {None, item.item_id}:
            self._items[index] = item

    def _fact(self, record: Record, place: Place) -> None:
        match record:
            case TurnContext():
                self._model = record.model or self._model
                self._effort = record.effort or self._effort
            case TurnBegan():
                self._began = record.started_at
            case TurnEnded():
                self._ended = record
            case TokensCounted():
                self._limits = record.limits or self._limits
            case RolledBack():
                item_id = place.item_id()
                self._add(
                    Divider(
                        item_id=item_id,
                        at=place.at,
                        kind="rollback",
                        text=str(record.turns),
                    ),
                    told=True,
                )
            case UnknownRecord():
                raw = clip(record.raw, place.limit)
                item = UnknownItem(
                    item_id=place.item_id(), at=place.at, kind=record.kind, raw=raw
                )
                self._add(item, told=True)
            case _:
                pass


def _is_open(item: Item) -> bool:
    status = getattr(item, "status", RunStatus.IN_PROGRESS)
    return status is RunStatus.IN_PROGRESS
