"""The head of a rollout: `session_meta`, a bare header, or a session of 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.ids import RolloutId, ThreadId
from threadbook.items import GitInfo
from threadbook.rollout.fields import as_object, int_of, text_of, time_of
from threadbook.rollout.types import HistoryBase, Meta

if TYPE_CHECKING:
    from threadbook.rollout.fields import Json

_SOURCES = {
    "cli": "cli",
    "vscode": "vscode",
    "exec": "exec",
    "mcp": "mcp",
    "appServer": "mcp",
    "app_server": "mcp",
}


def read_meta(fields: Json, at: int | None = None) -> Meta:
    """Read the header's fields, of any generation."""
    source = fields.get("source")
    spawn = as_object(as_object(as_object(source).get("subagent")).get("thread_spawn"))
    parent = _thread(fields.get("parent_thread_id")) or _thread(
        spawn.get("parent_thread_id")
    )
    origin = None if source is None else source_name(source)
    return Meta(
        thread_id=_thread(fields.get("id")),
        created_at=time_of(fields.get("timestamp")) or at,
        cwd=text_of(fields.get("cwd")),
        originator=text_of(fields.get("originator")),
        cli_version=text_of(fields.get("cli_version")),
        source=origin,
        model_provider=text_of(fields.get("model_provider")),
        git=read_git(fields.get("git")),
        forked_from_id=_thread(fields.get("forked_from_id")),
        parent_thread_id=parent,
        is_sub_agent=(
            origin == "subagent"
            or parent is not None
            or fields.get("thread_source") == "subagent"
        ),
        agent_nickname=text_of(fields.get("agent_nickname"))
        or text_of(spawn.get("agent_nickname")),
        history_base=_base(fields.get("history_base")),
        own_start_ordinal=int_of(fields.get("subagent_history_start_ordinal")),
    )


def read_git(value: object) -> GitInfo | None:
    """Read `git`, which may be null or empty."""
    fields = as_object(value)
    git = GitInfo(
        text_of(fields.get("branch")),
        text_of(fields.get("commit_hash")),
        text_of(fields.get("repository_url")),
    )
    return None if git == GitInfo() else git


def source_name(source: object) -> str:
    """Return the word for who wrote a rollout."""
    if isinstance(source, str):
        return _SOURCES.get(source, "unknown")
    fields = as_object(source)
    if "subagent" in fields or "subAgent" in fields:
        return "subagent"
    if "internal" in fields:
        return "internal"
    custom = text_of(fields.get("custom"))
    return f"custom:{custom}" if custom else "unknown"


def _thread(value: object) -> ThreadId | None:
    text = text_of(value)
    return ThreadId(text.lower()) if text else None


def _base(value: object) -> HistoryBase | None:
    fields = as_object(value)
    rollout = text_of(fields.get("thread_id"))
    end = int_of(fields.get("end_ordinal_exclusive"))
    if rollout is None or end is None:
        return None
    return HistoryBase(RolloutId(rollout.lower()), end)
