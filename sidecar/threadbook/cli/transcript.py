"""A task on the terminal: a head of facts, then its turns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from threadbook.cli.output import (
    STATUS_STYLE,
    age,
    clock_time,
    console,
    harmless,
    model_and_effort,
    one_line,
    span,
)
from threadbook.export.document import size
from threadbook.protocol import thread as wire

if TYPE_CHECKING:
    from rich.console import Console

    from threadbook.cli.session import Session
    from threadbook.protocol.task import LastStop, Task

_STOP_NAMES = {
    "usageLimit": "usage limit",
    "contextFull": "context full",
    "overloaded": "overloaded",
    "login": "login needed",
    "policy": "refused by policy",
    "interrupted": "interrupted",
    "processDied": "the process died",
    "error": "error",
}
_WAYS_ON = {
    "usageLimit": "threadbook resume {0} --when-reset",
    "contextFull": "threadbook fork {0} --from-step N",
    "overloaded": 'threadbook resume {0} "go on"',
    "login": "codex login",
    "processDied": 'threadbook resume {0} "go on"',
}
_OUTPUT_LINES = 12
_EXIT_OK = 0


def print_task(
    session: Session, response: wire.TaskReadResponse, *, diffs: bool
) -> None:
    """Print what is known of a task and the turns of the page, oldest first."""
    out = console(session)
    print_head(out, response.task)
    shown = sum(not turn.dropped for turn in response.turns)
    if shown < response.turn_count:
        out.print(
            Text(f"\n{shown} of {response.turn_count} steps; --turns N", style="dim")
        )
    for turn in reversed(response.turns):
        print_turn(out, turn, diffs=diffs)


def print_head(out: Console, task: Task) -> None:
    """Print the facts of a task, one a line."""
    out.print(Text(one_line(task.display_name), style="bold"))
    for label, value in _facts(task):
        out.print(Text(f"{label:<10}", style="dim") + Text(one_line(value)))
    out.print(
        Text(f"{'status':<10}", style="dim")
        + Text(task.status, style=STATUS_STYLE[task.status])
        + Text(_why(task.last_stop))
    )
    way_on = _WAYS_ON.get(task.last_stop.kind) if task.last_stop else None
    if way_on is not None and task.holder is None:
        command = way_on.format(task.thread_id)
        out.print(Text(f"{'to go on':<10}", style="dim") + Text(command))


def _facts(task: Task) -> Iterator[tuple[str, str]]:
    yield "id", task.thread_id
    if task.cwd:
        yield "folder", task.cwd + ("" if task.cwd_exists else " (gone)")
    yield "model", model_and_effort(task)
    yield (
        "updated",
        f"{clock_time(task.updated_at)} ({age(task.updated_at)})",
    )
    yield "steps", f"{task.turn_count}, {task.message_count} messages"
    if task.token_usage:
        yield "tokens", f"{task.token_usage.total:,}"
    if task.git:
        commit = (task.git.commit or "")[:10]
        yield "git", " ".join(part for part in (task.git.branch, commit) if part)
    yield "codex", f"{task.cli_version or '?'} ({task.originator or task.source})"
    if task.holder:
        yield "in use by", f"{task.holder.program} (pid {task.holder.pid})"
    for rollout in task.rollouts:
        yield "rollout", f"{rollout.path} ({size(rollout.bytes)})"
    for problem in task.problems:
        where = f"line {problem.line}: " if problem.line else ""
        yield "problem", where + problem.message


def _why(stop: LastStop | None) -> str:
    if stop is None:
        return ""
    window = f", {span(stop.window_minutes * 60_000)}" if stop.window_minutes else ""
    until = f", {_reset(stop.resets_at)}" if stop.resets_at else ""
    message = f": {one_line(stop.message)}" if stop.message else ""
    return f" ({_STOP_NAMES[stop.kind]}{window}{until}){message}"


def _reset(at: int) -> str:
    left = at - time.time_ns() // 1_000_000
    if left <= 0:
        return f"reset {clock_time(at)}"
    return f"resets {clock_time(at)}, in {span(left)}"


def print_turn(out: Console, turn: wire.Turn, *, diffs: bool) -> None:
    """Print one step."""
    step = "Dropped step" if turn.dropped else f"Step {turn.number}"
    head = f"\n── {step} · {clock_time(turn.started_at)} · {turn.status}"
    out.print(Text(head, style="dim"))
    for item in turn.items:
        print_item(out, item, diffs=diffs)
    if turn.stop:
        out.print(Text(f"Stopped{_why(turn.stop)}", style="yellow"))


def print_item(out: Console, item: wire.Item, *, diffs: bool) -> None:
    """Print one item."""
    for part in _render(item):
        out.print(part)
    if diffs and isinstance(item, wire.FileChangeItem):
        for change in item.changes:
            out.print(_indented(_diff(change.diff.text)))


@singledispatch
def _render(item: wire.Item) -> Iterator[RenderableType]:
    yield Text(f"· {item.type}", style="dim")


@_render.register
def _(item: wire.UserMessageItem) -> Iterator[RenderableType]:
    yield Text("> ", style="bold cyan") + Text(harmless(item.text.text), style="bold")
    for image in item.images:
        yield Text(f"  [image {one_line(image.path or image.mime or '')}]", style="dim")


@_render.register
def _(item: wire.AgentMessageItem) -> Iterator[RenderableType]:
    yield Markdown(harmless(item.text.text), hyperlinks=False)


@_render.register
def _(item: wire.ReasoningItem) -> Iterator[RenderableType]:
    yield Text(one_line(item.text.text), style="dim italic")


@_render.register
def _(item: wire.CommandExecutionItem) -> Iterator[RenderableType]:
    code = "" if item.exit_code is None else f"  exit {item.exit_code}"
    good = item.exit_code in (None, _EXIT_OK) and item.status != "failed"
    yield (
        Text("$ ", style="green" if good else "red")
        + Text(harmless(item.command))
        + Text(code, style="dim")
        + Text("  declined" if item.status == "declined" else "", style="yellow")
    )
    if item.output and item.output.text.strip():
        yield _indented(_folded(item.output.text))


@_render.register
def _(item: wire.FileChangeItem) -> Iterator[RenderableType]:
    for change in item.changes:
        target = f" → {one_line(change.moved_to)}" if change.moved_to else ""
        yield Text(f"± {change.kind} {one_line(change.path)}{target}", style="blue")


@_render.register
def _(item: wire.ToolCallItem) -> Iterator[RenderableType]:
    name = f"{item.server}.{item.tool}" if item.server else item.tool
    yield Text(f"⚙ {one_line(name)} {item.status}", style="dim")


@_render.register
def _(item: wire.WebSearchItem) -> Iterator[RenderableType]:
    yield Text(f"⌕ {one_line(item.query)}", style="dim")


@_render.register
def _(item: wire.PlanItem) -> Iterator[RenderableType]:
    marks = {"completed": "☑", "inProgress": "▸", "pending": "☐"}
    for step in item.steps:
        yield Text(f"{marks[step.status]} {one_line(step.step)}")
    if item.text:
        yield Markdown(harmless(item.text.text), hyperlinks=False)


@_render.register
def _(item: wire.ReviewItem) -> Iterator[RenderableType]:
    yield Text("Review begins" if item.entered else "Review", style="dim")
    yield Text(harmless(item.text.text))


@_render.register
def _(item: wire.DividerItem) -> Iterator[RenderableType]:
    yield Text(f"── {item.kind} {one_line(item.text or '')}", style="dim")


@_render.register
def _(item: wire.NoticeItem) -> Iterator[RenderableType]:
    yield Text(harmless(item.text.text), style="red" if item.level == "error" else "")


def _folded(output: str) -> Text:
    lines = harmless(output).rstrip("\n").split("\n")
    shown = "\n".join(lines[:_OUTPUT_LINES])
    rest = len(lines) - _OUTPUT_LINES
    text = Text(shown, style="dim")
    if rest > 0:
        text.append(f"\n… {rest} more lines")
    return text


def _diff(diff: str) -> Text:
    text = Text()
    for line in harmless(diff).split("\n"):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "dim")
        text.append(line + "\n", style=style)
    return text


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)
