"""What is known of the account without asking Codex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.live.limits import newest

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.items import RateLimits


def known_limits(context: Context) -> tuple[RateLimits | None, ThreadId | None]:
    """Return the windows that were told last, and which task's file has them."""
    row = context.index.last_told_limits()
    written = row.rate_limits if row else None
    limits = newest(context.live.limits if context.live else None, written)
    return limits, row.thread_id if row and limits is written else None
