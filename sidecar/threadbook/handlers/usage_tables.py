"""The usage page's tables: what is large, where it lies, what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from threadbook.export import charts
from threadbook.export.charts import line
from threadbook.export.document import size
from threadbook.export.page import breakable
from threadbook.handlers.usage_words import age_name, filled, kind_name, why_large

if TYPE_CHECKING:
    from threadbook.handlers.usage_words import Voice
    from threadbook.protocol.stats import LargeTask, StatsReadResponse

_ROWS: Final = 12


def largest(voice: Voice, stats: StatsReadResponse) -> str:
    """Return the largest tasks, and what they consist of."""
    words, tasks = voice.words, stats.largest
    most = max((task.bytes for task in tasks), default=0) or 1
    rows = "".join(_large(voice, task, most) for task in tasks)
    return (
        '<table class="rows"><thead><tr>'
        f'<th scope="col">{line(words.task)}</th>'
        f'<th scope="col" class="why">{line(words.mostly)}</th><td></td>'
        f'<th scope="col" class="number">{line(words.disk)}</th>'
        f"</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
    )


def _large(voice: Voice, task: LargeTask, most: int) -> str:
    words = voice.words
    about = " · ".join(
        breakable(part) for part in (task.cwd or "", task.model or "") if part
    )
    return (
        '<tr><th scope="row" dir="auto">'
        f"{voice.task(task.thread_id, task.display_name)}"
        f"<br><small>{about}</small></th>"
        f'<td class="why"><small>{line(why_large(task.kinds, words))}</small></td>'
        f'<td class="bar">{charts.track(task.bytes / most)}</td>'
        f'<td class="number">{size(task.bytes)}</td></tr>\n'
    )


def folders(voice: Voice, stats: StatsReadResponse) -> str:
    """Return the folders with the most bytes."""
    words, found = voice.words, stats.folders
    rows = [
        charts.Bar(
            _folder(each.cwd or words.unknown),
            each.bytes,
            (size(each.bytes), voice.number(each.tasks)),
        )
        for each in found[:_ROWS]
    ]
    heads = (words.folder, words.disk, words.tasks)
    return charts.bars(heads, rows) + _more(voice, len(found) - _ROWS)


def _folder(path: str) -> str:
    """Return the HTML of a folder: its name, and dimmer where it is."""
    place, mark, name = path.rpartition("/" if "/" in path else "\\")
    return f"{line(name)} <small>{breakable(place)}</small>" if mark else line(path)


def kinds(voice: Voice, stats: StatsReadResponse) -> str:
    """Return what the bytes are for, as one bar and as a table."""
    words = voice.words
    if not stats.kinds:
        return ""
    total = sum(kind.bytes for kind in stats.kinds)
    rows = "".join(
        f'<tr><th scope="row">{charts.swatch(index)}'
        f"{line(kind_name(each.kind, words))}</th>"
        f'<td class="number">{each.bytes * 100 // total} %</td>'
        f'<td class="number">{size(each.bytes)}</td></tr>\n'
        for index, each in enumerate(stats.kinds)
    )
    heads = "".join(
        f'<th scope="col" class="number">{line(head)}</th>'
        for head in (words.share, words.disk)
    )
    note = filled(words.kinds_note, size(stats.weighed_bytes), size(stats.bytes))
    return (
        charts.stacked(kind.bytes for kind in stats.kinds)
        + f'<table class="rows"><thead><tr><th scope="col">{line(words.kind)}</th>'
        f"{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
        + (
            f'<p class="note">{line(note)}</p>\n'
            if stats.weighed_bytes < stats.bytes
            else ""
        )
    )


def models(voice: Voice, stats: StatsReadResponse) -> str:
    """Return the tokens of each model."""
    words = voice.words
    found = sorted(stats.models, key=lambda each: -each.tokens)
    rows = [
        charts.Bar(
            line(each.model or words.unknown),
            each.tokens,
            (voice.number(each.tokens), voice.number(each.tasks)),
        )
        for each in found[:_ROWS]
    ]
    heads = (words.model, words.tokens, words.tasks)
    return charts.bars(heads, rows) + _more(voice, len(found) - _ROWS)


def ages(voice: Voice, stats: StatsReadResponse) -> str:
    """Return how many bytes were not touched for how long."""
    words = voice.words
    rows = [
        charts.Bar(
            line(age_name(each.age, words)),
            each.bytes,
            (size(each.bytes), voice.number(each.tasks)),
        )
        for each in stats.ages
    ]
    return charts.bars((words.ages, words.disk, words.tasks), rows)


def _more(voice: Voice, count: int) -> str:
    told = filled(voice.words.more, voice.number(count))
    return f'<p class="note">{line(told)}</p>\n' if count > 0 else ""
