"""Domain to wire, by hand: tasks, turns and items (`convert_live`: what is live)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from pathlib import PurePath
from typing import TYPE_CHECKING

from threadbook import items
from threadbook.index.types import Status
from threadbook.protocol import task as wire_task
from threadbook.protocol import thread as wire

if TYPE_CHECKING:
    from threadbook.book.annotations import Annotation, Kin
    from threadbook.index.types import TaskRow


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true of a task just now, and nowhere written."""

    holder: items.Holder | None
    held_here: bool
    """By this very process: to who asks it is not in use."""
    waits: bool
    """A question of the agent's is open."""
    folder_exists: bool


def task_to_wire(
    row: TaskRow, annotation: Annotation, kin: Kin, moment: Moment
) -> wire_task.Task:
    """Join what the file says, what the user added, and who holds the thread."""
    holder = moment.holder
    cwd = annotation.relinked_cwd or row.cwd
    name = row.name or annotation.name
    return wire_task.Task.model_construct(
        thread_id=row.thread_id,
        name=name,
        preview=row.preview,
        display_name=name or row.display_name,
        state=row.state.value,
        status=_status(row, holder=holder, waits=moment.waits),
        created_at=row.created_at,
        updated_at=row.updated_at,
        cwd=cwd,
        workspace_name=(PurePath(cwd).name or cwd) if cwd else None,
        cwd_exists=moment.folder_exists,
        model=row.model,
        effort=row.effort,
        model_provider=row.model_provider,
        source=row.source,
        originator=row.originator,
        cli_version=row.cli_version,
        git=_git(row.git),
        turn_count=row.turn_count,
        message_count=row.message_count,
        token_usage=usage_to_wire(row.token_usage),
        forked_from_id=row.forked_from_id or kin.forked_from,
        continued_from_id=kin.continued_from,
        continued_as_id=kin.continued_as,
        parent_thread_id=row.parent_thread_id,
        is_sub_agent=row.is_sub_agent,
        agent_nickname=row.agent_nickname,
        pinned=annotation.pinned,
        tags=annotation.tags,
        note=annotation.note,
        unread=_unread(row, annotation),
        cleared=annotation.cleared_at is not None,
        holder=None if moment.held_here else maybe_holder(holder),
        last_stop=_last_stop(row, holder),
        scheduled_resume_at=annotation.scheduled_resume_at,
        rollouts=tuple(
            wire_task.Rollout.model_construct(
                path=file.path, bytes=file.bytes, format=file.format
            )
            for file in row.rollouts
        ),
        bytes=row.bytes,
        problems=tuple(
            wire_task.Problem.model_construct(
                kind=problem.kind, line=problem.line, message=problem.message
            )
            for problem in row.problems
        ),
    )


def _status(row: TaskRow, *, holder: items.Holder | None, waits: bool) -> str:
    if waits:
        return "waiting"
    if holder is not None and row.open_turn:
        return "running"
    return row.status.value


def _unread(row: TaskRow, annotation: Annotation) -> bool:
    seen = annotation.seen_at
    return seen is not None and row.updated_at > seen and not row.open_turn


def _last_stop(row: TaskRow, holder: items.Holder | None) -> wire_task.LastStop | None:
    if row.last_stop is not None:
        return stop_to_wire(row.last_stop)
    if row.open_turn and holder is None and row.status is Status.INTERRUPTED:
        return stop_to_wire(items.Stop(items.StopKind.PROCESS_DIED))
    return None


def _git(git: items.GitInfo | None) -> wire_task.Git | None:
    if git is None:
        return None
    return wire_task.Git.model_construct(
        branch=git.branch, commit=git.commit, repository_url=git.repository_url
    )


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
    )


def maybe_holder(holder: items.Holder | None) -> wire_task.Holder | None:
    """Convert who holds a thread, if anybody does."""
    return None if holder is None else holder_to_wire(holder)


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
        kind=stop.kind.value, message=stop.message, resets_at=stop.resets_at
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
    return wire.ReviewItem(
        item_id=item.item_id,
        at=item.at,
        entered=item.entered,
        text=text_to_wire(item.text),
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
