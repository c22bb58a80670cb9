"""Tool calls to items: what the model asked for, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from threadbook.items import (
    CommandExecution,
    FileChange,
    ImageView,
    Plan,
    PlanStep,
    RunStatus,
    SubAgent,
    ToolCall,
)
from threadbook.rollout.fields import (
    as_object,
    clip,
    objects,
    parse_object,
    text_of,
    texts,
)
from threadbook.rollout.formats.messages import image_at
from threadbook.rollout.patches import find_patch, is_patch_command, patch_diffs
from threadbook.rollout.shell import (
    SHELL_TOOLS,
    call_command,
    outcome_of,
    output_text,
)

if TYPE_CHECKING:
    from threadbook.items import Item
    from threadbook.rollout.records import CallMade, Place
    from threadbook.rollout.shell import Outcome

_PATCH_TOOLS = frozenset({"apply_patch", "applypatch"})
_AGENT_TOOLS = frozenset(
    {
        "spawn_agent",
        "send_input",
        "send_message",
        "followup_task",
        "resume_agent",
        "wait",
        "wait_agent",
        "close_agent",
        "interrupt_agent",
    }
)
_STEP_STATUSES = {
    "in_progress": "inProgress",
    "inProgress": "inProgress",
    "completed": "completed",
}
_FAILED_PATCH = ("apply_patch verification failed", "Failed to ", "patch rejected")


def item_of_call(call: CallMade, place: Place) -> Item:
    """Build the item of a call that is not answered yet."""
    if call.name in SHELL_TOOLS:
        return _command(call, place)
    if call.name in _PATCH_TOOLS:
        text = parse_object(call.arguments)
        patch = text_of(text.get("input") or text.get("patch")) if text else None
        return _patch(patch or call.arguments, call.call_id, place)
    if call.name == "update_plan":
        return _plan(call, place)
    if call.name in _AGENT_TOOLS:
        return _sub_agent(call, place)
    if call.name == "view_image":
        path = as_object(parse_object(call.arguments)).get("path")
        image = image_at(path)
        if image:
            return ImageView(item_id=call.call_id, at=place.at, image=image)
    server, tool = _tool_name(call)
    return ToolCall(
        item_id=call.call_id,
        at=place.at,
        server=server,
        tool=tool,
        arguments=clip(call.arguments, place.limit),
        status=RunStatus.IN_PROGRESS,
    )


def _command(call: CallMade, place: Place) -> Item:
    script, cwd, words = call_command(call.arguments)
    if is_patch_command(words, script):
        patch = find_patch(script) or find_patch("\n".join(words))
        if patch:
            return _patch(patch, call.call_id, place)
    return CommandExecution(
        item_id=call.call_id,
        at=place.at,
        command=clip(script, place.limit).text,
        cwd=cwd,
        status=RunStatus.IN_PROGRESS,
    )


def _patch(text: str, call_id: str, place: Place) -> FileChange:
    changes = patch_diffs(find_patch(text) or text, place.limit)
    return FileChange(
        item_id=call_id, at=place.at, changes=changes, status=RunStatus.IN_PROGRESS
    )


def _plan(call: CallMade, place: Place) -> Plan:
    fields = as_object(parse_object(call.arguments))
    steps = tuple(
        PlanStep(
            text_of(step.get("step")) or "",
            _STEP_STATUSES.get(str(step.get("status")), "pending"),
        )
        for step in objects(fields.get("plan"))
    )
    text = text_of(fields.get("explanation"))
    shown = clip(text, place.limit) if text else None
    return Plan(item_id=call.call_id, at=place.at, steps=steps, text=shown)


def _sub_agent(call: CallMade, place: Place) -> SubAgent:
    fields = as_object(parse_object(call.arguments))
    single = text_of(fields.get("id")) or text_of(fields.get("target"))
    prompt = text_of(fields.get("message")) or text_of(fields.get("prompt"))
    return SubAgent(
        item_id=call.call_id,
        at=place.at,
        action=call.name,
        thread_ids=(single,) if single else tuple(texts(fields.get("ids"))),
        prompt=clip(prompt, place.limit) if prompt else None,
    )


def _tool_name(call: CallMade) -> tuple[str | None, str]:
    """Part `mcp__server__tool` into server and tool."""
    name = call.name.removeprefix("mcp__")
    if call.namespace:
        return call.namespace.removeprefix("mcp__").strip("_") or None, name
    server, parted, tool = name.partition("__")
    return (server, tool) if parted and server and tool else (None, name)


def answered(item: Item, output: object, limit: int) -> Item:
    """Complete a call's item with what the tool answered."""
    if isinstance(item, CommandExecution):
        outcome = outcome_of(output)
        text = outcome.output
        return replace(
            item,
            status=_status(outcome),
            exit_code=outcome.exit_code,
            duration_ms=outcome.duration_ms,
            output=clip(text, limit) if text else None,
        )
    if isinstance(item, FileChange):
        outcome = outcome_of(output)
        status = _status(outcome)
        if outcome.output.startswith(_FAILED_PATCH):
            status = RunStatus.FAILED
        return replace(item, status=status)
    if isinstance(item, ToolCall):
        text = output_text(output)
        result = clip(text, limit) if text else None
        return replace(item, status=RunStatus.COMPLETED, result=result)
    if isinstance(item, SubAgent):
        made = text_of(as_object(parse_object(output_text(output))).get("agent_id"))
        return replace(item, thread_ids=(made,)) if made else item
    return item


def left_open(item: Item) -> Item:
    """Mark a call that its turn's end left without an answer."""
    if isinstance(item, CommandExecution | FileChange | ToolCall) and (
        item.status is RunStatus.IN_PROGRESS
    ):
        return replace(item, status=RunStatus.FAILED)
    return item


def orphan(call_id: str, output: object, place: Place) -> ToolCall:
    """Build the item of an answer whose call is not in the turn."""
    return ToolCall(
        item_id=call_id,
        at=place.at,
        tool="?",
        arguments=clip("", place.limit),
        result=clip(output_text(output), place.limit),
    )


def _status(outcome: Outcome) -> RunStatus:
    if outcome.declined:
        return RunStatus.DECLINED
    return RunStatus.FAILED if outcome.exit_code else RunStatus.COMPLETED
