"""Values of `rollout` and `index` as bytes in the index, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from threadbook.index.codec import pack, unpack
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
    from pathlib import Path

_STATES = {state.value: state for state in State}
_STATUSES = {status.value: status for status in Status}
_FORMATS = {each.value: each for each in Format}


def pack_summary(summary: RolloutSummary) -> bytes:
    """Encode all but the path, which the file's own row has."""
    return pack(summary)


def unpack_summary(data: bytes, path: Path) -> RolloutSummary:
    """Decode the summary of the file that lies at *path* now."""
    raw = unpack(data)
    raw["path"] = path
    raw["format"] = _FORMATS[raw["format"]]
    raw["meta"] = _meta(raw["meta"])
    raw["token_usage"] = _usage(raw["token_usage"])
    raw["rate_limits"] = _limits(raw["rate_limits"])
    raw["last_stop"] = _stop(raw["last_stop"])
    raw["problems"] = _problems(raw["problems"])
    return RolloutSummary(**raw)


def pack_row(row: TaskRow) -> bytes:
    """Encode a task's row."""
    return pack(row)


def unpack_row(data: bytes) -> TaskRow:
    """Decode a task's row."""
    raw = unpack(data)
    raw["state"] = _STATES[raw["state"]]
    raw["status"] = _STATUSES[raw["status"]]
    raw["git"] = _git(raw["git"])
    raw["token_usage"] = _usage(raw["token_usage"])
    raw["rate_limits"] = _limits(raw["rate_limits"])
    raw["last_stop"] = _stop(raw["last_stop"])
    raw["rollouts"] = tuple([RolloutFile(**each) for each in raw["rollouts"]])
    raw["problems"] = _problems(raw["problems"])
    return TaskRow(**raw)


def _meta(raw: dict[str, Any]) -> Meta:
    base = raw["history_base"]
    raw["git"] = _git(raw["git"])
    raw["history_base"] = HistoryBase(**base) if base else None
    return Meta(**raw)


def _git(raw: dict[str, Any] | None) -> GitInfo | None:
    return GitInfo(**raw) if raw else None


def _usage(raw: dict[str, Any] | None) -> TokenUsage | None:
    return TokenUsage(**raw) if raw else None


def _limits(raw: dict[str, Any] | None) -> RateLimits | None:
    if not raw:
        return None
    for window in ("primary", "secondary"):
        if raw[window]:
            raw[window] = RateWindow(**raw[window])
    return RateLimits(**raw)


def _stop(raw: dict[str, Any] | None) -> Stop | None:
    if not raw:
        return None
    raw["kind"] = StopKind(raw["kind"])
    return Stop(**raw)


def _problems(raw: list[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple([Problem(**each) for each in raw]) if raw else ()
