"""The table of tasks."""

from __future__ import annotations

import sys
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
_COLUMNS = ("id", "name", "model/effort", "age", "msgs", "branch", "folder", "status")
_NUMBERS = {"age", "msgs"}
_CUT = {"name": None, "branch": 20, "folder": 20}
"""What gives way in a narrow terminal, and the most that each may take."""
_WIDE = 100
"""From so many columns on all is shown; below, what says the least gives way."""
_NARROW = 60


def print_tasks(session: Session, tasks: Iterable[Task], *, with_folder: bool) -> None:
    """Print one line a task: cut to the terminal's width, else whole.

    What is no terminal gets whole ids and names, with tabs between columns.
    """
    if sys.stdout.isatty():
        _print_table(session, tasks, with_folder=with_folder)
        return
    for task in tasks:
        sys.stdout.write("\t".join(_cells(task, with_folder=with_folder)) + "\n")


def _print_table(session: Session, tasks: Iterable[Task], *, with_folder: bool) -> None:
    terminal = console(session)
    is_wide, is_narrow = terminal.width >= _WIDE, terminal.width < _NARROW
    table = Table(box=None, pad_edge=False, header_style="dim")
    shown = [
        name in ("name", "age", "status")
        or (name in ("id", "model/effort") and not is_narrow)
        or (is_wide and (name != "folder" or with_folder))
        for name in _COLUMNS
    ]
    for wanted, name in zip(shown, _COLUMNS, strict=True):
        if wanted:
            table.add_column(
                name,
                # Rich narrows those first that it may wrap; their cells don't.
                no_wrap=name not in _CUT,
                overflow="ellipsis",
                justify="right" if name in _NUMBERS else "left",
                max_width=_CUT.get(name),
            )
    for task in tasks:
        cells = [
            Text(cell, no_wrap=True, overflow="ellipsis")
            for cell in _cells(task, with_folder=True)
        ]
        cells[0] = Text(task.thread_id[:_SHORT_ID])
        cells[-1].stylize(STATUS_STYLE[task.status])
        table.add_row(
            *(cell for cell, wanted in zip(cells, shown, strict=True) if wanted)
        )
    terminal.print(table)


def _cells(task: Task, *, with_folder: bool) -> list[str]:
    folder = (one_line(task.workspace_name or ""),) if with_folder else ()
    return [
        task.thread_id,
        one_line(task.display_name),
        one_line(model_and_effort(task)),
        age(task.updated_at),
        str(task.message_count),
        one_line((task.git and task.git.branch) or ""),
        *folder,
        task.status,
    ]
