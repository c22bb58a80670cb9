"""Tells what a line is by its first bytes, so that most lines are never parsed.

A line that the pattern does not match is parsed in full: other key orders or
spacing cost time, not correctness.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

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
EVENT: Final = 8
"""Any other event."""
TURN: Final = 9
"""A turn began or was completed."""

COUNTED: Final = frozenset({SKIP, WORK, AGENT, ASSISTANT})
"""Kinds of which nothing but the head matters."""

_ENVELOPE = (
    rb'\{"timestamp":"[-0-9:.T]{19,33}(?:Z|[+][0-9:]{4,5})",'
    rb'(?:"ordinal":[0-9]+,)?"type":"'
)
_ID = rb'"[^"\\\n]*"'
_HEAD = (
    _ENVELOPE
    + rb'(?:response_item","payload":\{"type":"(?:'
    + rb'((?:function_call|custom_tool_call|local_shell_call)_output")'
    + rb'|((?:function_call|custom_tool_call|local_shell_call)")'
    + rb'|(reasoning"|ghost_snapshot"|compaction"|context_compaction")'
    + rb'|message",(?:"status":%b,)?(?:"id":(?:%b|null),)?"role":"' % (_ID, _ID)
    + rb'(?:(assistant")|(user")|(developer"|system")))'
    + rb'|event_msg","payload":\{"type":"(?:'
    + rb'item_completed","thread_id":%b,"turn_id":%b,"item":\{"type":"' % (_ID, _ID)
    + rb'(?:((?:CommandExecution|FileChange|McpToolCall|DynamicToolCall)")'
    + rb'|(Reasoning")|(AgentMessage"))'
    + rb'|(token_count")|(agent_message")'
    + rb"|((?:agent_reasoning(?:_raw_content)?|thread_settings_applied"
    + rb'|context_compacted)")'
    + rb'|((?:exec_command_end|patch_apply_end|mcp_tool_call_end)")'
    + rb'|((?:task|turn)_(?:started|complete)")|())'
    + rb'|(turn_context","payload":)'
    + rb"|((?:world_state|token_usage_record|compacted|dynamic_tools_updated)"
    + rb'","payload":))'
)
HEAD = re.compile(_HEAD)
KINDS: Final = (
    0,
    WORK,
    WORK,
    SKIP,
    ASSISTANT,
    USER,
    SKIP,
    WORK,
    SKIP,
    AGENT,
    TOKENS,
    AGENT,
    SKIP,
    WORK,
    TURN,
    EVENT,
    CONTEXT,
    SKIP,
)
"""The kind of a line by the group of `HEAD` that matched."""
OUTPUT_GROUP: Final = 1
"""The group of what a tool answered."""
TIME_START: Final = len(b'{"timestamp":"')
"""Where the time stands in a line whose head matches."""


def groups_of(kinds: Collection[int]) -> frozenset[int]:
    """Return the groups of `HEAD` that stand for *kinds*."""
    return frozenset(group for group, kind in enumerate(KINDS) if kind in kinds)


def is_skippable(head: bytes) -> bool:
    """Say whether a long line need not even be held (its head is enough)."""
    return kind_of(head) in COUNTED


def kind_of(line: bytes) -> int:
    """Return the kind of a line; 0 when its head does not tell."""
    match = HEAD.match(line)
    return KINDS[match.lastindex or 0] if match else 0


def time_text(data: bytes, start: int) -> str:
    """Return the time in a line whose head matches."""
    begin = start + TIME_START
    return data[begin : data.find(b'"', begin)].decode("ascii", "replace")
