"""What we ask of Codex about threads as wholes: archive, forget, take in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.codex.fields import object_at, objects_at, text_at
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from threadbook.codex.client import AppServer
    from threadbook.codex.fields import JsonObject
    from threadbook.errors import CodexRefusedError

_ALL_SOURCES = (
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
_UNKNOWN = ("no rollout found", "no archived rollout found", "thread not loaded")
_UNREADABLE = ("failed to read session metadata", "is empty", "no usable header")
_IN_USE = "already has an active writer"
_PAGE = 100


def says_unknown(error: CodexRefusedError) -> bool:
    """Whether Codex refused because it does not know the thread (there)."""
    return any(part in error.message for part in _UNKNOWN)


def says_unreadable(error: CodexRefusedError) -> bool:
    """Whether Codex refused because it can't read the thread's file."""
    return any(part in error.message for part in _UNREADABLE)


def says_in_use(error: CodexRefusedError) -> bool:
    """Whether Codex refused because another process has the thread open."""
    return _IN_USE in error.message


async def archive_thread(server: AppServer, thread_id: ThreadId) -> None:
    """Move a thread's rollouts, and its sub-agents', among the archived ones."""
    await server.request("thread/archive", {"threadId": thread_id})


async def delete_thread(server: AppServer, thread_id: ThreadId) -> None:
    """Remove all that Codex has of a thread and its sub-agents, files included."""
    await server.request("thread/delete", {"threadId": thread_id})


async def take_in_thread(server: AppServer, thread_id: ThreadId) -> bool:
    """Let Codex look at a thread: one whose file came back has its row again.

    Returns whether it is a paginated one.
    """
    params = {"threadId": thread_id, "includeTurns": False}
    result = await server.request("thread/read", params)
    return text_at(object_at(result, "thread"), "historyMode") == "paginated"


async def project_turns(server: AppServer, thread_id: ThreadId) -> None:
    """Let Codex build its own view of a paginated thread's turns.

    Without that it shows a thread without turns until it is resumed. A fork that is
    never written builds it without touching the rollout.
    """
    params = {"threadId": thread_id, "ephemeral": True, "excludeTurns": True}
    result = await server.request("thread/fork", params)
    fork = text_at(object_at(result, "thread"), "id")
    if fork is not None:
        await server.request("thread/unsubscribe", {"threadId": fork})


async def list_sub_agents(server: AppServer, thread_id: ThreadId) -> set[ThreadId]:
    """Return the threads that Codex would delete along with one."""
    found: set[ThreadId] = set()
    for archived in (False, True):
        cursor: object = None
        while True:
            params: JsonObject = {
                "ancestorThreadId": thread_id,
                "archived": archived,
                "cursor": cursor,
                "limit": _PAGE,
                "modelProviders": (),
                "sourceKinds": _ALL_SOURCES,
                "useStateDbOnly": True,
            }
            result = await server.request("thread/list", params)
            found |= _ids(result)
            cursor = result.get("nextCursor")
            if not cursor:
                break
    return found


def _ids(result: JsonObject) -> set[ThreadId]:
    threads = objects_at(result, "data")
    found = [text_at(thread, "id") for thread in threads]
    return {ThreadId(identity) for identity in found if identity is not None}
