"""One line decoded: what it says, the same for every generation that said it.

`told` parts what Codex wrote for its own display (events, completed items) from
what it wrote for the model (response items): both say the same thing twice, and a
turn shows the second only where the first is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from threadbook.items import Image, Item, RateLimits, TokenUsage, TurnStatus
    from threadbook.rollout.types import Meta


class Place(NamedTuple):
    """Where a line stands, and how much of its texts is wanted."""

    offset: int
    at: int | None = None
    """The line's own time."""
    ordinal: int | None = None
    limit: int = 16_384
    """Texts of items are cut at this size."""

    def item_id(self, known: object = None) -> str:
        """Return Codex's own id, else one made from the place."""
        return known if isinstance(known, str) and known else f"L{self.offset}"


class Header(NamedTuple):
    """The head of a rollout, or a later repetition of one."""

    meta: Meta
    history_mode: str | None = None


class TurnContext(NamedTuple):
    """Model and folder of a turn."""

    model: str | None
    effort: str | None
    cwd: str | None


class TurnBegan(NamedTuple):
    """`task_started`."""

    turn_id: str | None
    started_at: int | None


class TurnEnded(NamedTuple):
    """`task_complete` or `turn_aborted`."""

    turn_id: str | None
    status: TurnStatus
    message: str | None = None
    """Of the error, or the reason of an interruption."""
    code: str | None = None
    answered: bool = True
    """Codex recorded a last message of the agent's."""
    completed_at: int | None = None


class UserSaid(NamedTuple):
    """A message of the user's."""

    text: str
    images: tuple[Image, ...]
    item_id: str
    told: bool
    turn_id: str | None = None


class AgentSaid(NamedTuple):
    """A message of the agent's."""

    text: str
    final: bool
    item_id: str
    told: bool


class Reasoned(NamedTuple):
    """A summary of the agent's reasoning."""

    text: str
    item_id: str
    told: bool


class CallMade(NamedTuple):
    """The model called a tool."""

    call_id: str
    name: str
    namespace: str | None
    arguments: str


class CallAnswered(NamedTuple):
    """What the tool answered, in whatever shape."""

    call_id: str
    output: object


class ItemDone(NamedTuple):
    """An item as it will be shown; takes the place of a call with its id."""

    item: Item
    turn_id: str | None = None
    told: bool = True


class TokensCounted(NamedTuple):
    """Tokens and usage windows."""

    usage: TokenUsage | None
    limits: RateLimits | None


class RolledBack(NamedTuple):
    """The last turns were dropped."""

    turns: int


class Renamed(NamedTuple):
    """The thread was named; "" clears the name."""

    name: str


class Ignored(NamedTuple):
    """A record that is known, and of no interest to a reader."""

    kind: str


class UnknownRecord(NamedTuple):
    """A record of a kind that we do not know."""

    kind: str
    raw: str


Record = (
    Header
    | TurnContext
    | TurnBegan
    | TurnEnded
    | UserSaid
    | AgentSaid
    | Reasoned
    | CallMade
    | CallAnswered
    | ItemDone
    | TokensCounted
    | RolledBack
    | Renamed
    | Ignored
    | UnknownRecord
)
