"""Tell turns again: what was read from any rollout, as response items for a model.

For threads that Codex can't load, and for forks at a step that it can't name. What
the agent did is told as calls with their outputs, as it would have seen them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    ToolCall,
    UserMessage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from threadbook.items import FileDiff, Item, Turn

    RawItem = dict[str, object]


def history_of(turns: Iterable[Turn]) -> tuple[RawItem, ...]:
    """Return what was said and done in *turns*, without the dropped ones."""
    return tuple(
        raw
        for turn in turns
        if not turn.dropped
        for item in turn.items
        for raw in _told(item)
    )


def _told(item: Item) -> Iterator[RawItem]:
    match item:
        case UserMessage() if item.text.text:
            yield _message("user", "input_text", item.text.text)
        case AgentMessage() if item.text.text:
            yield _message("assistant", "output_text", item.text.text)
        case CommandExecution():
            call: RawItem = {"command": ["bash", "-lc", item.command]}
            code = "?" if item.exit_code is None else str(item.exit_code)
            output = item.output.text if item.output else ""
            yield from _call(item, "shell", call, f"Exit code: {code}\n{output}")
        case FileChange():
            patch = "\n".join(_patch(change) for change in item.changes)
            yield from _call(item, "apply_patch", {"input": patch}, item.status.value)
        case ToolCall():
            name = f"{item.server}__{item.tool}" if item.server else item.tool
            result = item.result.text if item.result else item.status.value
            yield from _call(item, name, {"input": item.arguments.text}, result)
        case _:
            # Reasoning is the account's own, the rest is no part of what was said.
            return


def _message(role: str, kind: str, text: str) -> RawItem:
    content = [{"type": kind, "text": text}]
    return {"type": "message", "role": role, "content": content}


def _call(item: Item, name: str, arguments: RawItem, output: str) -> Iterator[RawItem]:
    call = {"type": "function_call", "name": name, "call_id": item.item_id}
    yield {**call, "arguments": json.dumps(arguments)}
    yield {
        "type": "function_call_output",
        "call_id": item.item_id,
        "output": output,
    }


def _patch(change: FileDiff) -> str:
    moved = f" -> {change.moved_to}" if change.moved_to else ""
    return f"*** {change.kind} {change.path}{moved}\n{change.diff.text}"
