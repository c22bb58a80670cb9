"""Completed items: how paginated rollouts (G3) record what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.items import (
    CommandExecution,
    Divider,
    FileChange,
    Image,
    ImageView,
    Notice,
    Plan,
    Review,
    RunStatus,
    SubAgent,
    ToolCall,
    WebSearch,
)
from threadbook.rollout.fields import (
    as_json,
    as_object,
    clip,
    duration_of,
    int_of,
    moment_of,
    objects,
    text_of,
    texts,
)
from threadbook.rollout.formats.bare import search_query
from threadbook.rollout.formats.messages import image_at, joined, user_said
from threadbook.rollout.patches import change_diffs
from threadbook.rollout.records import (
    AgentSaid,
    Ignored,
    ItemDone,
    Reasoned,
    UnknownRecord,
)
from threadbook.rollout.shell import command_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.items import Item, Text
    from threadbook.rollout.fields import (
        Json,
    )
    from threadbook.rollout.records import (
        Place,
        Record,
    )

_STATUSES = {
    "in_progress": RunStatus.IN_PROGRESS,
    "inProgress": RunStatus.IN_PROGRESS,
    "failed": RunStatus.FAILED,
    "declined": RunStatus.DECLINED,
}


def decode_completed(payload: Json, place: Place) -> Record:
    """Decode an `item_completed` event."""
    item = as_object(payload.get("item"))
    began = moment_of(payload.get("started_at_ms"))
    at = began or moment_of(payload.get("completed_at_ms"))
    if at is not None:
        place = place._replace(at=at)
    kind = str(item.get("type"))
    turn_id = text_of(payload.get("turn_id"))
    said = _said(kind, item, place, turn_id)
    if said:
        return said
    build = _ITEMS.get(kind)
    if build:
        return ItemDone(build(item, place), turn_id)
    if kind in {"Sleep", "Extension"}:
        return Ignored(kind)
    return UnknownRecord(kind, as_json(item))


def _said(kind: str, item: Json, place: Place, turn_id: str | None) -> Record | None:
    item_id = place.item_id(item.get("id"))
    if kind == "UserMessage":
        parts = objects(item.get("content"))
        return user_said(parts, place, item_id=item_id, told=True, turn_id=turn_id)
    if kind == "AgentMessage":
        final = item.get("phase") != "commentary"
        return AgentSaid(joined(item.get("content")), final, item_id, told=True)
    if kind == "Reasoning":
        text = "\n\n".join(texts(item.get("summary_text")))
        return Reasoned(text, item_id, told=True)
    return None


def run_status(fields: Json) -> RunStatus:
    """Read a status; what has none completed."""
    return _STATUSES.get(str(fields.get("status")), RunStatus.COMPLETED)


def command_run(fields: Json, place: Place, item_id: str) -> CommandExecution:
    """Read a command that ran: an item, or an `exec_command_end` event."""
    code = int_of(fields.get("exit_code"))
    status = run_status(fields)
    if status is RunStatus.COMPLETED and code:
        status = RunStatus.FAILED
    cwd = text_of(fields.get("cwd"))
    return CommandExecution(
        item_id=item_id,
        at=place.at,
        command=command_line(fields.get("command")),
        cwd=cwd.removeprefix("file://") if cwd else None,
        status=status,
        exit_code=code,
        duration_ms=duration_of(fields.get("duration")),
        output=_output(fields, place),
    )


def _output(fields: Json, place: Place) -> Text | None:
    output = text_of(fields.get("aggregated_output"))
    if output is None:
        streams = (text_of(fields.get(key)) for key in ("stdout", "stderr"))
        output = "".join(stream for stream in streams if stream)
    return clip(output, place.limit) if output else None


def file_change(fields: Json, place: Place, item_id: str) -> FileChange:
    """Read an applied patch: an item, or a `patch_apply_end` event."""
    status = run_status(fields)
    if fields.get("success") is False and status is RunStatus.COMPLETED:
        status = RunStatus.FAILED
    changes = change_diffs(fields.get("changes"), place.limit)
    return FileChange(item_id=item_id, at=place.at, changes=changes, status=status)


def review_text(output: object) -> str:
    """Write a review's findings as Markdown."""
    fields = as_object(output)
    parts = [text_of(fields.get("overall_explanation"))]
    for finding in objects(fields.get("findings")):
        where = as_object(finding.get("code_location"))
        path = text_of(where.get("absolute_file_path"))
        first = int_of(as_object(where.get("line_range")).get("start"))
        place = f" `{path}:{first}`" if path else ""
        title = text_of(finding.get("title")) or ""
        parts.append(f"- **{title}**{place}\n\n  {text_of(finding.get('body')) or ''}")
    return "\n\n".join(part for part in parts if part)


def _tool_result(item: Json, place: Place) -> Text | None:
    error = item.get("error")
    message = text_of(as_object(error).get("message")) or text_of(error)
    result = as_object(item.get("result"))
    # A result is {"Ok": ...} or {"Err": ...} in events, plain in items.
    inner = as_object(result.get("Ok")) or result
    message = message or text_of(result.get("Err"))
    text = message or joined(inner.get("content") or item.get("content_items"))
    if not text and inner:
        text = as_json(inner)
    return clip(text, place.limit) if text else None


def mcp_call(item: Json, place: Place, item_id: str) -> ToolCall:
    """Read a call of an MCP tool: an item, or an `mcp_tool_call_end` event."""
    invocation = as_object(item.get("invocation")) or item
    status = run_status(item)
    failed = item.get("error") or as_object(item.get("result")).get("Err")
    if status is RunStatus.COMPLETED and failed:
        status = RunStatus.FAILED
    return ToolCall(
        item_id=item_id,
        at=place.at,
        server=text_of(invocation.get("server"))
        or text_of(invocation.get("namespace")),
        tool=text_of(invocation.get("tool")) or "?",
        arguments=clip(_arguments(invocation), place.limit),
        status=status,
        result=_tool_result(item, place),
        duration_ms=duration_of(item.get("duration")),
    )


def _arguments(invocation: Json) -> str:
    arguments = invocation.get("arguments")
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else as_json(arguments)


def sub_agent(item: Json, place: Place, item_id: str) -> SubAgent:
    """Read what was done with sub-agents."""
    ids = texts(item.get("receiver_thread_ids"))
    single = text_of(item.get("agent_thread_id")) or text_of(item.get("new_thread_id"))
    if single:
        ids = [single]
    prompt = text_of(item.get("prompt"))
    action = text_of(item.get("tool")) or text_of(item.get("kind"))
    return SubAgent(
        item_id=item_id,
        at=place.at,
        action=action or "activity",
        thread_ids=tuple(ids),
        prompt=clip(prompt, place.limit) if prompt else None,
    )


def review(fields: Json, place: Place, item_id: str, *, entered: bool) -> Review:
    """Read entering or leaving review mode."""
    if entered:
        target = fields.get("target")
        hint = text_of(fields.get("user_facing_hint"))
        text = hint or (as_json(target) if target else "")
    else:
        text = review_text(fields.get("review_output"))
    return Review(
        item_id=item_id, at=place.at, entered=entered, text=clip(text, place.limit)
    )


def _image(item: Json, place: Place) -> ImageView:
    path = text_of(item.get("saved_path")) or text_of(item.get("path"))
    result = text_of(item.get("result"))
    size = image_at(f"data:image/png;base64,{result}") if result else None
    image = image_at(path) or size or Image(None, 0)
    if size and path:
        image = Image(size.mime, size.bytes, path=image.path)
    return ImageView(item_id=place.item_id(item.get("id")), at=place.at, image=image)


def _plan(item: Json, place: Place) -> Plan:
    text = clip(text_of(item.get("text")) or "", place.limit)
    return Plan(item_id=place.item_id(item.get("id")), at=place.at, text=text)


def _web_search(item: Json, place: Place) -> WebSearch:
    item_id = place.item_id(item.get("id"))
    return WebSearch(item_id=item_id, at=place.at, query=search_query(item))


def _hook_prompt(item: Json, place: Place) -> Notice:
    text = joined(item.get("fragments"))
    item_id = place.item_id(item.get("id"))
    return Notice(
        item_id=item_id, at=place.at, level="warning", text=clip(text, place.limit)
    )


def _compaction(item: Json, place: Place) -> Divider:
    return Divider(
        item_id=place.item_id(item.get("id")), at=place.at, kind="compaction"
    )


_ITEMS: dict[str, Callable[[Json, Place], Item]] = {
    "CommandExecution": lambda i, p: command_run(i, p, p.item_id(i.get("id"))),
    "FileChange": lambda i, p: file_change(i, p, p.item_id(i.get("id"))),
    "McpToolCall": lambda i, p: mcp_call(i, p, p.item_id(i.get("id"))),
    "DynamicToolCall": lambda i, p: mcp_call(i, p, p.item_id(i.get("id"))),
    "CollabAgentToolCall": lambda i, p: sub_agent(i, p, p.item_id(i.get("id"))),
    "SubAgentActivity": lambda i, p: sub_agent(i, p, p.item_id(i.get("id"))),
    "EnteredReviewMode": lambda i, p: review(
        i, p, p.item_id(i.get("id")), entered=True
    ),
    "ExitedReviewMode": lambda i, p: review(
        i, p, p.item_id(i.get("id")), entered=False
    ),
    "WebSearch": _web_search,
    "Plan": _plan,
    "ImageView": _image,
    "ImageGeneration": _image,
    "HookPrompt": _hook_prompt,
    "ContextCompaction": _compaction,
}
