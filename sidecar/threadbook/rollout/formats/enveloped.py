"""Lines in an envelope, `{timestamp, type, payload}`: 2025-09-09 until today (G2, G3).

Events (and completed items) are what Codex shows, response items what the model
saw; both are decoded, and parted by `told`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.items import (
    Divider,
    Image,
    ImageView,
    Notice,
    TurnStatus,
    WebSearch,
)
from threadbook.rollout.fields import (
    as_json,
    as_object,
    clip,
    int_of,
    text_of,
    time_of,
)
from threadbook.rollout.formats import bare
from threadbook.rollout.formats.messages import image_at, images_at, text_said
from threadbook.rollout.formats.paginated import (
    command_run,
    decode_completed,
    file_change,
    mcp_call,
    review,
    sub_agent,
)
from threadbook.rollout.meta import read_meta
from threadbook.rollout.records import (
    AgentSaid,
    Header,
    Ignored,
    ItemDone,
    Reasoned,
    Renamed,
    RolledBack,
    TokensCounted,
    TurnBegan,
    TurnContext,
    TurnEnded,
    UnknownRecord,
    UserSaid,
)
from threadbook.rollout.usage import error_code, read_limits, read_usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.rollout.fields import (
        Json,
    )
    from threadbook.rollout.records import (
        Place,
        Record,
    )

_IGNORED_LINES = frozenset(
    {
        "world_state",
        "token_usage_record",
        "dynamic_tools_updated",
        "inter_agent_communication_metadata",
        "retained_context",
        "security_risk_score",
        "realtime_item",
    }
)
_IGNORED_EVENTS = frozenset(
    {
        "agent_reasoning_raw_content",
        "agent_reasoning_section_break",
        "thread_settings_applied",
        "exec_command_begin",
        "mcp_tool_call_begin",
        "web_search_begin",
        "patch_apply_begin",
        "item_started",
        "turn_diff",
        "background_event",
        "guardian_assessment",
        "dynamic_tool_call_request",
        "session_configured",
        "shutdown_complete",
        "undo_started",
        "collab_agent_spawn_begin",
        "collab_agent_interaction_begin",
        "collab_waiting_begin",
        "collab_close_begin",
    }
)
_WRAPPER_KINDS = frozenset({"user_instructions", "environment_context"})


def decode(line: Json, place: Place) -> Record:
    """Decode an enveloped line."""
    kind = str(line.get("type"))
    payload = as_object(line.get("payload"))
    if kind == "response_item":
        return bare.decode_item(payload, place)
    if kind == "event_msg":
        return decode_event(payload, place)
    read = _LINES.get(kind)
    if read:
        return read(payload, place)
    if kind in _IGNORED_LINES:
        return Ignored(kind)
    return UnknownRecord(kind, as_json(payload))


def decode_event(payload: Json, place: Place) -> Record:
    """Decode an `event_msg`."""
    kind = str(payload.get("type"))
    read = _EVENTS.get(kind)
    if read:
        return read(payload, place)
    if kind in _IGNORED_EVENTS:
        return Ignored(kind)
    return UnknownRecord(kind, as_json(payload))


def _session_meta(payload: Json, place: Place) -> Record:
    mode = text_of(payload.get("history_mode"))
    return Header(read_meta(payload, place.at), mode)


def _compacted_line(_payload: Json, place: Place) -> Record:
    # Its summary is for the model; the lines before it are still there to read.
    divider = Divider(item_id=place.item_id(), at=place.at, kind="compaction")
    return ItemDone(divider, told=False)


def _mail(payload: Json, place: Place) -> Record:
    named = payload | {"tool": "message"}
    return ItemDone(sub_agent(named, place, place.item_id()))


def _turn_context(payload: Json, _place: Place) -> Record:
    settings = as_object(as_object(payload.get("collaboration_mode")).get("settings"))
    return TurnContext(
        text_of(payload.get("model")) or text_of(settings.get("model")),
        text_of(payload.get("effort")) or text_of(settings.get("reasoning_effort")),
        text_of(payload.get("cwd")),
    )


def _user_message(payload: Json, place: Place) -> Record:
    if str(payload.get("kind")) in _WRAPPER_KINDS:
        return Ignored("wrapper")
    said = text_said(text_of(payload.get("message")))
    if said is None:
        return Ignored("wrapper")
    images = images_at(payload.get("images")) + images_at(payload.get("local_images"))
    return UserSaid(said, images, place.item_id(), told=True)


def _agent_message(payload: Json, place: Place) -> Record:
    final = payload.get("phase") != "commentary"
    text = text_of(payload.get("message")) or ""
    return AgentSaid(text, final, place.item_id(), told=True)


def _agent_reasoning(payload: Json, place: Place) -> Record:
    return Reasoned(text_of(payload.get("text")) or "", place.item_id(), told=True)


def _token_count(payload: Json, place: Place) -> Record:
    return TokensCounted(
        read_usage(payload.get("info")),
        read_limits(payload.get("rate_limits"), place.at or 0),
    )


def _task_started(payload: Json, _place: Place) -> Record:
    return TurnBegan(
        text_of(payload.get("turn_id")), time_of(payload.get("started_at"))
    )


def _task_complete(payload: Json, place: Place) -> Record:
    error = payload.get("error")
    fields = as_object(error)
    failed = error is not None
    return TurnEnded(
        text_of(payload.get("turn_id")),
        TurnStatus.FAILED if failed else TurnStatus.COMPLETED,
        text_of(fields.get("message")) or text_of(error),
        error_code(fields.get("codex_error_info")),
        payload.get("last_agent_message") is not None,
        place.at or time_of(payload.get("completed_at")),
    )


def _turn_aborted(payload: Json, place: Place) -> Record:
    return TurnEnded(
        text_of(payload.get("turn_id")),
        TurnStatus.INTERRUPTED,
        text_of(payload.get("reason")),
        completed_at=place.at or time_of(payload.get("completed_at")),
    )


def _rolled_back(payload: Json, _place: Place) -> Record:
    return RolledBack(max(int_of(payload.get("num_turns")) or 0, 0))


def _renamed(payload: Json, _place: Place) -> Record:
    return Renamed(text_of(payload.get("thread_name")) or "")


def _compacted(_payload: Json, place: Place) -> Record:
    divider = Divider(item_id=place.item_id(), at=place.at, kind="compaction")
    return ItemDone(divider)


def _goal(payload: Json, place: Place) -> Record:
    goal = as_object(payload.get("goal"))
    text = text_of(goal.get("objective"))
    return ItemDone(
        Divider(item_id=place.item_id(), at=place.at, kind="goal", text=text)
    )


def _notice(level: str) -> Callable[[Json, Place], Record]:
    def read(payload: Json, place: Place) -> Record:
        text = clip(text_of(payload.get("message")) or "", place.limit)
        code = error_code(payload.get("codex_error_info"))
        return ItemDone(
            Notice(
                item_id=place.item_id(), at=place.at, level=level, text=text, code=code
            )
        )

    return read


def _view_image(payload: Json, place: Place) -> Record:
    image = image_at(payload.get("path")) or Image(None, 0)
    return ItemDone(
        ImageView(item_id=_call_id(payload, place), at=place.at, image=image)
    )


def _image_generated(payload: Json, place: Place) -> Record:
    result = text_of(payload.get("result"))
    made = image_at(f"data:image/png;base64,{result}") if result else None
    path = text_of(payload.get("saved_path"))
    image = Image(made.mime if made else None, made.bytes if made else 0, path=path)
    return ItemDone(
        ImageView(item_id=_call_id(payload, place), at=place.at, image=image)
    )


def _web_search(payload: Json, place: Place) -> Record:
    query = bare.search_query(payload)
    return ItemDone(
        WebSearch(item_id=_call_id(payload, place), at=place.at, query=query)
    )


def _call_id(payload: Json, place: Place) -> str:
    return place.item_id(payload.get("call_id"))


def _sub_agent(action: str) -> Callable[[Json, Place], Record]:
    def read(payload: Json, place: Place) -> Record:
        named: Json = {"tool": action} | payload
        return ItemDone(sub_agent(named, place, _call_id(payload, place)))

    return read


_LINES: dict[str, Callable[[Json, Place], Record]] = {
    "session_meta": _session_meta,
    "turn_context": _turn_context,
    "compacted": _compacted_line,
    "inter_agent_communication": _mail,
}
_EVENTS: dict[str, Callable[[Json, Place], Record]] = {
    "user_message": _user_message,
    "agent_message": _agent_message,
    "agent_reasoning": _agent_reasoning,
    "token_count": _token_count,
    "task_started": _task_started,
    "turn_started": _task_started,
    "task_complete": _task_complete,
    "turn_complete": _task_complete,
    "turn_aborted": _turn_aborted,
    "thread_rolled_back": _rolled_back,
    "thread_name_updated": _renamed,
    "context_compacted": _compacted,
    "thread_goal_updated": _goal,
    "item_completed": decode_completed,
    "error": _notice("error"),
    "stream_error": _notice("warning"),
    "warning": _notice("warning"),
    "undo_completed": _notice("warning"),
    "view_image_tool_call": _view_image,
    "image_generation_end": _image_generated,
    "web_search_end": _web_search,
    "exec_command_end": lambda e, p: ItemDone(command_run(e, p, _call_id(e, p))),
    "patch_apply_end": lambda e, p: ItemDone(file_change(e, p, _call_id(e, p))),
    "mcp_tool_call_end": lambda e, p: ItemDone(mcp_call(e, p, _call_id(e, p))),
    "dynamic_tool_call_response": lambda e, p: ItemDone(mcp_call(e, p, _call_id(e, p))),
    "entered_review_mode": lambda e, p: ItemDone(
        review(e, p, p.item_id(), entered=True)
    ),
    "exited_review_mode": lambda e, p: ItemDone(
        review(e, p, p.item_id(), entered=False)
    ),
    "sub_agent_activity": _sub_agent("activity"),
    "collab_agent_spawn_end": _sub_agent("spawnAgent"),
    "collab_agent_interaction_end": _sub_agent("sendInput"),
    "collab_waiting_end": _sub_agent("wait"),
    "collab_close_end": _sub_agent("closeAgent"),
    "collab_resume_end": _sub_agent("resumeAgent"),
}
