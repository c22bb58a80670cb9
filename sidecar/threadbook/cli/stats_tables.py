"""Figures of disk space and tokens on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from threadbook.cli.output import age, console, one_line
from threadbook.export.document import size
from threadbook.handlers.usage_words import age_name, kind_name, why_large

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from threadbook.cli.session import Session
    from threadbook.protocol.stats import StatsReadResponse

ROWS = 10
_BAR = 24
_SHORT_ID = 13
_NARROW = 60
"""From so many columns on there is room for bars; figures are always there."""


def print_stats(session: Session, stats: StatsReadResponse) -> None:
    """Print the figures, the largest of each first."""
    out = console(session)
    out.print(
        Text(f"{stats.tasks:,} tasks, {size(stats.bytes)}, {stats.tokens:,} tokens")
    )
    weighed = weighed_note(stats)
    kinds = ((kind_name(kind.kind), kind.bytes, "") for kind in stats.kinds)
    _bars(out, f"What for{weighed}", kinds)
    _bars(
        out,
        "Folders",
        (
            (folder.cwd or "(unknown)", folder.bytes, f"{folder.tasks:,} tasks")
            for folder in stats.folders[:ROWS]
        ),
    )
    _bars(
        out,
        "Models",
        (
            (model.model or "(unknown)", model.bytes, f"{model.tokens:,} tokens")
            for model in stats.models[:ROWS]
        ),
    )
    _bars(
        out,
        "Last active",
        (
            (age_name(each.age), each.bytes, f"{each.tasks:,} tasks")
            for each in stats.ages
            if each.tasks
        ),
    )
    _days(out, stats)
    _largest(out, stats)


def weighed_note(stats: StatsReadResponse) -> str:
    """Say how much of the disk space the kinds tell of, if not of all."""
    if stats.weighed_bytes >= stats.bytes:
        return ""
    return f" (of the largest tasks, {size(stats.weighed_bytes)} in all; --whole: all)"


def _bars(out: Console, title: str, rows: Iterable[tuple[str, int, str]]) -> None:
    rows = list(rows)
    if not rows:
        return
    most = max(amount for _, amount, _ in rows) or 1
    table = Table(box=None, pad_edge=False, show_header=False)
    is_wide = out.width >= _NARROW
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=40)
    if is_wide:
        table.add_column(no_wrap=True, width=_BAR)
    table.add_column(justify="right", no_wrap=True, min_width=8)
    table.add_column(justify="right", no_wrap=True, style="dim")
    for label, amount, more in rows:
        bar = Text("━" * round(amount / most * _BAR), style="cyan")
        bars = (bar,) if is_wide else ()
        table.add_row(Text(one_line(label)), *bars, size(amount), more)
    out.print(Text(f"\n{title}", style="bold"))
    out.print(table)


def _days(out: Console, stats: StatsReadResponse) -> None:
    days = [day for day in stats.days if day.tokens][:ROWS]
    if not days:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("day", "model"):
        table.add_column(name, no_wrap=True)
    for name in ("tokens", "tasks"):
        table.add_column(name, justify="right", no_wrap=True)
    for day in days:
        model = one_line(day.model or "(unknown)")
        table.add_row(day.day, Text(model), f"{day.tokens:,}", f"{day.tasks:,}")
    out.print(Text("\nTokens by day and model", style="bold"))
    out.print(table)


def _largest(out: Console, stats: StatsReadResponse) -> None:
    if not stats.largest:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("size", justify="right", no_wrap=True, min_width=8)
    table.add_column("age", justify="right", no_wrap=True, min_width=4)
    table.add_column("id", no_wrap=True, min_width=_SHORT_ID)
    table.add_column("task", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("mostly", no_wrap=True, overflow="ellipsis", ratio=1)
    for task in stats.largest:
        table.add_row(
            size(task.bytes),
            age(task.updated_at, stats.at),
            task.thread_id[:_SHORT_ID],
            Text(one_line(task.display_name)),
            Text(why_large(task.kinds), style="dim"),
        )
    out.print(Text("\nLargest tasks", style="bold"))
    out.print(table)
