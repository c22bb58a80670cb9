"""What a rollout's bytes are: pictures, outputs, copies of outputs, compactions...

Lines are told apart by their first bytes and never parsed; pictures in them are
found by their prefix. Sizes are of the uncompressed rollout.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from threadbook.errors import RolloutUnreadableError
from threadbook.rollout.lines import open_rollout, read_blocks, split_block

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.rollout.lines import Line


class Kind(StrEnum):
    """What bytes are for."""

    IMAGES = "images"
    OUTPUTS = "outputs"
    """What commands and tools answered, once."""
    REPEATED_OUTPUTS = "repeatedOutputs"
    """The same once more: Codex writes an output up to three times."""
    COMPACTIONS = "compactions"
    """Copies of the conversation that replaced it for the model."""
    REASONING = "reasoning"
    MESSAGES = "messages"
    TOOL_CALLS = "toolCalls"
    """Commands, patches, arguments."""
    CONTEXT = "context"
    """Instructions and settings that Codex gave to the model."""
    OTHER = "other"


_HEAD_SIZE: Final = 600
_ENVELOPE = (
    rb'\s*\{(?:"timestamp":\s?"[^"\\\n]{0,40}",\s?)?(?:"ordinal":\s?[0-9]+,\s?)?'
    rb'"type":\s?"(?P<line>[a-z_]+)"'
)
_HEAD = re.compile(
    _ENVELOPE + rb'(?:,\s?"payload":\s?\{"type":\s?"(?P<payload>[a-z_]+)")?'
)
_ITEM = re.compile(
    rb'"item":\s?\{"type":\s?"(?P<item>[A-Za-z]+)"(?:,\s?"id":\s?"(?P<id>[^"\\]*)")?'
)
_CALL_ID = re.compile(rb'"call_id":\s?"(?P<id>[^"\\]*)"')
_ROLE = re.compile(rb'"role":\s?"(?P<role>[a-z]+)"')
_COPIES = re.compile(
    rb',\s?"(?:stdout|stderr|formatted_output)":\s?"(?P<copy>(?:[^"\\]++|\\.)*+)"',
    re.DOTALL,
)
_PICTURE: Final = b'"data:image/'

_LINES: Final = {
    b"compacted": Kind.COMPACTIONS,
    b"session_meta": Kind.CONTEXT,
    b"turn_context": Kind.CONTEXT,
    b"world_state": Kind.CONTEXT,
    b"dynamic_tools_updated": Kind.CONTEXT,
    b"inter_agent_communication": Kind.MESSAGES,
}
_PAYLOADS: Final = {
    b"message": Kind.MESSAGES,
    b"agent_message": Kind.MESSAGES,
    b"user_message": Kind.MESSAGES,
    b"task_complete": Kind.MESSAGES,
    b"turn_complete": Kind.MESSAGES,
    b"reasoning": Kind.REASONING,
    b"agent_reasoning": Kind.REASONING,
    b"agent_reasoning_raw_content": Kind.REASONING,
    b"function_call": Kind.TOOL_CALLS,
    b"custom_tool_call": Kind.TOOL_CALLS,
    b"local_shell_call": Kind.TOOL_CALLS,
    b"tool_search_call": Kind.TOOL_CALLS,
    b"web_search_call": Kind.TOOL_CALLS,
    b"web_search_end": Kind.TOOL_CALLS,
    b"patch_apply_end": Kind.TOOL_CALLS,
    b"function_call_output": Kind.OUTPUTS,
    b"custom_tool_call_output": Kind.OUTPUTS,
    b"local_shell_call_output": Kind.OUTPUTS,
    b"tool_search_output": Kind.OUTPUTS,
    b"exec_command_end": Kind.OUTPUTS,
    b"mcp_tool_call_end": Kind.OUTPUTS,
    b"dynamic_tool_call_response": Kind.OUTPUTS,
    b"compaction": Kind.COMPACTIONS,
    b"context_compaction": Kind.COMPACTIONS,
    b"thread_settings_applied": Kind.CONTEXT,
    b"image_generation_call": Kind.IMAGES,
    b"image_generation_end": Kind.IMAGES,
}
_ITEMS: Final = {
    b"UserMessage": Kind.MESSAGES,
    b"AgentMessage": Kind.MESSAGES,
    b"Reasoning": Kind.REASONING,
    b"CommandExecution": Kind.OUTPUTS,
    b"McpToolCall": Kind.OUTPUTS,
    b"DynamicToolCall": Kind.OUTPUTS,
    b"FileChange": Kind.TOOL_CALLS,
    b"WebSearch": Kind.TOOL_CALLS,
    b"ImageGeneration": Kind.IMAGES,
    b"ContextCompaction": Kind.COMPACTIONS,
}


def weigh(path: Path) -> dict[Kind, int]:
    """Return how many (uncompressed) bytes of a rollout are of which kind.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    scale = _Scale()
    try:
        with open_rollout(path) as source:
            for block in read_blocks(source):
                for line in split_block(block):
                    scale.add(line)
    except OSError as error:
        raise RolloutUnreadableError(path, error.strerror or "it failed") from error
    return scale.weights


class _Scale:
    """Weighs line by line, and remembers whose output it has seen."""

    def __init__(self) -> None:
        self.weights: dict[Kind, int] = {}
        self._answered: set[bytes] = set()

    def add(self, line: Line) -> None:
        data, size = line.data, line.end - line.start
        kind, call_id = _classify(data[:_HEAD_SIZE])
        if kind is not Kind.COMPACTIONS and _PICTURE in data:
            size -= self._pictures(line)
        if kind is Kind.OUTPUTS:
            if call_id and call_id in self._answered:
                kind = Kind.REPEATED_OUTPUTS
            elif call_id:
                self._answered.add(call_id)
            if kind is Kind.OUTPUTS and b'"aggregated_output":' in data:
                copies = sum(len(match["copy"]) for match in _COPIES.finditer(data))
                self._put(Kind.REPEATED_OUTPUTS, copies)
                size -= copies
        self._put(kind, size)

    def _put(self, kind: Kind, size: int) -> None:
        if size > 0:
            self.weights[kind] = self.weights.get(kind, 0) + size

    def _pictures(self, line: Line) -> int:
        """Weigh the pictures on a line, and return what they weigh."""
        data = line.data
        if line.elided:
            # What was left out of a long line with pictures are the pictures.
            weight = line.end - line.start - len(data)
            self._put(Kind.IMAGES, weight)
            return weight
        weight = 0
        start = data.find(_PICTURE)
        while start >= 0:
            end = data.find(b'"', start + 1)
            if end < 0:
                break
            weight += end - start - 1
            start = data.find(_PICTURE, end)
        self._put(Kind.IMAGES, weight)
        return weight


def _classify(head: bytes) -> tuple[Kind, bytes | None]:
    """Return what a line is for, and whose output it is."""
    match = _HEAD.match(head)
    if match is None:
        return Kind.OTHER, None
    # Bare rollouts have the item where others have the envelope.
    name = match["payload"] or match["line"]
    if name == b"item_completed":
        return _classify_item(head)
    kind = _LINES.get(match["line"]) or _PAYLOADS.get(name, Kind.OTHER)
    if kind is Kind.OUTPUTS:
        call = _CALL_ID.search(head, match.end())
        return kind, call["id"] if call else None
    if name == b"message":
        role = _ROLE.search(head)
        if role and role["role"] in {b"developer", b"system"}:
            return Kind.CONTEXT, None
    return kind, None


def _classify_item(head: bytes) -> tuple[Kind, bytes | None]:
    item = _ITEM.search(head)
    if item is None:
        return Kind.OTHER, None
    kind = _ITEMS.get(item["item"], Kind.OTHER)
    return kind, item["id"] if kind is Kind.OUTPUTS else None
