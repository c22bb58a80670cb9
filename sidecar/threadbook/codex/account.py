"""What Codex knows of the account beyond what its turns tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.codex.events import merged_limits
from threadbook.errors import CodexRefusedError

if TYPE_CHECKING:
    from threadbook.codex.client import AppServer
    from threadbook.items import RateLimits


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """The usage windows as the provider has them now."""

    limits: RateLimits
    is_usable: bool | None
    """Whether turns are possible: credits may help where a window is used up; None:
    Codex does not say."""


async def read_account_limits(server: AppServer, at: int) -> AccountLimits | None:
    """Ask for the windows; None: the login (an API key, say) has none.

    Raises:
        CodexUnavailableError: the server is gone.
    """
    try:
        result = await server.request("account/rateLimits/read", {})
    except CodexRefusedError:
        return None
    limits = merged_limits(None, result, at)
    if limits.primary is None and limits.secondary is None:
        return None
    allowed = result.get("ordinaryUsageAllowed")
    return AccountLimits(limits, allowed if isinstance(allowed, bool) else None)
