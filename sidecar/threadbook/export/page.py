"""A conversation as one HTML page that needs nothing else: no scripts, no network.

A policy in its head forbids both, whatever the conversation says. Colours follow
the reader's light or dark preference; on paper everything is unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, singledispatch
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from threadbook import items
from threadbook.export.document import (
    duration,
    machine_moment,
    moment,
    size,
    step_facts,
)
from threadbook.export.markdown import DIVIDERS
from threadbook.export.plain import one_line, plain, shortened
from threadbook.export.prose import render, render_code

if TYPE_CHECKING:
    from threadbook.export.document import Document, Step

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_OUTPUT: Final = 400_000
"""A longer output makes the page slow; JSON has it whole."""
_OUTLINE_FROM: Final = 3
_PICTURE = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp|avif|bmp);base64,[A-Za-z0-9+/]+={0,2}"
)
_DIFF_CLASSES = {"+": "add", "-": "del", "@": "at"}


def page_head(title: str, *, language: str = "en", style: str | None = None) -> str:
    """Return a page's beginning, up to and with `<body>`."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="generator" content="Threadbook">\n'
        f"<title>{escape(one_line(title))}</title>\n"
        f"<style>\n{style or _style()}</style>\n</head>\n<body>\n"
    )


PAGE_END: Final = "</body>\n</html>\n"


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def write_page(document: Document) -> Iterator[str]:
    """Yield the page piece by piece."""
    yield page_head(document.title)
    yield f'<header>\n<h1 dir="auto">{_line(document.title)}</h1>\n<dl>\n'
    for fact in document.facts:
        value = breakable(fact.value)
        yield f"<div><dt>{_line(fact.label)}</dt><dd>{value}</dd></div>\n"
    yield "</dl>\n</header>\n"
    yield from _outline(document)
    yield "<main>\n"
    for step in document.steps:
        yield from _step(step)
    yield f"</main>\n<footer>Written by Threadbook</footer>\n{PAGE_END}"


def _outline(document: Document) -> Iterator[str]:
    if len(document.outline) < _OUTLINE_FROM:
        return
    yield f"<details class=outline><summary>{len(document.outline)} steps</summary>\n"
    yield '<nav aria-label="Steps"><ol>\n'
    for entry in document.outline:
        yield (
            f'<li value="{entry.number}"><a href="#step-{entry.number}" dir="auto">'
            f"{_line(entry.preview or '(no message)')}</a></li>\n"
        )
    yield "</ol></nav>\n</details>\n"


def _step(step: Step) -> Iterator[str]:
    turn = step.turn
    place = f' id="step-{turn.number}"' if turn.number else ""
    name = f"Step {turn.number}" if turn.number else "Dropped step"
    yield f'<section class="step"{place}>\n<h2>{name}'
    for fact in step_facts(turn):
        yield f" <small>{_line(fact)}</small>"
    yield "</h2>\n"
    for item in step.items:
        yield from _write(item)
    if turn.stop is not None:
        yield f'<p class="notice error">{_stop(turn.stop)}</p>\n'
    yield "</section>\n"


def _stop(stop: items.Stop) -> str:
    until = f", resets {moment(stop.resets_at)}" if stop.resets_at else ""
    message = f": {_line(stop.message)}" if stop.message else ""
    return f"<strong>Stopped</strong> ({stop.kind.value}{until}){message}"


def _line(text: str) -> str:
    return escape(one_line(text))


def breakable(text: str) -> str:
    """Return the HTML of a path, which may be broken between its parts."""
    return _line(text).replace("/", "/<wbr>")


def _block(text: str) -> str:
    return escape(plain(text))


def _when(item: items.Item) -> str:
    if item.at is None:
        return ""
    return (
        f'<time datetime="{machine_moment(item.at)}" title="{moment(item.at)}">'
        f"{moment(item.at)[11:16]}</time>"
    )


def _card(item: items.Item, kind: str, who: str, body: str) -> str:
    return (
        f'<article class="{kind}"><h3>{who} {_when(item)}</h3>\n'
        f'<div class="prose" dir="auto">{body}</div></article>\n'
    )


def _folded(kind: str, summary: str, body: str) -> str:
    return (
        f'<details class="{kind}"><summary>{summary}</summary>\n{body}</details>\n'
        if body
        else f'<p class="{kind} bare">{summary}</p>\n'
    )


def _output(text: items.Text | None) -> str:
    if text is None or not text.text.strip():
        return ""
    head, left_out, tail = shortened(text, _OUTPUT)
    if not left_out:
        return f"<pre>{escape(head)}</pre>\n"
    rest = f"<pre>{escape(tail)}</pre>\n" if tail else ""
    return f"<pre>{escape(head)}</pre>\n{_gap(left_out)}{rest}"


def _gap(left_out: int) -> str:
    return f'<p class="gap">{size(left_out)} left out</p>\n'


def _cut(text: items.Text) -> str:
    return _gap(text.bytes - len(text.text.encode())) if text.cut else ""


def _badge(status: items.RunStatus, text: str) -> str:
    return f'<span class="badge {status.value}">{escape(text)}</span>'


_STATUS = {
    items.RunStatus.COMPLETED: "done",
    items.RunStatus.FAILED: "failed",
    items.RunStatus.DECLINED: "declined",
    items.RunStatus.IN_PROGRESS: "not ended",
}


@singledispatch
def _write(item: items.Item) -> Iterator[str]:
    raise TypeError(type(item))


@_write.register
def _(item: items.UserMessage) -> Iterator[str]:
    # As typed: what a person writes is rarely meant as Markdown.
    text = f'<p class="typed">{_block(item.text.text)}</p>' if item.text.text else ""
    pictures = "".join(_image(image) for image in item.images)
    yield _card(item, "user", "User", f"{text}{_cut(item.text)}{pictures}")


@_write.register
def _(item: items.AgentMessage) -> Iterator[str]:
    kind = "agent" if item.final else "agent commentary"
    yield _card(item, kind, "Agent", render(item.text.text) + _cut(item.text))


@_write.register
def _(item: items.Reasoning) -> Iterator[str]:
    body = f'<div class="prose" dir="auto">{render(item.text.text)}</div>\n'
    yield _folded("reasoning", "Reasoning", body)


@_write.register
def _(item: items.CommandExecution) -> Iterator[str]:
    command = plain(item.command)
    first, _, rest = command.partition("\n")
    facts = "" if item.duration_ms is None else f" <small>{duration(item.duration_ms)}"
    facts += "</small>" if facts else ""
    label = _STATUS[item.status]
    if item.exit_code is not None:
        label = f"exit {item.exit_code}"
    summary = (
        f"<code>$ {escape(first)}{' …' if rest else ''}</code> "
        f"{_badge(item.status, label)}{facts}"
    )
    whole = f"<pre>{render_code(command, 'bash')}</pre>\n" if rest else ""
    yield _folded("command", summary, whole + _output(item.output))


@_write.register
def _(item: items.FileChange) -> Iterator[str]:
    for change in item.changes:
        lines = plain(change.diff.text).splitlines()
        added = sum(line.startswith("+") for line in lines)
        removed = sum(line.startswith("-") for line in lines)
        moved = f" → <code>{_line(change.moved_to)}</code>" if change.moved_to else ""
        counts = (
            f'<span class="plus">+{added}</span> '
            f'<span class="minus">&minus;{removed}</span>'
        )
        path = f"<code>{_line(change.path)}</code>"
        summary = f"{_line(change.kind)} {path}{moved} {counts}"
        if item.status is not items.RunStatus.COMPLETED:
            summary += f" {_badge(item.status, _STATUS[item.status])}"
        yield _folded("change", summary, _diff(lines) + _cut(change.diff))


def _diff(lines: list[str]) -> str:
    if not lines:
        return ""
    body = "".join(
        f'<span class="{_DIFF_CLASSES.get(line[:1], "ctx")}">{escape(line)}\n</span>'
        for line in lines
    )
    return f'<pre class="diff">{body}</pre>\n'


@_write.register
def _(item: items.ToolCall) -> Iterator[str]:
    name = f"{item.server}.{item.tool}" if item.server else item.tool
    summary = (
        f"Tool <code>{_line(name)}</code> {_badge(item.status, _STATUS[item.status])}"
    )
    yield _folded("tool", summary, _output(item.arguments) + _output(item.result))


@_write.register
def _(item: items.WebSearch) -> Iterator[str]:
    yield _folded("tool", f"Web search <q>{_line(item.query)}</q>", "")


@_write.register
def _(item: items.Plan) -> Iterator[str]:
    steps = "".join(
        f'<li class="{_line(step.status)}">{_line(step.step)}</li>\n'
        for step in item.steps
    )
    body = f'<ul class="plan">\n{steps}</ul>' if steps else ""
    yield _card(
        item, "note", "Plan", body + (render(item.text.text) if item.text else "")
    )


@_write.register
def _(item: items.ImageView) -> Iterator[str]:
    yield _image(item.image)


def _image(image: items.Image) -> str:
    if image.url and _PICTURE.fullmatch(image.url):
        name = _line(image.path or "Picture of the conversation")
        return f'<img src="{image.url}" alt="{name}">\n'
    where = image.path or ("" if _is_data(image.url) else image.url)
    facts = [where or "", image.mime or "", size(image.bytes) if image.bytes else ""]
    known = " · ".join(_line(fact) for fact in facts if fact)
    return f'<p class="picture">Picture{": " if known else ""}{known}</p>\n'


def _is_data(url: str | None) -> bool:
    return url is not None and url.startswith("data:")


@_write.register
def _(item: items.Review) -> Iterator[str]:
    who = "Review begins" if item.entered else "Review"
    yield _card(item, "note", who, render(item.text.text))


@_write.register
def _(item: items.SubAgent) -> Iterator[str]:
    threads = " ".join(f"<code>{_line(thread)}</code>" for thread in item.thread_ids)
    summary = f"Sub-agent: {_line(item.action)} {threads}"
    yield _folded("tool", summary, _output(item.prompt))


@_write.register
def _(item: items.Divider) -> Iterator[str]:
    text = f": {_line(item.text)}" if item.text else ""
    label = _line(DIVIDERS.get(item.kind, item.kind))
    yield f'<p class="divider"><span>{label}{text}</span></p>\n'


@_write.register
def _(item: items.Notice) -> Iterator[str]:
    code = f" <code>{_line(item.code)}</code>" if item.code else ""
    text = _block(item.text.text)
    level = "error" if item.level == "error" else "warning"
    head = f"<strong>{level.capitalize()}</strong>{code}"
    yield f'<p class="notice {level}">{head} {text}</p>\n'


@_write.register
def _(item: items.UnknownItem) -> Iterator[str]:
    yield _folded("tool", f"Record <code>{_line(item.kind)}</code>", _output(item.raw))
