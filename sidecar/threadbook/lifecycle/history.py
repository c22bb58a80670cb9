"""Make recorded response items fit to be said to a model again.

What is tied to its time or its account (reasoning, ids, the client's wrappers) is
left out, and calls and their outputs appear in pairs or not at all: the model's
provider refuses a history with a lone one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    RawItem = dict[str, object]

_WRAPPERS = (
    "<environment_context",
    "<user_instructions",
    "# AGENTS.md instructions",
    "<permissions instructions",
    "<skills_instructions",
    "<turn_aborted",
    "<user_shell_command",
    "<collaboration_mode",
    "<INSTRUCTIONS",
)
_KEPT_KEYS = {
    "message": ("type", "role", "content"),
    "function_call": ("type", "name", "arguments", "call_id"),
    "function_call_output": ("type", "call_id", "output"),
    "custom_tool_call": ("type", "name", "input", "call_id"),
    "custom_tool_call_output": ("type", "call_id", "output"),
}
_OUTPUT_OF = {
    "function_call": "function_call_output",
    "custom_tool_call": "custom_tool_call_output",
}


def sanitised_history(recorded: Iterable[RawItem]) -> list[RawItem]:
    """Return the items that a new thread may begin with, in their order."""
    items = [kept for item in recorded if (kept := _sanitised(item)) is not None]
    paired = _paired_calls(items)
    return [
        item
        for place, item in enumerate(items)
        if item["type"] == "message" or place in paired
    ]


def _sanitised(item: RawItem) -> RawItem | None:
    if item.get("type") == "local_shell_call":
        # That tool is gone; the call reads the same as one of `shell`.
        action = json.dumps(item.get("action"))
        item = {**item, "type": "function_call", "name": "shell", "arguments": action}
    kind = item.get("type", "message")
    keys = _KEPT_KEYS.get(kind) if isinstance(kind, str) else None
    if keys is None or (kind == "message" and not _is_said(item)):
        return None
    return {"type": kind, **{key: item[key] for key in keys if key in item}}


def _is_said(message: RawItem) -> bool:
    """Whether a message is the user's or the agent's own, not a client's wrapper."""
    if message.get("role") == "assistant":
        return bool(message.get("content"))
    if message.get("role") != "user":
        return False
    text = _text_of(message.get("content")).lstrip()
    return bool(message.get("content")) and not text.startswith(_WRAPPERS)


def _text_of(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = cast("list[object]", content) if isinstance(content, list) else []
    for part in parts:
        text = cast("RawItem", part).get("text") if isinstance(part, dict) else None
        if isinstance(text, str):
            return text
    return ""


def _paired_calls(items: Sequence[RawItem]) -> set[int]:
    """Return the places of calls and outputs that have each other, in that order."""
    open_calls: dict[tuple[object, object], int] = {}
    paired: set[int] = set()
    for place, item in enumerate(items):
        kind, call = item["type"], str(item.get("call_id"))
        if kind in _OUTPUT_OF:
            open_calls[_OUTPUT_OF[str(kind)], call] = place
        elif (kind, call) in open_calls:
            paired |= {open_calls.pop((kind, call)), place}
    return paired
