"""Tells what a line is by its first bytes, so that most lines are never parsed.

A line that the pattern does not match is parsed in full: other key orders or
spacing cost time, not correctness.
"""

from __future__ import annotations

import re
from typing import Final

SKIP: Final = 1
"""Nothing that a summary needs."""
WORK: Final = 2
"""A tool call or its answer: the turn goes on."""
AGENT: Final = 3
"""A message of the agent's, as shown."""
ASSISTANT: Final = 4
"""A message of the agent's, as the model sees it."""
USER: Final = 5
"""A message in the user's role, as the model sees it."""
TOKENS: Final = 6
CONTEXT: Final = 7

COUNTED: Final = frozenset({SKIP, WORK, AGENT, ASSISTANT})
"""Kinds of which nothing but the head matters."""

_ENVELOPE = (
    rb'\{"timestamp":"[-0-9:.T]{19,33}(?:Z|[+][0-9:]{4,5})",'
    rb'(?:"ordinal":[0-9]+,)?"type":"'
)
_EVENT = rb'event_msg","payload":\{"type":"'
_ITEM = rb'response_item","payload":\{"type":"'
_MESSAGE = (
    rb'message",(?:"status":"[^"\\\n]*",)?(?:"id":(?:"[^"\\\n]*"|null),)?"role":"'
)
_COMPLETED = (
    rb'item_completed","thread_id":"[^"\\\n]*","turn_id":"[^"\\\n]*",'
    rb'"item":\{"type":"'
)
_SKIPPED = (
    rb'(?:world_state|token_usage_record|compacted|dynamic_tools_updated)","payload":|'
    + _ITEM
    + rb"(?:(?:reasoning|ghost_snapshot|compaction|context_compaction)"
    + rb'"|'
    + _MESSAGE
    + rb'(?:developer|system)")|'
    + _EVENT
    + rb"(?:(?:agent_reasoning|agent_reasoning_raw_content|thread_settings_applied"
    + rb'|context_compacted)"|'
    + _COMPLETED
    + rb'Reasoning")'
)
_WORKED = (
    _ITEM
    + rb"(?:function_call|function_call_output|custom_tool_call"
    + rb'|custom_tool_call_output|local_shell_call)"|'
    + _EVENT
    + rb'(?:(?:exec_command_end|patch_apply_end|mcp_tool_call_end)"|'
    + _COMPLETED
    + rb'(?:CommandExecution|FileChange|McpToolCall|DynamicToolCall)")'
)
_AGENT = _EVENT + rb'(?:agent_message"|' + _COMPLETED + rb'AgentMessage")'

HEAD = re.compile(
    _ENVELOPE
    + b"(?:"
    + b"|".join(
        b"(" + part + b")"
        for part in (
            _SKIPPED,
            _WORKED,
            _AGENT,
            _ITEM + _MESSAGE + rb'assistant"',
            _ITEM + _MESSAGE + rb'user"',
            _EVENT + rb'token_count"',
            rb'turn_context","payload":',
        )
    )
    + b")"
)
TIME_START: Final = len(b'{"timestamp":"')
"""Where the time stands in a line whose head matches."""


def is_skippable(head: bytes) -> bool:
    """Say whether a long line need not even be held (its head is enough)."""
    match = HEAD.match(head)
    return match is not None and match.lastindex in COUNTED


def time_text(data: bytes, start: int) -> str:
    """Return the time in a line whose head matches."""
    begin = start + TIME_START
    return data[begin : data.find(b'"', begin)].decode("ascii", "replace")
