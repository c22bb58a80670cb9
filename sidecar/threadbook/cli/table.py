"""The table of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from threadbook.cli.output import (
    STATUS_STYLE,
    age,
    console,
    model_and_effort,
    one_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.cli.session import Session
    from threadbook.protocol.task import Task

_SHORT_ID = 13
"""The time part of a UUIDv7 and a little more: unique in practice, short enough."""


def print_tasks(session: Session, tasks: Iterable[Task], *, with_folder: bool) -> None:
    """Print one line a task, cut to the terminal's width."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("id", no_wrap=True)
    table.add_column("name", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("model/effort", no_wrap=True)
    table.add_column("age", justify="right", no_wrap=True)
    table.add_column("msgs", justify="right", no_wrap=True)
    table.add_column("branch", no_wrap=True, overflow="ellipsis", max_width=20)
    if with_folder:
        table.add_column("folder", no_wrap=True, overflow="ellipsis", max_width=20)
    table.add_column("status", no_wrap=True)
    for task in tasks:
        folder = (one_line(task.workspace_name or ""),) if with_folder else ()
        table.add_row(
            task.thread_id[:_SHORT_ID],
            Text(one_line(task.display_name)),
            Text(one_line(model_and_effort(task))),
            age(task.updated_at),
            str(task.message_count),
            Text(one_line((task.git and task.git.branch) or "")),
            *folder,
            Text(task.status, style=STATUS_STYLE[task.status]),
        )
    console(session).print(table)
