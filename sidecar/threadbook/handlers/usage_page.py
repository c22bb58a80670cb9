"""The account's usage and where disk space and tokens went, as a page: `usage/page`.

`threadbook stats --open` writes the same page to a file.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from threadbook.export import charts
from threadbook.export.charts import line
from threadbook.export.document import size
from threadbook.export.page import PAGE_END, page_head
from threadbook.handlers import usage_tables as tables
from threadbook.handlers.stats import read_stats
from threadbook.handlers.usage import usage_read
from threadbook.handlers.usage_days import Days
from threadbook.handlers.usage_words import (
    Voice,
    duration,
    filled,
    moment,
    window_name,
)
from threadbook.protocol.stats import StatsReadParams
from threadbook.protocol.usage import UsageReadParams
from threadbook.protocol.usage_page import UsagePageResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from threadbook.handlers.context import Context
    from threadbook.protocol.stats import StatsReadResponse
    from threadbook.protocol.usage import UsageReadResponse, UsageWindow
    from threadbook.protocol.usage_page import UsagePageParams

_NEAR: Final = 80
_FULL: Final = 100


async def usage_page(context: Context, params: UsagePageParams) -> UsagePageResponse:
    """Return the page as an editor shows it."""
    usage = await usage_read(context, UsageReadParams())
    return await asyncio.to_thread(_respond, context, usage, params)


def _respond(
    context: Context, usage: UsageReadResponse, params: UsagePageParams
) -> UsagePageResponse:
    asked = StatsReadParams(weigh_bytes=params.weigh_bytes, largest=params.largest)
    # Asked for first: what is read until the figures are there is in them.
    is_partial = context.feed is not None and not context.feed.settled
    stats = read_stats(context, asked, lambda _done, _total: None)
    names = scheduled_names(context, usage)
    voice = Voice(params.language, params.words, params.thousands, params.task_link)
    html = Figures(usage, stats, names, voice, is_partial=is_partial).page()
    return UsagePageResponse(html=html, is_partial=is_partial)


def scheduled_names(context: Context, usage: UsageReadResponse) -> dict[str, str]:
    """Return the names of the tasks that go on by themselves, by their ids."""
    ids = (each.thread_id for each in usage.scheduled)
    return {str(row.thread_id): row.display_name for row in context.index.rows(ids)}


@dataclass(frozen=True, slots=True)
class Figures:
    """All that stands on the page, and how it is said."""

    usage: UsageReadResponse
    stats: StatsReadResponse
    names: Mapping[str, str]
    """Names of tasks that are scheduled."""
    voice: Voice = field(default_factory=Voice)
    is_partial: bool = False
    """The first scan of the home is under way: the figures will grow."""

    def page(self) -> str:
        """Return the page."""
        words = self.voice.words
        head = page_head(
            words.title, language=self.voice.language, style=charts.chart_style()
        )
        written = line(filled(words.written, moment(self.stats.at)))
        return "".join(
            (
                head,
                "<main>\n",
                self._head(),
                self._windows(),
                self._scheduled(),
                *self._of_tasks(),
                f"</main>\n<footer>{written}</footer>\n{PAGE_END}",
            )
        )

    def _head(self) -> str:
        words, stats, account = self.voice.words, self.stats, self.usage.account
        heard = (
            ""
            if account is None
            else " · ".join(
                filter(None, (account.plan, filled(words.heard, moment(account.at))))
            )
        )
        figures = (
            (words.tasks, self.voice.number(stats.tasks)),
            (words.disk, size(stats.bytes)),
            (words.tokens, self.voice.number(stats.tokens)),
        )
        shown = "".join(
            f"<div><dt>{line(label)}</dt><dd>{value}</dd></div>"
            for label, value in figures
        )
        note = (
            f'<p class="note" role="status">{line(words.still_reading)}</p>\n'
            if self.is_partial
            else ""
        )
        return (
            f"<header><div><h1>{line(words.title)}</h1>"
            f"<small>{line(heard)}</small></div>\n"
            f'<dl class="totals">{shown}</dl></header>\n{note}'
        )

    def _windows(self) -> str:
        words, account = self.voice.words, self.usage.account
        windows = account.windows if account else ()
        shown = "".join(self._window(window) for window in windows)
        limited = (
            f'<p class="note">{line(filled(words.limit_reached, moment(until)))}</p>\n'
            if account and (until := account.limited_until)
            else ""
        )
        body = (
            f'<div class="windows">\n{shown}</div>\n{limited}'
            if shown
            else f'<p class="note">{line(words.no_windows)}</p>\n'
        )
        return _section(words.windows, body)

    def _window(self, window: UsageWindow) -> str:
        words = self.voice.words
        name = line(window_name(window, words))
        if window.stale:
            return (
                f'<div class="window"><h3>{name}</h3>'
                '<p class="figure unknown" aria-hidden="true">&ndash;</p>'
                f"{_meter(0)}<small>{line(words.has_reset)}</small></div>\n"
            )
        used = window.used_percent
        level = " full" if used >= _FULL else " near" if used >= _NEAR else ""
        passed = _passed(window, self.stats.at)
        told = [
            filled(words.resets, *self._until(window.resets_at))
            if window.resets_at and window.resets_at > self.stats.at
            else "",
            filled(words.time_passed, f"{_rounded(passed)} %")
            if passed is not None
            else "",
        ]
        facts = "<br>".join(line(fact) for fact in told if fact)
        return (
            f'<div class="window{level}"><h3>{name}</h3>'
            f'<p class="figure">{_rounded(used)} %</p>{_meter(used, passed)}'
            f"<small>{facts}</small></div>\n"
        )

    def _until(self, at: int) -> tuple[str, str]:
        return duration(at - self.stats.at, self.voice.words), moment(at)

    def _scheduled(self) -> str:
        words, now = self.voice.words, self.stats.at
        rows: list[str] = []
        for each in self.usage.scheduled:
            if each.running:
                when = words.running
            elif each.held_back or each.at <= now:
                when = words.held_back if each.held_back else words.due
            else:
                when = filled(words.in_time, *self._until(each.at))
            name = self.voice.task(each.thread_id, self.names.get(each.thread_id, ""))
            rows.append(
                f'<tr><th scope="row" dir="auto">{name}</th>'
                f'<td class="number">{line(when)}</td></tr>\n'
            )
        body = f'<table class="rows"><tbody>\n{"".join(rows)}</tbody></table>\n'
        return _section(words.scheduled, body) if rows else ""

    def _of_tasks(self) -> Iterator[str]:
        words, stats = self.voice.words, self.stats
        if not stats.tasks:
            yield f'<section><p class="note">{line(words.no_tasks)}</p></section>\n'
            return
        yield _section(
            words.tokens_by_day, Days(self.voice, stats.days, stats.at).chart()
        )
        yield _section(words.largest, tables.largest(self.voice, stats))
        yield _section(words.folders, tables.folders(self.voice, stats))
        yield _section(words.kinds, tables.kinds(self.voice, stats))
        models = _section(words.models, tables.models(self.voice, stats))
        ages = _section(words.ages, tables.ages(self.voice, stats))
        yield f'<div class="pair">\n{models}{ages}</div>\n'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{line(title)}</h2>\n{body}</section>\n" if body else ""


def _meter(used: float, passed: float | None = None) -> str:
    mark = f'<b class="passed" style="left:{passed:.1f}%"></b>' if passed else ""
    width = min(max(used, 0), _FULL)
    return (
        f'<div class="track" aria-hidden="true"><i style="width:{width:.1f}%"></i>'
        f"{mark}</div>"
    )


def _rounded(percent: float) -> int:
    """Round a half up, as the status bar and the view do."""
    return int(percent + 0.5)


def _passed(window: UsageWindow, now: int) -> float | None:
    """Return how much of a window's time is over, in percent; None: not known."""
    if not window.window_minutes or not window.resets_at:
        return None
    left = (window.resets_at - now) / 60_000
    passed = 100 * (1 - left / window.window_minutes)
    return passed if 0 <= passed <= _FULL else None
