"""Codex's ThreadItem and Turn (camelCase, live) as `threadbook.items`.

The same things in rollouts are PascalCase and snake_case: that is `rollout`'s trade.
"""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING

import orjson

from threadbook import items
from threadbook.codex.fields import (
    integer_at,
    object_at,
    objects_at,
    text_at,
    texts_at,
)
from threadbook.items import Image, RunStatus, Text, TurnStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.codex.fields import (
        JsonObject,
    )

_MESSAGE_LIMIT = 1 << 20
_OUTPUT_LIMIT = 1 << 16
_RAW_LIMIT = 1 << 14
_SHELLS = frozenset({"bash", "sh", "zsh", "bash.exe"})
_REQUEST_MARKER = "## My request for Codex:"


def item_from_wire(raw: JsonObject) -> items.Item:
    """Convert one ThreadItem; a kind that we do not know becomes UnknownItem."""
    kind = text_at(raw, "type") or "unknown"
    convert = _CONVERSIONS.get(kind)
    if convert is None:
        return items.UnknownItem(
            item_id=_id(raw), at=_at(raw), kind=kind, raw=_json(raw)
        )
    return convert(raw)


def turn_status(raw: JsonObject) -> TurnStatus:
    """Read a Turn's status."""
    status = text_at(raw, "status")
    return TurnStatus(status) if status in set(TurnStatus) else TurnStatus.IN_PROGRESS


def shown_command(command: str) -> str:
    """Spell a command as a person types it: `bash -lc 'x'` is `x`."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    is_wrapped = (
        len(words) == 3  # noqa: PLR2004 - shell, flag, script
        and PurePath(words[0]).name in _SHELLS
        and words[1] in {"-lc", "-c", "-l"}
    )
    return words[2] if is_wrapped else command


def cut_text(text: str, limit: int = _MESSAGE_LIMIT) -> Text:
    """Wrap a text, without what is beyond *limit* bytes."""
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) <= limit:
        return Text(text, len(encoded))
    return Text(encoded[:limit].decode("utf-8", "ignore"), len(encoded), cut=True)


def _user_message(raw: JsonObject) -> items.Item:
    parts = objects_at(raw, "content")
    text = "\n".join(text_at(part, "text") or "" for part in parts if "text" in part)
    _, marker, request = text.partition(_REQUEST_MARKER)
    return items.UserMessage(
        item_id=_id(raw),
        at=_at(raw),
        text=cut_text(request.strip() if marker else text),
        images=tuple(image for part in parts if (image := _image(part))),
    )


def _image(part: JsonObject) -> Image | None:
    match text_at(part, "type"):
        case "localImage":
            return Image(mime=None, bytes=0, path=text_at(part, "path"))
        case "image":
            url = text_at(part, "url") or ""
            if not url.startswith("data:"):
                return Image(mime=None, bytes=0, url=url or None)
            head, _, data = url.partition(",")
            mime = head.removeprefix("data:").partition(";")[0]
            return Image(mime=mime or None, bytes=len(data))
        case _:
            return None


def _agent_message(raw: JsonObject) -> items.Item:
    return items.AgentMessage(
        item_id=_id(raw),
        at=_at(raw),
        text=cut_text(text_at(raw, "text") or ""),
        final=text_at(raw, "phase") not in {"commentary", "partial_answer"},
    )


def _reasoning(raw: JsonObject) -> items.Item:
    paragraphs = texts_at(raw, "summary") or texts_at(raw, "content")
    text = cut_text("\n\n".join(paragraphs))
    return items.Reasoning(item_id=_id(raw), at=_at(raw), text=text)


def _command(raw: JsonObject) -> items.Item:
    output = text_at(raw, "aggregatedOutput")
    return items.CommandExecution(
        item_id=_id(raw),
        at=_at(raw),
        command=shown_command(text_at(raw, "command") or ""),
        cwd=text_at(raw, "cwd"),
        status=_run_status(raw),
        exit_code=integer_at(raw, "exitCode"),
        duration_ms=integer_at(raw, "durationMs"),
        output=cut_text(output, _OUTPUT_LIMIT) if output else None,
    )


def _file_change(raw: JsonObject) -> items.Item:
    changes = tuple(_file_diff(change) for change in objects_at(raw, "changes"))
    return items.FileChange(
        item_id=_id(raw), at=_at(raw), changes=changes, status=_run_status(raw)
    )


def _file_diff(raw: JsonObject) -> items.FileDiff:
    kind = text_at(object_at(raw, "kind"), "type") or "update"
    moved_to = text_at(object_at(raw, "kind"), "move_path")
    diff = text_at(raw, "diff") or ""
    sign = {"add": "+", "delete": "-"}.get(kind)
    if sign and not diff.startswith(("--- ", "@@ ")):
        # Codex sends the whole content of an added or deleted file.
        diff = "".join(f"{sign}{line}" for line in diff.splitlines(keepends=True))
    return items.FileDiff(
        path=text_at(raw, "path") or "",
        kind="move" if moved_to else kind,
        diff=cut_text(diff, _OUTPUT_LIMIT),
        moved_to=moved_to,
    )


def _mcp_tool_call(raw: JsonObject) -> items.Item:
    failure = text_at(object_at(raw, "error"), "message")
    content = objects_at(object_at(raw, "result"), "content")
    result = failure or "\n".join(text_at(part, "text") or "" for part in content)
    return items.ToolCall(
        item_id=_id(raw),
        at=_at(raw),
        server=text_at(raw, "server"),
        tool=text_at(raw, "tool") or "?",
        arguments=_json(raw.get("arguments")),
        status=_run_status(raw),
        result=cut_text(result, _OUTPUT_LIMIT) if result else None,
        duration_ms=integer_at(raw, "durationMs"),
    )


def _dynamic_tool_call(raw: JsonObject) -> items.Item:
    content = objects_at(raw, "contentItems")
    result = "\n".join(text_at(part, "text") or "" for part in content)
    return items.ToolCall(
        item_id=_id(raw),
        at=_at(raw),
        server=text_at(raw, "namespace"),
        tool=text_at(raw, "tool") or "?",
        arguments=_json(raw.get("arguments")),
        status=_run_status(raw),
        result=cut_text(result, _OUTPUT_LIMIT) if result else None,
        duration_ms=integer_at(raw, "durationMs"),
    )


def _web_search(raw: JsonObject) -> items.Item:
    action = object_at(raw, "action")
    asked = text_at(raw, "query") or text_at(action, "query")
    query = asked or text_at(action, "url") or ", ".join(texts_at(action, "queries"))
    return items.WebSearch(item_id=_id(raw), at=_at(raw), query=query)


def _plan(raw: JsonObject) -> items.Item:
    text = cut_text(text_at(raw, "text") or "")
    return items.Plan(item_id=_id(raw), at=_at(raw), text=text)


def _image_view(raw: JsonObject) -> items.Item:
    path = text_at(raw, "path") or text_at(raw, "savedPath")
    image = Image(mime=None, bytes=0, path=path)
    return items.ImageView(item_id=_id(raw), at=_at(raw), image=image)


def _review(raw: JsonObject) -> items.Item:
    entered = text_at(raw, "type") == "enteredReviewMode"
    text = cut_text(text_at(raw, "review") or "")
    return items.Review(item_id=_id(raw), at=_at(raw), entered=entered, text=text)


def _collaboration(raw: JsonObject) -> items.Item:
    prompt = text_at(raw, "prompt")
    return items.SubAgent(
        item_id=_id(raw),
        at=_at(raw),
        action=text_at(raw, "tool") or "?",
        thread_ids=tuple(texts_at(raw, "receiverThreadIds")),
        prompt=cut_text(prompt) if prompt else None,
    )


def _sub_agent_activity(raw: JsonObject) -> items.Item:
    thread = text_at(raw, "agentThreadId")
    return items.SubAgent(
        item_id=_id(raw),
        at=_at(raw),
        action=text_at(raw, "kind") or "?",
        thread_ids=(thread,) if thread else (),
    )


def _compaction(raw: JsonObject) -> items.Item:
    return items.Divider(item_id=_id(raw), at=_at(raw), kind="compaction")


_CONVERSIONS: dict[str, Callable[[JsonObject], items.Item]] = {
    "userMessage": _user_message,
    "agentMessage": _agent_message,
    "reasoning": _reasoning,
    "commandExecution": _command,
    "fileChange": _file_change,
    "mcpToolCall": _mcp_tool_call,
    "dynamicToolCall": _dynamic_tool_call,
    "webSearch": _web_search,
    "plan": _plan,
    "imageView": _image_view,
    "imageGeneration": _image_view,
    "enteredReviewMode": _review,
    "exitedReviewMode": _review,
    "collabAgentToolCall": _collaboration,
    "subAgentActivity": _sub_agent_activity,
    "contextCompaction": _compaction,
}


def plan_from_wire(turn_id: str, params: JsonObject) -> items.Plan:
    """Convert `turn/plan/updated`: a checklist that replaces the turn's last one."""
    steps = tuple(
        items.PlanStep(
            text_at(step, "step") or "", text_at(step, "status") or "pending"
        )
        for step in objects_at(params, "plan")
    )
    explanation = text_at(params, "explanation")
    return items.Plan(
        item_id=f"plan-{turn_id}",
        steps=steps,
        text=cut_text(explanation) if explanation else None,
    )


def _id(raw: JsonObject) -> str:
    return text_at(raw, "id") or "?"


def _at(raw: JsonObject) -> int | None:
    return integer_at(raw, "startedAtMs")


def _run_status(raw: JsonObject) -> RunStatus:
    status = text_at(raw, "status")
    return RunStatus(status) if status in set(RunStatus) else RunStatus.COMPLETED


def _json(value: object) -> Text:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return cut_text(text, _RAW_LIMIT)
