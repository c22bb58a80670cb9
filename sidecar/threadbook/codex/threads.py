"""What we ask of Codex about threads and turns, spelt once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from threadbook.codex.fields import object_at, objects_at, tag_at, text_at
from threadbook.ids import ThreadId, TurnId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadbook.codex.client import AppServer
    from threadbook.codex.fields import JsonObject

UNLOAD_DELAY_SECONDS = 2
"""How long Codex keeps a thread, and so its lock, after we unsubscribed."""


class ThreadSettings(TypedDict, total=False):
    """Overrides of a thread's own settings; what is absent stays as it was."""

    model: str
    modelProvider: str
    cwd: str
    approvalPolicy: str
    sandbox: str
    config: JsonObject


@dataclass(frozen=True, slots=True)
class LoadedThread:
    """A thread that the server has loaded, with the settings in force."""

    thread_id: ThreadId
    model: str | None
    effort: str | None
    provider: str | None
    cwd: str | None
    approval: str | None
    sandbox: str | None
    """`read-only`, `workspace-write`, `danger-full-access`, or as Codex has it."""
    status: str | None
    """`idle`, `active`, ...: another client of the same server may be in a turn."""


_SANDBOXES = {
    "readOnly": "read-only",
    "workspaceWrite": "workspace-write",
    "dangerFullAccess": "danger-full-access",
}
_SANDBOX_TYPES = {mode: kind for kind, mode in _SANDBOXES.items()}


async def resume_thread(
    server: AppServer, thread_id: ThreadId, settings: ThreadSettings
) -> LoadedThread:
    """Load a thread from its rollout; takes its writer lock."""
    params = {"threadId": thread_id, "excludeTurns": True, **settings}
    return _loaded(await server.request("thread/resume", params))


async def running_turn(server: AppServer, thread_id: ThreadId) -> TurnId | None:
    """Return the turn that another client of the server has begun, if one runs."""
    params: JsonObject = {"threadId": thread_id, "limit": 1, "itemsView": "notLoaded"}
    result = await server.request("thread/turns/list", params)
    for turn in objects_at(result, "data"):
        if text_at(turn, "status") == "inProgress":
            return TurnId(text_at(turn, "id") or "")
    return None


async def start_thread(server: AppServer, settings: ThreadSettings) -> LoadedThread:
    """Begin a new thread."""
    return _loaded(await server.request("thread/start", settings))


async def fork_thread(
    server: AppServer,
    thread_id: ThreadId,
    settings: ThreadSettings,
    *,
    last_turn: TurnId | None = None,
) -> LoadedThread:
    """Copy a thread, up to and with *last_turn*; works while it is in use."""
    params: JsonObject = {"threadId": thread_id, "excludeTurns": True, **settings}
    if last_turn is not None:
        params["lastTurnId"] = last_turn
    return _loaded(await server.request("thread/fork", params))


async def inject_history(
    server: AppServer, thread_id: ThreadId, history: Sequence[JsonObject]
) -> None:
    """Append raw response items to what the model knows, without a turn."""
    params = {"threadId": thread_id, "items": list(history)}
    await server.request("thread/inject_items", params)


async def name_thread(server: AppServer, thread_id: ThreadId, name: str) -> None:
    """Give a thread its name."""
    await server.request("thread/name/set", {"threadId": thread_id, "name": name})


async def unarchive_thread(server: AppServer, thread_id: ThreadId) -> None:
    """Move a thread's rollouts back among the active ones."""
    await server.request("thread/unarchive", {"threadId": thread_id})


async def unsubscribe(server: AppServer, thread_id: ThreadId) -> None:
    """Stop hearing of a thread; Codex unloads it a moment later."""
    await server.request("thread/unsubscribe", {"threadId": thread_id})


@dataclass(frozen=True, slots=True)
class UserInput:
    """What a user says in one go."""

    text: str
    images: tuple[str, ...] = ()
    """Paths of local pictures."""


class TurnSettings(TypedDict, total=False):
    """Overrides from this turn on; what is absent stays as it was."""

    model: str
    effort: str
    approvalPolicy: str
    sandboxPolicy: JsonObject


def sandbox_policy(mode: str) -> JsonObject:
    """Spell `read-only` and the like as a turn wants it."""
    return {"type": _SANDBOX_TYPES[mode]}


async def start_turn(
    server: AppServer, thread_id: ThreadId, said: UserInput, settings: TurnSettings
) -> TurnId:
    """Begin a turn, or add to the one that runs."""
    params = {"threadId": thread_id, "input": _input(said), **settings}
    result = await server.request("turn/start", params)
    return TurnId(text_at(object_at(result, "turn"), "id") or "")


async def steer_turn(
    server: AppServer, thread_id: ThreadId, turn_id: TurnId, said: UserInput
) -> None:
    """Say something to the turn that runs; refused when another one does."""
    params = {"threadId": thread_id, "expectedTurnId": turn_id, "input": _input(said)}
    await server.request("turn/steer", params)


async def interrupt_turn(
    server: AppServer, thread_id: ThreadId, turn_id: TurnId
) -> None:
    """Stop the turn that runs."""
    params = {"threadId": thread_id, "turnId": turn_id}
    await server.request("turn/interrupt", params)


async def queue_turn(server: AppServer, thread_id: ThreadId, said: UserInput) -> None:
    """Say something once the turn that runs has ended, as a turn of its own."""
    params = {
        "threadId": thread_id,
        "input": _input(said),
        "clientUserMessageId": str(uuid.uuid4()),
    }
    await server.request("thread/queue/add", params)


async def compact_thread(server: AppServer, thread_id: ThreadId) -> None:
    """Begin a turn that sums up what was said, so that there is room for more."""
    await server.request("thread/compact/start", {"threadId": thread_id})


def _input(said: UserInput) -> list[JsonObject]:
    parts: list[JsonObject] = []
    if said.text:
        parts.append({"type": "text", "text": said.text, "text_elements": []})
    parts.extend({"type": "localImage", "path": path} for path in said.images)
    return parts


def _loaded(result: JsonObject) -> LoadedThread:
    thread = object_at(result, "thread")
    sandbox = tag_at(result, "sandbox")
    return LoadedThread(
        thread_id=ThreadId(text_at(thread, "id") or ""),
        model=text_at(result, "model"),
        effort=text_at(result, "reasoningEffort"),
        provider=text_at(result, "modelProvider"),
        cwd=text_at(result, "cwd"),
        approval=tag_at(result, "approvalPolicy"),
        sandbox=_SANDBOXES.get(sandbox or "", sandbox),
        status=tag_at(thread, "status"),
    )
