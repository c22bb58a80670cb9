"""The account's usage, and what waits for it: `usage/read`, `usage/changed`."""

from threadbook.protocol.base import WireModel
from threadbook.protocol.schedule import Schedule
from threadbook.protocol.stats import DayStats


class UsageWindow(WireModel):
    """One usage window of the account."""

    used_percent: float
    window_minutes: int | None
    resets_at: int | None
    """Unix milliseconds."""
    stale: bool
    """It has reset since it was last heard of: what is used now is not known."""


class AccountUsage(WireModel):
    """The account's usage windows, as they were last heard of."""

    at: int
    """When that was, Unix milliseconds."""
    windows: tuple[UsageWindow, ...]
    """The shorter window first."""
    plan: str | None
    limit_id: str | None
    limited_until: int | None
    """When an exhausted window resets, Unix milliseconds; null: none is exhausted."""
    source_thread_id: str | None
    """The task that heard of it; null: Codex was asked, or a turn here heard of it."""


class UsageReadParams(WireModel):
    """Ask for the account's newest figures, whichever task heard of them."""


class UsageReadResponse(WireModel):
    """What is used, by whom, and what waits."""

    account: AccountUsage | None
    """Null: no task was ever told of usage windows (an API key has none)."""
    days: tuple[DayStats, ...]
    """The last 30 days, newest first."""
    scheduled: tuple[Schedule, ...]
    """What is due first stands first."""


class UsageChangedNotification(WireModel):
    """The account's figures, or what is scheduled, are different."""

    account: AccountUsage | None
    scheduled: tuple[Schedule, ...]
