"""The usage page's chart: tokens by day and model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from threadbook.export import charts
from threadbook.export.charts import line
from threadbook.handlers.usage_words import filled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadbook.handlers.usage_words import Voice
    from threadbook.protocol.stats import DayStats

_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Days:
    """Tokens of the last days, and how they are told."""

    voice: Voice
    days: Sequence[DayStats]
    now: int

    def chart(self) -> str:
        """Return the chart, its legend, and the same as a table."""
        words = self.voice.words
        days = _last_days(self.now)
        shown = [day for day in self.days if day.day in days and day.tokens]
        if not shown:
            missing = filled(words.no_tokens, str(_DAYS))
            return f'<p class="note">{line(missing)}</p>\n'
        by_model: Counter[str | None] = Counter()
        for day in shown:
            by_model[day.model] += day.tokens
        models = [model for model, _ in by_model.most_common()]
        amounts = [self._amounts(day, shown, models) for day in days]
        return (
            charts.columns(
                self._told(days, amounts),
                [
                    charts.Column(day[5:], each, self._column_told(day, each, models))
                    for day, each in zip(days, amounts, strict=True)
                ],
            )
            + self._legend(models, amounts)
            + self._day_table(days, models, amounts)
        )

    def _amounts(
        self, day: str, shown: Sequence[DayStats], models: Sequence[str | None]
    ) -> tuple[int, ...]:
        """Return a day's tokens by series: a model each, the last for the rest."""
        series = [0] * min(len(models), charts.SERIES)
        for each in shown:
            if each.day == day:
                series[charts.series(models.index(each.model))] += each.tokens
        return tuple(series)

    def _names(self, models: Sequence[str | None]) -> list[str]:
        words = self.voice.words
        names = [model or words.unknown for model in models[: charts.SERIES]]
        if len(models) > charts.SERIES:
            names[-1] = words.others
        return names

    def _told(self, days: Sequence[str], amounts: Sequence[tuple[int, ...]]) -> str:
        sums = [sum(each) for each in amounts]
        most = max(range(len(days)), key=sums.__getitem__)
        told = (self.voice.number(sum(sums)), str(_DAYS), days[most])
        return filled(self.voice.words.most_on, *told, self.voice.number(sums[most]))

    def _column_told(
        self, day: str, amounts: tuple[int, ...], models: Sequence[str | None]
    ) -> str:
        parts = ", ".join(
            f"{name} {self.voice.number(amount)}"
            for name, amount in zip(self._names(models), amounts, strict=True)
            if amount
        )
        return f"{day}: {parts or '0'}"

    def _legend(
        self, models: Sequence[str | None], amounts: Sequence[tuple[int, ...]]
    ) -> str:
        sums = [sum(series) for series in zip(*amounts, strict=True)]
        entries = "".join(
            f"<li>{charts.swatch(index)}{line(name)}"
            f"<small>{self.voice.number(sums[index])}</small></li>"
            for index, name in enumerate(self._names(models))
        )
        return f'<ul class="legend">{entries}</ul>\n'

    def _day_table(
        self,
        days: Sequence[str],
        models: Sequence[str | None],
        amounts: Sequence[tuple[int, ...]],
    ) -> str:
        words = self.voice.words
        names = self._names(models)
        heads = "".join(
            f'<th scope="col" class="number">{line(name)}</th>'
            for name in (*names, words.sum)
        )
        rows = "".join(
            f'<tr><th scope="row">{day}</th>'
            + "".join(
                f'<td class="number">{self.voice.number(amount)}</td>'
                for amount in (*each, sum(each))
            )
            + "</tr>\n"
            for day, each in zip(reversed(days), reversed(amounts), strict=True)
            if sum(each)
        )
        return (
            f"<details><summary>{line(words.as_table)}</summary>\n"
            '<div class="scroll" tabindex="0" role="region" '
            f'aria-label="{line(words.tokens_by_day)}">\n'
            f'<table class="rows"><thead><tr><th scope="col">{line(words.day)}</th>'
            f"{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n</div>\n"
            "</details>\n"
        )


def _last_days(now: int) -> list[str]:
    """Return the days of the chart by this machine's calendar, oldest first."""
    today = datetime.fromtimestamp(now / 1000).astimezone().date()
    return [f"{today - timedelta(days=back)}" for back in reversed(range(_DAYS))]
