"""The list that a window begins with, understood without the models of the wire.

Importing pydantic takes longer than the page itself. So the few params that windows
begin with are read by hand; all others (and all that are wrong) are left to the
models, and a test holds both to the same answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from threadbook.handlers.choice import with_users_choice
from threadbook.handlers.listing import page_json
from threadbook.index.types import State, TaskQuery

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context

_CHECKS: dict[str, Callable[[Any], bool]] = {
    "cwd": lambda value: value is None or type(value) is str,
    "state": lambda value: value in ("any", *State),
    "subAgents": lambda value: type(value) is bool,
    "limit": lambda value: type(value) is int and value > 0,
    "cursor": lambda value: value is None,
}
"""What a first page is asked for by, and whether that is in order."""


def is_first_page(raw: object) -> bool:
    """Whether these params of `task/list` are a window's first ones."""
    if raw is None:
        return True
    if not isinstance(raw, dict):
        return False
    params = cast("dict[str, object]", raw)
    return all(
        name in _CHECKS and _CHECKS[name](value) for name, value in params.items()
    )


def first_page_json(context: Context, raw: object) -> bytes:
    """Return the `TaskListResponse` to params that are a first page's."""
    params = cast("dict[str, Any]", raw or {})
    state: str = params.get("state", State.ACTIVE.value)
    query = TaskQuery(
        states=None if state == "any" else frozenset({State(state)}),
        cwd=params.get("cwd"),
        sub_agents=params.get("subAgents", True),
        limit=params.get("limit", 50),
    )
    choice = with_users_choice(context, query, tag=None, pinned=False, cleared=False)
    return page_json(context, choice)
