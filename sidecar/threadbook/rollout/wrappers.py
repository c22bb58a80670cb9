"""Tells what the user wrote from what clients and Codex wrap around it.

In the user's role come also the environment, AGENTS.md, permissions, skills and
warnings; IDEs put their context before the request proper. None of this is ever a
preview or a user's message (codex-facts.md sections 2.11 and 11).
"""

from __future__ import annotations

import re

from threadbook.rollout.fields import as_object, texts

PREVIEW_SIZE = 400

_TAGS = (
    "environment_context",
    "environments_instructions",
    "user_instructions",
    "permissions",
    "permissions instructions",
    "skills_instructions",
    "skill",
    "turn_aborted",
    "apps_instructions",
    "plugins_instructions",
    "collaboration_mode",
    "model_switch",
    "personality_spec",
    "realtime_conversation",
    "subagent_notification",
    "hook_prompt",
    "user_shell_command",
    "context_window",
    "goal_context",
    "codex_internal_context",
    "recommended_plugins",
    "memory",
    "INSTRUCTIONS",
)
_WRAPPER = re.compile(
    r"\s*(?:<(?:" + "|".join(_TAGS) + r")(?:>|\s[^<>]*>)|# AGENTS\.md instructions\b)"
)
_REQUEST = re.compile(r"^## My request for Codex:[ \t]*", re.MULTILINE)
_CONTEXT = re.compile(r"\s*# (?:Context from my IDE setup|Files mentioned by the user)")
_ATTACHMENT = re.compile(r"^## (?!My request)([^\n:]{1,120}):", re.MULTILINE)
_WRAPPER_STARTS = frozenset("<# \t\r\n")


def is_wrapper(text: str) -> bool:
    """Say whether a text in the user's role was not written by the user."""
    # Most texts need no pattern to be told.
    return text[:1] in _WRAPPER_STARTS and _WRAPPER.match(text) is not None


def kinds_are_wrapper(payload: dict[str, object]) -> bool:
    """Say whether a message of 0.165 or later calls itself something else.

    Such a message names the kind of each of its parts; only `user.*` is the user's.
    """
    passthrough = as_object(payload.get("internal_chat_message_metadata_passthrough"))
    kinds = texts(passthrough.get("content_item_kinds"))
    return bool(kinds) and not any(
        kind.startswith("user.") or kind == "unknown" for kind in kinds
    )


def without_context(text: str) -> str:
    """Return the request proper of a message that an IDE put its context before."""
    match = _REQUEST.search(text) if "## My request" in text else None
    if match is None:
        return text
    return text[match.end() :].strip()


def preview_of(text: str, images: int = 0, size: int = PREVIEW_SIZE) -> str:
    """Return a message in one line, for lists; `[Image]` when it is only that."""
    # Only the head can matter, however long a log was pasted.
    head = without_context(text[: size * 64])
    line = " ".join(head[: size * 4].split())
    if line:
        return line[:size]
    if images:
        return "[Image]"
    named = _ATTACHMENT.findall(text[: size * 16]) if _CONTEXT.match(text) else []
    return f"[{', '.join(named)}]"[:size] if named else ""
