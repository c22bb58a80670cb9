"""Verbs on tasks, asked of their handlers, and tasks to ask them of."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

from support.rollouts import START, rollout
from threadbook.handlers import handler
from threadbook.index.types import TaskQuery
from threadbook.protocol.methods import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.rollouts import Generation, RolloutBuilder
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.protocol.lifecycle import TaskOutcome

    Opened = Callable[[], Context]


async def ask(context: Context, method: str, **params: object) -> Any:  # noqa: ANN401
    """Let a request be handled where a loop runs already."""
    response = _response(context, method, params)
    return await response if inspect.isawaitable(response) else response


def call(context: Context, method: str, **params: object) -> Any:  # noqa: ANN401
    """Let a request be handled."""
    response = _response(context, method, params)
    return asyncio.run(response) if inspect.iscoroutine(response) else response


def _response(context: Context, method: str, params: dict[str, object]) -> Any:  # noqa: ANN401
    body = REQUESTS[method][0].model_validate(params, by_alias=True)
    return handler(method)(context, body)


def results(context: Context, method: str, *ids: str, **params: object) -> Any:  # noqa: ANN401
    return call(context, method, threadIds=ids, **params).results


def one(context: Context, method: str, thread_id: str, **params: object) -> TaskOutcome:
    (result,) = results(context, method, thread_id, **params)
    return result


def kind(outcome: TaskOutcome) -> str | None:
    return outcome.error.kind if outcome.error else None


def states(context: Context) -> dict[str, str]:
    page = context.index.list_tasks(TaskQuery(states=None, limit=None))
    return {row.thread_id: row.state.value for row in page.rows}


def said(
    home: CodexHome,
    text: str = "hi",
    *,
    generation: Generation = "bare",
    cwd: str = "/code/project",
    at: int = START,
    meta: dict[str, object] | None = None,
) -> RolloutBuilder:
    builder = rollout(home.root, generation=generation, cwd=cwd, at=at, meta=meta)
    builder.user(text).agent("ok").done()
    return builder


def fork_of(home: CodexHome, parent: RolloutBuilder, text: str) -> RolloutBuilder:
    base = {
        "thread_id": parent.thread_id,
        "end_ordinal_exclusive": parent.ordinal,
        "end_byte_offset": 1,
    }
    meta: dict[str, object] = {
        "history_base": base,
        "forked_from_id": parent.thread_id,
    }
    return said(home, text, generation="paginated", meta=meta, at=parent.clock + 60_000)


def child_of(home: CodexHome, parent: RolloutBuilder) -> RolloutBuilder:
    spawn = {"parent_thread_id": parent.thread_id, "depth": 1}
    meta: dict[str, object] = {
        "source": {"subagent": {"thread_spawn": spawn}},
        "parent_thread_id": parent.thread_id,
    }
    return said(home, "part", generation="paginated", meta=meta)
