"""How the usage page and the terminal spell figures, in the words they are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from threadbook.export.charts import line
from threadbook.export.plain import one_line
from threadbook.protocol.usage_page import UsageWords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadbook.protocol.stats import KindStats, StatsAge, StatsKind
    from threadbook.protocol.usage import UsageWindow

ENGLISH: Final = UsageWords()
_MINUTE: Final = 60_000
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_NAMED_KINDS: Final = 3
_NAME: Final = 140
"""So many characters of a task's name are shown."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How one reader is spoken to."""

    language: str = "en"
    words: UsageWords = ENGLISH
    thousands: str = ","
    task_link: str | None = None
    """The address of a task, with `{threadId}` in it; None: tasks are no links."""

    def number(self, count: int) -> str:
        """Spell a number, its thousands parted."""
        return f"{count:,}".replace(",", self.thousands)

    def task(self, thread_id: str, name: str) -> str:
        """Return the HTML of a task's name, which opens it where that is possible."""
        shown = line(_at_most(one_line(name))) or line(self.words.no_message)
        if self.task_link is None:
            return f'<span title="{line(thread_id)}">{shown}</span>'
        link = self.task_link.replace("{threadId}", quote(thread_id, safe=""))
        return f'<a href="{line(link)}">{shown}</a>'


def _at_most(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1].rstrip()}…"


def kind_name(kind: StatsKind, words: UsageWords = ENGLISH) -> str:
    """Return what bytes of this kind are for."""
    names: dict[str, str] = {
        field.alias or name: getattr(words, name)
        for name, field in UsageWords.model_fields.items()
    }
    return names[kind]


def age_name(age: StatsAge, words: UsageWords = ENGLISH) -> str:
    """Return when tasks of this age were active."""
    return str(getattr(words, f"age_{age}"))


def why_large(kinds: Sequence[KindStats], words: UsageWords = ENGLISH) -> str:
    """Say what a task's bytes mostly are."""
    total = sum(kind.bytes for kind in kinds)
    told = [
        f"{kind_name(kind.kind, words)} {kind.bytes * 100 // total} %"
        for kind in kinds[:_NAMED_KINDS]
        if kind.bytes * 10 >= total
    ]
    return ", ".join(told)


def filled(text: str, *values: str) -> str:
    """Put *values* where `{0}`, `{1}`... stand."""
    for index, value in enumerate(values):
        text = text.replace(f"{{{index}}}", value)
    return text


def window_name(window: UsageWindow, words: UsageWords) -> str:
    """Name a window by its length: `5-hour window`."""
    minutes = window.window_minutes
    if minutes is None:
        return words.usage_window
    if minutes < _HOUR:
        return filled(words.minute_window, str(minutes))
    if minutes < _DAY or minutes % _DAY:
        return filled(words.hour_window, str(round(minutes / _HOUR)))
    return filled(words.day_window, str(minutes // _DAY))


def duration(milliseconds: int, words: UsageWords) -> str:
    """Spell how long something takes, by its two largest units."""
    minutes = max(1, -(-milliseconds // _MINUTE))
    hours = minutes // _HOUR
    if not hours:
        return filled(words.minutes, str(minutes))
    if minutes < 2 * _DAY:
        return filled(words.hours, str(hours), str(minutes % _HOUR))
    return filled(words.days, str(hours // 24), str(hours % 24))


def moment(at: int) -> str:
    """Spell a time of this machine's zone so that every language reads it."""
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M}"
