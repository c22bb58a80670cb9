"""Values of `rollout` and `index` as bytes in the index, and back.

A task's row is the JSON of its fields, one after the other: the JSON of a list is put
together of them without reading any (`handlers.ready_task`).
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from threadbook.index.codec import field_names, pack, unpack
from threadbook.index.types import RolloutFile, State, Status, TaskRow
from threadbook.items import (
    GitInfo,
    Problem,
    RateLimits,
    RateWindow,
    Stop,
    StopKind,
    TokenUsage,
)
from threadbook.rollout.types import Format, HistoryBase, Meta, RolloutSummary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_STATES = {state.value: state for state in State}
_STATUSES = {status.value: status for status in Status}
_FORMATS = {each.value: each for each in Format}

BETWEEN_FIELDS = b"\n"
"""JSON has no line break within a value."""
BETWEEN_PARTS = b"\t"
"""Between the fields of what is a field of a row; JSON has no bare tab either."""

FIELDS = field_names(
    RolloutSummary,
    Meta,
    HistoryBase,
    TaskRow,
    RolloutFile,
    GitInfo,
    TokenUsage,
    RateLimits,
    RateWindow,
    Stop,
    Problem,
)
"""All that is packed here; the index is built anew when any of it changes."""

ROW_FIELDS = field_names(TaskRow)

_SUMMARY = field_names(RolloutSummary)
_META = field_names(Meta)


_row_values = attrgetter(*[each.name for each in fields(TaskRow)])
_KINDS: tuple[type[Any], ...] = (GitInfo, TokenUsage, Stop, RolloutFile, Problem)
_PARTS: dict[type, Callable[[Any], tuple[object, ...]]] = {
    kind: attrgetter(*[each.name for each in fields(kind)]) for kind in _KINDS
}


def _at(names: list[str], name: str) -> int:
    return names.index(name)


_PATH = _at(_SUMMARY, "RolloutSummary.path")
_FORMAT = _at(_SUMMARY, "RolloutSummary.format")
_SUMMARY_META = _at(_SUMMARY, "RolloutSummary.meta")
_SUMMARY_USAGE = _at(_SUMMARY, "RolloutSummary.token_usage")
_SUMMARY_LIMITS = _at(_SUMMARY, "RolloutSummary.rate_limits")
_SUMMARY_STOP = _at(_SUMMARY, "RolloutSummary.last_stop")
_SUMMARY_PROBLEMS = _at(_SUMMARY, "RolloutSummary.problems")
_META_GIT = _at(_META, "Meta.git")
_META_BASE = _at(_META, "Meta.history_base")
_ROW_STATE = _at(ROW_FIELDS, "TaskRow.state")
_ROW_STATUS = _at(ROW_FIELDS, "TaskRow.status")
_ROW_GIT = _at(ROW_FIELDS, "TaskRow.git")
_ROW_USAGE = _at(ROW_FIELDS, "TaskRow.token_usage")
_ROW_LIMITS = _at(ROW_FIELDS, "TaskRow.rate_limits")
_ROW_STOP = _at(ROW_FIELDS, "TaskRow.last_stop")
_ROW_ROLLOUTS = _at(ROW_FIELDS, "TaskRow.rollouts")
_ROW_PROBLEMS = _at(ROW_FIELDS, "TaskRow.problems")


def pack_summary(summary: RolloutSummary) -> bytes:
    """Encode all but the path, which the file's own row has."""
    return pack(summary)


def unpack_summary(data: bytes, path: Path) -> RolloutSummary:
    """Decode the summary of the file that lies at *path* now."""
    raw: list[Any] = unpack(data)
    raw[_PATH] = path
    raw[_FORMAT] = _FORMATS[raw[_FORMAT]]
    raw[_SUMMARY_META] = _meta(raw[_SUMMARY_META])
    raw[_SUMMARY_USAGE] = _usage(raw[_SUMMARY_USAGE])
    raw[_SUMMARY_LIMITS] = _limits(raw[_SUMMARY_LIMITS])
    raw[_SUMMARY_STOP] = _stop(raw[_SUMMARY_STOP])
    raw[_SUMMARY_PROBLEMS] = _problems(raw[_SUMMARY_PROBLEMS])
    return RolloutSummary(*raw)


def pack_row(row: TaskRow) -> bytes:
    """Encode a task's row: each field's JSON, and `BETWEEN_FIELDS` between them."""
    return BETWEEN_FIELDS.join([_field(value) for value in _row_values(row)])


def _field(value: object) -> bytes:
    """Encode a field of a row; those of a dataclass have `BETWEEN_PARTS` between."""
    if value is None:
        return b"null"
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        return b"[%b]" % BETWEEN_PARTS.join([_field(each) for each in parts])
    read = _PARTS.get(type(value))
    return pack(value) if read is None else _field(read(value))


def unpack_row(data: bytes) -> TaskRow:
    """Decode a task's row."""
    listed = data.replace(BETWEEN_FIELDS, b",").replace(BETWEEN_PARTS, b",")
    raw: list[Any] = unpack(b"[%b]" % listed)
    raw[_ROW_STATE] = _STATES[raw[_ROW_STATE]]
    raw[_ROW_STATUS] = _STATUSES[raw[_ROW_STATUS]]
    raw[_ROW_GIT] = _git(raw[_ROW_GIT])
    raw[_ROW_USAGE] = _usage(raw[_ROW_USAGE])
    raw[_ROW_LIMITS] = _limits(raw[_ROW_LIMITS])
    raw[_ROW_STOP] = _stop(raw[_ROW_STOP])
    raw[_ROW_ROLLOUTS] = tuple([RolloutFile(*each) for each in raw[_ROW_ROLLOUTS]])
    raw[_ROW_PROBLEMS] = _problems(raw[_ROW_PROBLEMS])
    return TaskRow(*raw)


def _meta(raw: list[Any]) -> Meta:
    raw[_META_GIT] = _git(raw[_META_GIT])
    base = raw[_META_BASE]
    raw[_META_BASE] = HistoryBase(*base) if base else None
    return Meta(*raw)


def _git(raw: list[Any] | None) -> GitInfo | None:
    return GitInfo(*raw) if raw else None


def _usage(raw: list[Any] | None) -> TokenUsage | None:
    return TokenUsage(*raw) if raw else None


def _limits(raw: list[Any] | None) -> RateLimits | None:
    if not raw:
        return None
    at, primary, secondary, *rest = raw
    return RateLimits(at, _window(primary), _window(secondary), *rest)


def _window(raw: list[Any] | None) -> RateWindow | None:
    return RateWindow(*raw) if raw else None


def _stop(raw: list[Any] | None) -> Stop | None:
    if not raw:
        return None
    kind, *rest = raw
    return Stop(StopKind(kind), *rest)


def _problems(raw: list[list[Any]]) -> tuple[Problem, ...]:
    return tuple([Problem(*each) for each in raw]) if raw else ()
