"""Response items: the whole of a bare rollout (G1), and `response_item` later.

What the model saw and did. In a bare rollout these lines stand by themselves,
without a time; later they are the payload of an envelope.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from threadbook.items import ImageView, SubAgent, WebSearch
from threadbook.rollout.fields import (
    as_json,
    as_object,
    clip,
    objects,
    text_of,
)
from threadbook.rollout.formats.messages import image_at, joined, user_said
from threadbook.rollout.meta import read_meta
from threadbook.rollout.records import (
    AgentSaid,
    CallAnswered,
    CallMade,
    Header,
    Ignored,
    ItemDone,
    Reasoned,
    TurnContext,
    UnknownRecord,
)
from threadbook.rollout.wrappers import is_wrapper, kinds_are_wrapper

if TYPE_CHECKING:
    from threadbook.rollout.fields import (
        Json,
    )
    from threadbook.rollout.records import (
        Place,
        Record,
    )

_CWD = re.compile(
    r"<cwd>(?P<tag>[^<]+)</cwd>|^Current working directory: (?P<line>.+)$",
    re.MULTILINE,
)
_IGNORED = frozenset(
    {
        "ghost_snapshot",
        "compaction",
        "compaction_summary",
        "context_compaction",
        "compaction_trigger",
        "additional_tools",
        "other",
    }
)
_ANSWERS = frozenset(
    {
        "function_call_output",
        "custom_tool_call_output",
        "tool_search_output",
        "local_shell_call_output",
    }
)


def is_bare(line: Json) -> bool:
    """Say whether a line is one of a bare rollout."""
    if "payload" in line:
        return False
    return "record_type" in line or "type" in line or is_bare_header(line)


def is_bare_header(line: Json) -> bool:
    """Say whether a line is the header of a bare rollout."""
    return "id" in line and "timestamp" in line and "type" not in line


def decode(line: Json, place: Place) -> Record:
    """Decode a line of a bare rollout."""
    if "record_type" in line:
        return Ignored("state")
    if is_bare_header(line):
        return Header(read_meta(line))
    if line.get("role") == "user":
        text = joined(line.get("content"))
        folder = _CWD.search(text) if is_wrapper(text) else None
        if folder:
            return TurnContext(None, None, (folder["tag"] or folder["line"]).strip())
    return decode_item(line, place)


def decode_item(item: Json, place: Place) -> Record:
    """Decode a response item."""
    kind = str(item.get("type"))
    if kind == "message":
        return _message(item, place)
    if kind == "reasoning":
        return _reasoning(item, place)
    if kind in _ANSWERS:
        call_id = text_of(item.get("call_id")) or ""
        return CallAnswered(call_id, item.get("output", item.get("tools")))
    if kind == "agent_message":
        return _mail(item, place)
    return _other(kind, item, place)


def _other(kind: str, item: Json, place: Place) -> Record:
    if kind in _IGNORED:
        return Ignored(kind)
    if kind.endswith("_call"):
        return _call(kind, item, place)
    return UnknownRecord(kind, as_json(item))


def _mail(item: Json, place: Place) -> Record:
    text = joined(item.get("content"))
    mail = SubAgent(
        item_id=place.item_id(item.get("id")),
        at=place.at,
        action="message",
        prompt=clip(text, place.limit) if text else None,
    )
    return ItemDone(mail, told=False)


def _message(item: Json, place: Place) -> Record:
    role = item.get("role")
    if role == "assistant":
        return AgentSaid(
            joined(item.get("content")),
            item.get("phase") != "commentary",
            place.item_id(item.get("id")),
            told=False,
        )
    if role != "user" or kinds_are_wrapper(item):
        return Ignored("wrapper")
    parts = objects(item.get("content"))
    return user_said(parts, place, item_id=item.get("id"), told=False)


def _reasoning(item: Json, place: Place) -> Record:
    text = "\n\n".join(
        part
        for entry in objects(item.get("summary"))
        if (part := text_of(entry.get("text")))
    )
    return Reasoned(text, place.item_id(item.get("id")), told=False)


def _call(kind: str, item: Json, place: Place) -> Record:
    if kind == "web_search_call":
        return ItemDone(
            WebSearch(
                item_id=place.item_id(item.get("id")),
                at=place.at,
                query=search_query(item),
            ),
            told=False,
        )
    if kind == "image_generation_call":
        image = image_at(_as_data_url(item.get("result")))
        if image is None:
            return Ignored(kind)
        item_id = place.item_id(item.get("id"))
        return ItemDone(
            ImageView(item_id=item_id, at=place.at, image=image), told=False
        )
    arguments = item.get("arguments", item.get("input", item.get("action")))
    return CallMade(
        call_id=text_of(item.get("call_id")) or place.item_id(item.get("id")),
        name=text_of(item.get("name")) or kind,
        namespace=text_of(item.get("namespace")),
        arguments=arguments if isinstance(arguments, str) else as_json(arguments),
    )


def search_query(item: Json) -> str:
    """Return what was searched for, or the page that was opened."""
    action = as_object(item.get("action"))
    found = item.get("query") or action.get("query") or action.get("url")
    return text_of(found) or text_of(action.get("pattern")) or ""


def _as_data_url(result: object) -> str | None:
    text = text_of(result)
    return f"data:image/png;base64,{text}" if text else None
