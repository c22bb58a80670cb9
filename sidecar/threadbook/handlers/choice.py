"""Which tasks a request means: its filters, and what the user said of tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.index.types import State, Status, TaskQuery

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.protocol.task import TaskFilters


def query_of(context: Context, filters: TaskFilters) -> TaskQuery:
    """Return the query for *filters*, without order and pages."""
    query = TaskQuery(
        states=None if filters.state == "any" else frozenset({State(filters.state)}),
        cwd=filters.cwd,
        model=filters.model,
        since=filters.since,
        until=filters.until,
        statuses=(
            None
            if filters.status is None
            else frozenset(Status(status) for status in filters.status)
        ),
        source=filters.source,
        provider=filters.provider,
        branch=filters.branch,
        sub_agents=filters.sub_agents,
        limit=None,
    )
    chosen = with_users_choice(
        context,
        query,
        tag=filters.tag,
        pinned=filters.pinned,
        cleared=filters.cleared,
    )
    if filters.forked_from is None:
        return chosen
    forks = forks_of(context, filters.forked_from)
    ids = forks if chosen.thread_ids is None else forks & chosen.thread_ids
    return replace(chosen, thread_ids=ids)


def forks_of(context: Context, thread_id: str) -> frozenset[str]:
    """Return the tasks forked from one, as they say themselves or as we noted."""
    noted = {
        fork for fork, kin in context.book.kin().items() if kin.forked_from == thread_id
    }
    return frozenset(noted | context.index.forks(thread_id))


def with_users_choice(
    context: Context,
    query: TaskQuery,
    *,
    tag: str | None,
    pinned: bool,
    cleared: bool,
) -> TaskQuery:
    """Add to *query* what only the book knows: tags, pins, cleared marks, moves."""
    book = context.book
    ids = None if tag is None else book.tagged(tag)
    if pinned:
        pins = book.pinned()
        ids = pins if ids is None else pins & ids
    shows_cleared = cleared or query.states is None
    return replace(
        query,
        thread_ids=ids,
        exclude_ids=None if shows_cleared else book.cleared(),
        moved=book.moved() if query.cwd is not None else frozenset(),
    )
