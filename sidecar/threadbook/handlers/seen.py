"""What the user has looked at: tasks that did something since then are unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.index.types import Changes

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId


def look_at(context: Context, thread_id: ThreadId) -> None:
    """A task came into view, and stays there: nothing of it is unread meanwhile."""
    context.in_view.add(thread_id)
    note_seen(context, thread_id)


def look_away(context: Context, thread_id: ThreadId) -> None:
    """A task went out of view: what it does from now on is unread."""
    if thread_id in context.in_view:
        context.in_view.discard(thread_id)
        note_seen(context, thread_id)


def note_seen(context: Context, thread_id: ThreadId) -> None:
    """Note that the user has seen all that a task did so far."""
    row = context.index.get(thread_id)
    seen = context.book.get(thread_id).seen_at
    if row is None or (seen is not None and seen >= row.updated_at):
        return
    # A line may be of another machine, whose clock is ahead.
    is_kept = context.book.set_seen(thread_id, max(context.clock(), row.updated_at))
    if is_kept and seen is not None and context.announce is not None:
        context.announce(Changes(changed=frozenset({thread_id})))
