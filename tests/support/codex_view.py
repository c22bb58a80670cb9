"""What the real codex shows of a home: its lists, its turns, its own doctor."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.mock_model import run_codex
from threadbook.codex.client import AppServer, Listener

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from threadbook.codex.binary import CodexBinary
    from threadbook.home import CodexHome

_SOURCES = (
    "cli",
    "vscode",
    "exec",
    "appServer",
    "subAgent",
    "subAgentReview",
    "subAgentCompact",
    "subAgentThreadSpawn",
    "subAgentOther",
    "unknown",
)
_UNLOAD = {"thread_unload_delay_secs": 1}
_DIFFERENCES = (
    "archive mismatches",
    "duplicate DB paths",
    "missing active rows",
    "missing archived rows",
    "stale rows",
)


class _Turns(Listener):
    """Hears when a turn has ended."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def notified(self, method: str, params: dict[str, object]) -> None:
        del params
        if method == "turn/completed":
            self._ended.set()


@dataclass(frozen=True)
class CodexView:
    """One app-server of the real codex on a home."""

    server: AppServer
    turn_ended: asyncio.Event

    async def ask(self, method: str, **params: object) -> dict[str, Any]:
        return await self.server.request(method, params)

    async def threads(self, *, archived: bool) -> dict[str, str | None]:
        """List all threads, over all sources and providers, with their names."""
        found: dict[str, str | None] = {}
        for db_only in (False, True):
            answer = await self.ask(
                "thread/list",
                limit=100,
                archived=archived,
                sourceKinds=_SOURCES,
                modelProviders=(),
                useStateDbOnly=db_only,
            )
            assert answer["nextCursor"] is None
            listed = {each["id"]: each["name"] for each in answer["data"]}
            assert not db_only or listed == found
            found = listed
        return found

    async def start(self, cwd: Path, *prompts: str, legacy: bool = False) -> str:
        """Begin a thread with some turns; return its id."""
        mode = "legacy" if legacy else "paginated"
        answer = await self.ask(
            "thread/start", cwd=str(cwd), historyMode=mode, config=_UNLOAD
        )
        thread_id = answer["thread"]["id"]
        for prompt in prompts:
            await self.say(thread_id, prompt)
        return thread_id

    async def resume(self, thread_id: str) -> None:
        await self.ask(
            "thread/resume", threadId=thread_id, excludeTurns=True, config=_UNLOAD
        )

    async def say(self, thread_id: str, prompt: str) -> str:
        """Run a turn; return its id."""
        self.turn_ended.clear()
        text: dict[str, object] = {"type": "text", "text": prompt, "text_elements": ()}
        answer = await self.ask("turn/start", threadId=thread_id, input=[text])
        await self.turn_ended.wait()
        return answer["turn"]["id"]

    async def prompts(self, thread_id: str) -> list[str]:
        """Return what the user said, as codex shows it."""
        answer = await self.ask("thread/read", threadId=thread_id, includeTurns=True)
        return [
            item["content"][0]["text"]
            for turn in answer["thread"]["turns"]
            for item in turn["items"]
            if item["type"] == "userMessage"
        ]


@asynccontextmanager
async def codex_view(binary: CodexBinary, home: CodexHome) -> AsyncGenerator[CodexView]:
    """Ask the real codex; it lets go of the home at the end."""
    import asyncio  # noqa: PLC0415 - an event belongs to the loop that runs

    ended = asyncio.Event()
    server = await AppServer.start(binary, home, _Turns(ended))
    try:
        yield CodexView(server, ended)
    finally:
        await server.close()


def differences(binary: CodexBinary, home: CodexHome) -> dict[str, str]:
    """Return where codex's own doctor finds its database differ from the files."""
    ran = run_codex(binary, home, home.root, "doctor", "--json")
    checks: Any = json.loads(ran.stdout)["checks"]
    details: dict[str, str] = checks["state.rollout_db_parity"]["details"]
    told = {name: details[f"rollout DB {name}"] for name in _DIFFERENCES}
    return {name: number for name, number in told.items() if number != "0"}
