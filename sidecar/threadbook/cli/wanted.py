"""Which task a command means: TASK, or `--last`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.picker import pick
from threadbook.errors import AmbiguousTaskError, ThreadNotFoundError
from threadbook.index.types import TaskQuery

if TYPE_CHECKING:
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_OFFERED = 500


def wanted_task(
    context: Context, task: str | None, *, last: bool, everywhere: bool
) -> TaskRow:
    """Return the task that the user named.

    Raises:
        click.UsageError: he named two: TASK, and the last one.
        ThreadNotFoundError: there is none.
        AmbiguousTaskError: several fit.
    """
    if last and task is not None:
        message = "TASK and --last exclude each other"
        raise click.UsageError(message)
    if last:
        cwd = None if everywhere else str(Path.cwd())
        row = context.index.last(cwd, context.book.cleared(), context.book.moved())
        if row is None:
            where = "any folder" if everywhere else f"{cwd}; --all looks everywhere"
            message = f"--last: there is none to go on with in {where}"
            raise ThreadNotFoundError(message)
        return row
    if task is None:
        return _picked(context, everywhere=everywhere)
    # As it is copied, with a blank or a line's end.
    task = task.strip()
    try:
        return context.index.resolve(task)
    except ThreadNotFoundError:
        # Codex can't keep names for its oldest tasks: ours may be what is meant.
        named = context.index.rows(sorted(context.book.named(task)))
        if not named:
            raise
    first, *others = named
    if others:
        candidates = [(row.thread_id, task) for row in named]
        raise AmbiguousTaskError(task, candidates)
    return first


def _picked(context: Context, *, everywhere: bool) -> TaskRow:
    """Ask which task is meant, where there is somebody to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        message = "Name a TASK (an id, 8 or more of its characters, a name), or --last"
        raise click.UsageError(message)
    cwd = None if everywhere else str(Path.cwd())
    query = TaskQuery(
        cwd=cwd,
        moved=context.book.moved(),
        exclude_ids=context.book.cleared(),
        sub_agents=False,
        limit=_OFFERED,
    )
    rows = context.index.list_tasks(query).rows
    if not rows:
        message = "any" if cwd is None else f"any in {cwd}; --all looks everywhere"
        raise ThreadNotFoundError(message)
    return pick(rows)
