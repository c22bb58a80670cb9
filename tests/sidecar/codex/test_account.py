"""What the account may, as Codex's provider says it: a fake one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.fake_app_server import HANDSHAKE, fake_codex
from threadbook.codex.account import AccountLimits, read_account_limits
from threadbook.codex.client import AppServer
from threadbook.items import RateLimits, RateWindow
from threadbook.live.tasks import LiveTasks

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome

_WINDOWS: dict[str, object] = {
    "limitId": "codex",
    "planType": "plus",
    "primary": {"usedPercent": 100, "windowDurationMins": 300, "resetsAt": 1_800_000},
}
_LIMITS = RateLimits(
    at=7,
    primary=RateWindow(100, 300, 1_800_000_000),
    plan="plus",
    limit_id="codex",
)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"rateLimits": _WINDOWS}, AccountLimits(_LIMITS, None)),
        (
            {"rateLimits": _WINDOWS, "ordinaryUsageAllowed": True},
            AccountLimits(_LIMITS, is_usable=True),
        ),
        ({"rateLimits": {}}, None),
        ({}, None),
    ],
)
async def test_the_windows_are_read_and_whether_credits_help(
    tmp_path: Path,
    home: CodexHome,
    result: dict[str, object],
    told: AccountLimits | None,
) -> None:
    asked: dict[str, object] = {"expect": "account/rateLimits/read"}
    codex = fake_codex(tmp_path, [*HANDSHAKE, asked, {"reply": result}])
    server = await AppServer.start(codex, home)

    assert await read_account_limits(server, 7) == told

    await server.close()


async def test_a_login_without_windows_has_none(
    tmp_path: Path, home: CodexHome
) -> None:
    refusal: dict[str, object] = {"refuse": {"code": -32600, "message": "no auth"}}
    asked: dict[str, object] = {"expect": "account/rateLimits/read"}
    codex = fake_codex(tmp_path, [*HANDSHAKE, asked, refusal])
    server = await AppServer.start(codex, home)

    assert await read_account_limits(server, 7) is None

    await server.close()


async def test_nobody_is_asked_while_codex_does_not_run(
    tmp_path: Path, home: CodexHome
) -> None:
    codex = fake_codex(tmp_path, [])
    live = LiveTasks(home, codex=lambda: codex, publish=lambda _: None)

    assert await live.account_limits() is None
    assert live.server_pid is None

    await live.close()
