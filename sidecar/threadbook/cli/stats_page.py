"""Figures of disk space and tokens as one self-contained HTML page."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from threadbook.cli.output import one_line, size
from threadbook.cli.stats_tables import AGE_NAMES, KIND_NAMES, weighed_note, why_large
from threadbook.export.document import moment
from threadbook.export.page import PAGE_END, breakable, page_head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.protocol.stats import StatsReadResponse

_ROWS = 20
_DAYS = 30


def stats_page(stats: StatsReadResponse) -> str:
    """Return the page."""
    return "".join(
        (
            page_head("Codex tasks: disk space and tokens"),
            '<main class="report">\n',
            _totals(stats),
            _bars(
                f"What the space is for{weighed_note(stats)}",
                ((KIND_NAMES[kind.kind], kind.bytes) for kind in stats.kinds),
            ),
            _bars(
                "Folders",
                ((each.cwd or "(unknown)", each.bytes) for each in stats.folders),
            ),
            _bars(
                "Models",
                ((each.model or "(unknown)", each.bytes) for each in stats.models),
            ),
            _bars(
                "Last active",
                ((AGE_NAMES[each.age], each.bytes) for each in stats.ages),
            ),
            _days(stats),
            _largest(stats),
            "</main>\n",
            f"<footer>Written by Threadbook, {moment(stats.at)}</footer>\n{PAGE_END}",
        )
    )


def _line(text: str) -> str:
    return escape(one_line(text))


def _totals(stats: StatsReadResponse) -> str:
    figures = (
        ("Tasks", f"{stats.tasks:,}"),
        ("Disk space", size(stats.bytes)),
        ("Tokens", f"{stats.tokens:,}"),
    )
    shown = "".join(
        f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in figures
    )
    return (
        "<header><h1>Codex tasks: disk space and tokens</h1>\n"
        f'<dl class="totals">{shown}</dl></header>\n'
    )


def _bars(title: str, rows: Iterable[tuple[str, int]]) -> str:
    return _drawn(title, [(label, amount, size(amount)) for label, amount in rows])


def _drawn(title: str, rows: list[tuple[str, int, str]]) -> str:
    """Draw one bar a row; the numbers stand beside, so that the bars are decoration."""
    if not rows:
        return ""
    most = max(amount for _, amount, _ in rows) or 1
    lines = "".join(
        f'<span dir="auto">{breakable(label)}</span>'
        '<span class="bar" aria-hidden="true">'
        f'<i style="width:{amount / most:.1%}"></i></span>'
        f'<span class="amount">{told}</span>\n'
        for label, amount, told in rows[:_ROWS]
    )
    rest = len(rows) - _ROWS
    more = f'<p class="gap">and {rest} more</p>\n' if rest > 0 else ""
    return f'<h2>{_line(title)}</h2>\n<div class="bars">\n{lines}</div>\n{more}'


def _days(stats: StatsReadResponse) -> str:
    tokens: Counter[str] = Counter()
    for day in stats.days:
        tokens[day.day] += day.tokens
    newest = sorted((day for day in tokens if tokens[day]), reverse=True)[:_DAYS]
    return _drawn(
        "Tokens of the tasks last active on a day",
        [(day, tokens[day], f"{tokens[day]:,}") for day in newest],
    )


def _largest(stats: StatsReadResponse) -> str:
    if not stats.largest:
        return ""
    rows = "".join(
        f'<tr><td class="number">{size(task.bytes)}</td>'
        f'<td dir="auto">{_line(task.display_name)}<br>'
        f"<small>{breakable(task.cwd or '')}</small></td>"
        f"<td>{why_large(task.kinds)}</td>"
        f"<td><code>{task.thread_id}</code></td></tr>\n"
        for task in stats.largest
    )
    return (
        '<h2>Largest tasks</h2>\n<table class="wide"><thead><tr>'
        '<th class="number">Size</th><th>Task</th><th>Mostly</th><th>Id</th>'
        f"</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    )
