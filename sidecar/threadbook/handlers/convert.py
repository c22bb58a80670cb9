"""Domain to wire, by hand: turns and items.

Others: `convert_task` (tasks), `convert_live` (what is live).
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from threadbook import items
from threadbook.protocol import review as wire_review
from threadbook.protocol import task as wire_task
from threadbook.protocol import thread as wire

if TYPE_CHECKING:
    from threadbook.codex.reviews import Finding


def usage_to_wire(usage: items.TokenUsage | None) -> wire_task.TokenUsage | None:
    """Convert token counts."""
    if usage is None:
        return None
    return wire_task.TokenUsage.model_construct(
        input=usage.input,
        cached_input=usage.cached_input,
        output=usage.output,
        reasoning=usage.reasoning,
        total=usage.total,
        context_window=usage.context_window,
        context_used=usage.context_used,
    )


def holder_to_wire(holder: items.Holder) -> wire_task.Holder:
    """Convert who holds a thread."""
    return wire_task.Holder(
        pid=holder.pid,
        program=holder.program,
        host=holder.host,
        since=holder.since,
        terminal=holder.terminal,
    )


def stop_to_wire(stop: items.Stop | None) -> wire_task.LastStop | None:
    """Convert why a turn stopped."""
    if stop is None:
        return None
    return wire_task.LastStop(
        kind=stop.kind.value,
        message=stop.message,
        resets_at=stop.resets_at,
        window_minutes=stop.window_minutes,
    )


def turn_to_wire(turn: items.Turn) -> wire.Turn:
    """Convert a turn with its items."""
    return wire.Turn(
        turn_id=turn.turn_id,
        number=turn.number,
        status=turn.status.value,
        started_at=turn.started_at,
        completed_at=turn.completed_at,
        model=turn.model,
        effort=turn.effort,
        stop=stop_to_wire(turn.stop),
        items=tuple(item_to_wire(item) for item in turn.items),
        dropped=turn.dropped,
    )


def text_to_wire(text: items.Text) -> wire.Text:
    """Convert a text that may be cut."""
    return wire.Text(text=text.text, bytes=text.bytes, cut=text.cut)


def _maybe_text(text: items.Text | None) -> wire.Text | None:
    return None if text is None else text_to_wire(text)


def _image(image: items.Image) -> wire.Image:
    return wire.Image(
        mime=image.mime, bytes=image.bytes, path=image.path, url=image.url
    )


@singledispatch
def item_to_wire(item: items.Item) -> wire.Item:
    """Convert one item; one function a kind, below."""
    raise TypeError(type(item))


@item_to_wire.register
def _(item: items.UserMessage) -> wire.Item:
    return wire.UserMessageItem(
        item_id=item.item_id,
        at=item.at,
        text=text_to_wire(item.text),
        images=tuple(_image(image) for image in item.images),
    )


@item_to_wire.register
def _(item: items.AgentMessage) -> wire.Item:
    return wire.AgentMessageItem(
        item_id=item.item_id,
        at=item.at,
        text=text_to_wire(item.text),
        final=item.final,
    )


@item_to_wire.register
def _(item: items.Reasoning) -> wire.Item:
    return wire.ReasoningItem(
        item_id=item.item_id, at=item.at, text=text_to_wire(item.text)
    )


@item_to_wire.register
def _(item: items.CommandExecution) -> wire.Item:
    return wire.CommandExecutionItem(
        item_id=item.item_id,
        at=item.at,
        command=item.command,
        cwd=item.cwd,
        status=item.status.value,
        exit_code=item.exit_code,
        duration_ms=item.duration_ms,
        output=_maybe_text(item.output),
    )


@item_to_wire.register
def _(item: items.FileChange) -> wire.Item:
    return wire.FileChangeItem(
        item_id=item.item_id,
        at=item.at,
        changes=tuple(_file_diff(change) for change in item.changes),
        status=item.status.value,
    )


def _file_diff(change: items.FileDiff) -> wire.FileDiff:
    return wire.FileDiff.model_validate(
        {
            "path": change.path,
            "kind": change.kind,
            "diff": text_to_wire(change.diff),
            "movedTo": change.moved_to,
        }
    )


@item_to_wire.register
def _(item: items.ToolCall) -> wire.Item:
    return wire.ToolCallItem(
        item_id=item.item_id,
        at=item.at,
        server=item.server,
        tool=item.tool,
        arguments=text_to_wire(item.arguments),
        status=item.status.value,
        result=_maybe_text(item.result),
        duration_ms=item.duration_ms,
    )


@item_to_wire.register
def _(item: items.WebSearch) -> wire.Item:
    return wire.WebSearchItem(item_id=item.item_id, at=item.at, query=item.query)


@item_to_wire.register
def _(item: items.Plan) -> wire.Item:
    return wire.PlanItem(
        item_id=item.item_id,
        at=item.at,
        steps=tuple(
            wire.PlanStep.model_validate({"step": step.step, "status": step.status})
            for step in item.steps
        ),
        text=_maybe_text(item.text),
    )


@item_to_wire.register
def _(item: items.ImageView) -> wire.Item:
    return wire.ImageViewItem(
        item_id=item.item_id, at=item.at, image=_image(item.image)
    )


@item_to_wire.register
def _(item: items.Review) -> wire.Item:
    # Imported late: few tasks have a review, and lists need none.
    from threadbook.codex.reviews import read_review  # noqa: PLC0415

    said = read_review("" if item.entered else item.text.text)
    return wire.ReviewItem(
        item_id=item.item_id,
        at=item.at,
        entered=item.entered,
        text=text_to_wire(item.text),
        explanation=said.explanation,
        findings=tuple(map(finding_to_wire, said.findings)),
    )


def finding_to_wire(finding: Finding) -> wire_review.ReviewFinding:
    """Convert what a reviewer found."""
    return wire_review.ReviewFinding(
        title=finding.title,
        body=finding.body,
        path=finding.path,
        first_line=finding.first_line,
        last_line=finding.last_line,
        priority=finding.priority,
    )


@item_to_wire.register
def _(item: items.SubAgent) -> wire.Item:
    return wire.SubAgentItem(
        item_id=item.item_id,
        at=item.at,
        action=item.action,
        thread_ids=item.thread_ids,
        prompt=_maybe_text(item.prompt),
    )


@item_to_wire.register
def _(item: items.Divider) -> wire.Item:
    return wire.DividerItem.model_validate(
        {
            "itemId": item.item_id,
            "at": item.at,
            "kind": item.kind,
            "text": item.text,
        }
    )


@item_to_wire.register
def _(item: items.Notice) -> wire.Item:
    return wire.NoticeItem.model_validate(
        {
            "itemId": item.item_id,
            "at": item.at,
            "level": item.level,
            "text": text_to_wire(item.text),
            "code": item.code,
        }
    )


@item_to_wire.register
def _(item: items.UnknownItem) -> wire.Item:
    return wire.UnknownItem(
        item_id=item.item_id, at=item.at, kind=item.kind, raw=text_to_wire(item.raw)
    )
