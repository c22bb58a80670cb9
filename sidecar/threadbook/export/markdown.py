"""A conversation as Markdown: something to paste into an issue or a wiki.

Long outputs are shortened here (their head and tail stay); the other formats have
them whole. What the agent wrote is Markdown already and stays so, except that it
can't break out of its place: open fences are closed, HTML is spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from threadbook import items
from threadbook.export.document import duration, moment, size, step_facts
from threadbook.export.plain import one_line, plain, shortened

if TYPE_CHECKING:
    from threadbook.export.document import Document

_OUTPUT: Final = 6_000
_DIFF: Final = 20_000
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HTML = re.compile(
    # A span of code, which shows what it holds, or what could begin HTML.
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|<(?!https?://|mailto:)(?=[A-Za-z/!?])"
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def write_markdown(document: Document) -> Iterator[str]:
    """Yield the document piece by piece."""
    yield f"# {_inline(document.title)}\n\n"
    for fact in document.facts:
        yield f"- **{fact.label}**: {_inline(fact.value)}\n"
    for step in document.steps:
        number = f"Step {step.turn.number}" if step.turn.number else "Dropped step"
        yield f"\n## {number}\n\n"
        facts = " · ".join(step_facts(step.turn))
        if facts:
            yield f"*{_inline(facts)}*\n"
        for item in step.items:
            yield "\n"
            yield from _write(item)
        if step.turn.stop is not None:
            yield f"\n> **Stopped: {_stop(step.turn.stop)}**\n"


def _stop(stop: items.Stop) -> str:
    until = f" (resets {moment(stop.resets_at)})" if stop.resets_at else ""
    message = f": {_inline(stop.message)}" if stop.message else ""
    return f"{stop.kind.value}{until}{message}"


def _inline(text: str) -> str:
    """Return *text* as a part of a line that is just text."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _code(text: str) -> str:
    """Return *text* as a span of code."""
    line = one_line(text)
    ticks = "`" * (_longest_run(line, "`") + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def _longest_run(text: str, character: str) -> int:
    return max((len(run) for run in re.findall(f"{character}+", text)), default=0)


def _fenced(text: str, language: str = "") -> str:
    fence = "`" * max(3, _longest_run(text, "`") + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{fence}{language}\n{text}{end}{fence}\n"


def _quoted(text: str) -> str:
    """Quote what a person wrote, line by line as written."""
    lines = plain(text).rstrip("\n").split("\n")
    return "".join(f"> {line}".rstrip() + "\n" for line in _contained(lines))


def _own(text: str) -> str:
    """Return Markdown of the agent's that stays in its place."""
    lines = plain(text).rstrip("\n").split("\n")
    return "\n".join(_contained(lines)) + "\n"


def _contained(lines: list[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        if fence:
            closes = match and match[1].startswith(fence) and not match[2].strip()
            yield line
            fence = "" if closes else fence
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
            yield line
        else:
            yield _HTML.sub(lambda found: found["code"] or "&lt;", line)
    if fence:
        yield fence


def _folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n</details>\n"


def _output(text: items.Text, limit: int = _OUTPUT, language: str = "text") -> str:
    head, left_out, tail = shortened(text, limit)
    if left_out:
        head = f"{head.rstrip()}\n… {size(left_out)} left out …\n{tail}"
    return _fenced(head, language)


@singledispatch
def _write(item: items.Item) -> Iterator[str]:
    raise TypeError(type(item))


@_write.register
def _(item: items.UserMessage) -> Iterator[str]:
    yield "**User**\n\n"
    if item.text.text:
        yield _quoted(item.text.text)
        yield _cut(item.text)
    for image in item.images:
        yield f"\n{_image(image)}\n"


@_write.register
def _(item: items.AgentMessage) -> Iterator[str]:
    yield "**Agent**\n\n" if item.final else "**Agent** (on the way)\n\n"
    yield _own(item.text.text)
    yield _cut(item.text)


def _cut(text: items.Text) -> str:
    return f"\n*(cut: {size(text.bytes)} in all)*\n" if text.cut else ""


def _image(image: items.Image) -> str:
    if image.url and image.url.startswith("data:"):
        return f"![picture]({image.url})"
    where = image.path or image.url
    facts = [image.mime or "", size(image.bytes) if image.bytes else ""]
    known = ", ".join(fact for fact in facts if fact)
    return f"*[picture{': ' if where or known else ''}{_inline(where or known)}]*"


@_write.register
def _(item: items.Reasoning) -> Iterator[str]:
    yield _folded("Reasoning", _own(item.text.text))


@_write.register
def _(item: items.CommandExecution) -> Iterator[str]:
    command = plain(item.command)
    yield _fenced(f"$ {command}", "console")
    facts = [] if item.exit_code is None else [f"exit {item.exit_code}"]
    if item.duration_ms is not None:
        facts.append(duration(item.duration_ms))
    if item.status in {items.RunStatus.DECLINED, items.RunStatus.IN_PROGRESS}:
        facts.append(_STATUS[item.status])
    if item.output and item.output.text.strip():
        summary = " · ".join(["Output", *facts])
        yield _folded(summary, _output(item.output))
    elif facts:
        yield f"\n*{' · '.join(facts)}*\n"


_STATUS = {
    items.RunStatus.COMPLETED: "done",
    items.RunStatus.FAILED: "failed",
    items.RunStatus.DECLINED: "declined",
    items.RunStatus.IN_PROGRESS: "not ended",
}


@_write.register
def _(item: items.FileChange) -> Iterator[str]:
    if item.status is not items.RunStatus.COMPLETED:
        yield f"*{_STATUS[item.status]}*\n\n"
    for change in item.changes:
        moved = f" → {_code(change.moved_to)}" if change.moved_to else ""
        yield f"**{_inline(change.kind)}** {_code(change.path)}{moved}\n\n"
        if change.diff.text:
            yield _folded("Diff", _output(change.diff, _DIFF, "diff"))


@_write.register
def _(item: items.ToolCall) -> Iterator[str]:
    name = f"{item.server}.{item.tool}" if item.server else item.tool
    yield f"**Tool** {_code(name)} *{_STATUS[item.status]}*\n\n"
    if item.arguments.text.strip():
        yield _folded("Arguments", _output(item.arguments, language="json"))
    if item.result and item.result.text.strip():
        yield _folded("Result", _output(item.result))


@_write.register
def _(item: items.WebSearch) -> Iterator[str]:
    yield f"**Web search** {_inline(item.query)}\n"


@_write.register
def _(item: items.Plan) -> Iterator[str]:
    yield "**Plan**\n\n"
    for step in item.steps:
        mark = "x" if step.status == "completed" else " "
        now = " *(now)*" if step.status == "inProgress" else ""
        yield f"- [{mark}] {_inline(step.step)}{now}\n"
    if item.text:
        yield _own(item.text.text)


@_write.register
def _(item: items.ImageView) -> Iterator[str]:
    yield f"{_image(item.image)}\n"


@_write.register
def _(item: items.Review) -> Iterator[str]:
    yield "**Review begins**\n\n" if item.entered else "**Review**\n\n"
    yield _own(item.text.text)


@_write.register
def _(item: items.SubAgent) -> Iterator[str]:
    threads = ", ".join(_code(thread) for thread in item.thread_ids)
    yield f"**Sub-agent** {_inline(item.action)} {threads}".rstrip() + "\n"
    if item.prompt and item.prompt.text.strip():
        yield f"\n{_quoted(item.prompt.text)}"


@_write.register
def _(item: items.Divider) -> Iterator[str]:
    text = f": {_inline(item.text)}" if item.text else ""
    label = DIVIDERS.get(item.kind) or _inline(item.kind)
    yield f"---\n\n*{label}{text}*\n"


DIVIDERS: Final = {
    "compaction": "The context was compacted here",
    "rollback": "Steps were rolled back here",
    "modelChange": "The model changed here",
    "fork": "The task was forked here",
    "goal": "Goal",
}


@_write.register
def _(item: items.Notice) -> Iterator[str]:
    code = f" ({_inline(item.code)})" if item.code else ""
    level = _inline(item.level).capitalize()
    yield f"> **{level}**{code}\n>\n{_quoted(item.text.text)}"


@_write.register
def _(item: items.UnknownItem) -> Iterator[str]:
    yield _folded(f"Record {_escaped(item.kind)}", _output(item.raw, language="json"))


def _escaped(text: str) -> str:
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;")
