"""Charts as HTML that needs no script: bars, a stacked bar, columns over days.

Whatever a chart shows stands as text beside it or in a table below it; the drawing
itself is hidden from screen readers or has one sentence that says what is in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from threadbook.export.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SERIES: Final = 8
"""So many colours there are; the last one is for the rest."""
_STEPS = (1, 2, 2.5, 5, 10)
_LINES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart; *cells* are shown behind the bar, *label* is HTML."""

    label: str
    amount: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One day: the amount of each series, in their order, and what a pointer reads."""

    label: str
    amounts: tuple[int, ...]
    told: str


@cache
def chart_style() -> str:
    """Return the style sheet of a page with charts."""
    return Path(__file__).with_name("charts.css").read_text(encoding="utf-8")


def line(text: str) -> str:
    """Return the HTML of one line of text."""
    return escape(one_line(text))


def bars(heads: Sequence[str], rows: Sequence[Bar]) -> str:
    """Return a table: labels, bars in proportion to the largest, cells."""
    label, *cells = heads
    most = max((row.amount for row in rows), default=0) or 1
    head = "".join(
        f'<th scope="col" class="number">{line(cell)}</th>' for cell in cells
    )
    body = "".join(
        f'<tr><th scope="row" dir="auto">{row.label}</th>'
        f'<td class="bar">{track(row.amount / most)}</td>'
        + "".join(f'<td class="number">{line(cell)}</td>' for cell in row.cells)
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<table class="bars"><thead><tr><th scope="col">{line(label)}</th>'
        f"<td></td>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>\n"
    )


def track(share: float) -> str:
    """Return a bar that is filled up to *share*."""
    # Something is never drawn as nothing.
    width = max(share, 0.004) if share else 0
    return f'<span class="track"><i style="width:{width:.1%}"></i></span>'


def stacked(amounts: Iterable[int]) -> str:
    """Return one bar with a segment for each amount, in the colours of the series."""
    amounts = list(amounts)
    total = sum(amounts) or 1
    parts = "".join(
        f'<i class="s{series(index)}" style="width:{amount / total:.2%}"></i>'
        for index, amount in enumerate(amounts)
    )
    return f'<div class="stacked" aria-hidden="true">{parts}</div>\n'


def series(index: int) -> int:
    """Return which colour the series has."""
    return min(index, SERIES - 1)


def swatch(index: int) -> str:
    """Return a small square in the colour of the series."""
    return f'<i class="swatch s{series(index)}" aria-hidden="true"></i>'


def columns(said: str, days: Sequence[Column]) -> str:
    """Return stacked columns with lines to read their height by; *said* tells it."""
    top = round_top(max((sum(day.amounts) for day in days), default=0))
    marks = "".join(
        f'<span style="bottom:{at / _LINES:.0%}">{short(top * at / _LINES)}</span>'
        for at in range(_LINES + 1)
    )
    drawn = "".join(_column(at, day, top) for at, day in enumerate(days))
    every = max(1, len(days) // 6)
    # Counted from the newest, which always has its label.
    labels = "".join(
        f"<span>{line(day.label)}</span>"
        if (len(days) - 1 - at) % every == 0
        else "<span></span>"
        for at, day in enumerate(days)
    )
    return (
        f'<div class="columns" role="img" aria-label="{line(said)}">\n'
        f'<div class="marks">{marks}</div>\n'
        f'<svg viewBox="0 0 {len(days) * 10} 100" preserveAspectRatio="none">\n'
        f'{drawn}</svg>\n<div class="labels">{labels}</div>\n</div>\n'
    )


def _column(at: int, day: Column, top: float) -> str:
    # The whole height answers to the pointer, also above a low column.
    parts = [f'<rect class="hit" x="{at * 10}" y="0" width="10" height="100"/>']
    reached = 0.0
    for index, amount in enumerate(day.amounts):
        height = amount * 100 / top
        if height:
            reached += height
            parts.append(
                f'<rect class="s{series(index)}" x="{at * 10 + 1.5}" '
                f'y="{100 - reached:.3f}" width="7" height="{height:.3f}"/>'
            )
    return f"<g><title>{line(day.told)}</title>{''.join(parts)}</g>\n"


def round_top(most: int) -> float:
    """Return a round number that is no less: the height of the chart."""
    if most <= 0:
        return float(_LINES)
    step = most / _LINES
    power = 10 ** math.floor(math.log10(step))
    return next(
        size * power * _LINES for size in _STEPS if size * power * _LINES >= most
    )


def short(amount: float) -> str:
    """Spell a large number in few characters: `1.5 M`."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if amount >= limit:
            return f"{amount / limit:.3g}\N{NO-BREAK SPACE}{unit}"
    return f"{amount:.3g}"
