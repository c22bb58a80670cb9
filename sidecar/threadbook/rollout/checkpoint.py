"""The state of a fold as bytes, so that a grown file is read from where it was left.

Opaque to everybody else. Bound to the file by its first bytes and by the last ones
that were read: a replaced file does not fit, and is read whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)
from zlib import crc32

import orjson

from threadbook.ids import RolloutId, ThreadId
from threadbook.items import (
    GitInfo,
    Problem,
    RateLimits,
    RateWindow,
    Stop,
    StopKind,
    TokenUsage,
    TurnStatus,
)
from threadbook.rollout.fields import parse_object
from threadbook.rollout.fold import Fold
from threadbook.rollout.lines import open_rollout
from threadbook.rollout.spending import Slot, Spending
from threadbook.rollout.turns import Ending, TurnState
from threadbook.rollout.types import Format, HistoryBase, Meta

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.rollout.lines import Source

VERSION = 3
_WINDOW = 256
_NAMES: dict[str, Any] = {
    "Callable": Callable,
    "ClassVar": ClassVar,
    "Ending": Ending,
    "Fold": Fold,
    "Format": Format,
    "GitInfo": GitInfo,
    "HistoryBase": HistoryBase,
    "Meta": Meta,
    "Problem": Problem,
    "RateLimits": RateLimits,
    "RateWindow": RateWindow,
    "RolloutId": RolloutId,
    "Slot": Slot,
    "Spending": Spending,
    "Stop": Stop,
    "StopKind": StopKind,
    "ThreadId": ThreadId,
    "TokenUsage": TokenUsage,
    "TurnState": TurnState,
    "TurnStatus": TurnStatus,
}


@dataclass(slots=True)
class Progress:
    """How far a file is read, and what was found."""

    fold: Fold
    offset: int = 0
    line: int = 1
    time: str | None = None
    """Of the last record."""
    problems: list[Problem] = field(default_factory=list[Problem])
    more_problems: int = 0
    """Those that were counted and not kept."""
    version: int = VERSION
    head: int = 0
    tail: int = 0


def save(progress: Progress, source: Source) -> bytes:
    """Write progress as bytes; none for a source without random access."""
    if source.peek is None:
        return b""
    progress.head, progress.tail = _print_of(source.peek, progress.offset)
    return orjson.dumps(progress)


def load(data: bytes, path: Path) -> Progress | None:
    """Read progress back; None when it is not ours, or does not fit the file."""
    raw = parse_object(data)
    if raw is None or raw.get("version") != VERSION:
        return None
    try:
        progress = cast("Progress", _build(Progress, raw))
    except (TypeError, ValueError, KeyError):
        return None
    with open_rollout(path) as source:
        if source.peek is None or source.size < progress.offset:
            return None
        fits = (progress.head, progress.tail) == _print_of(source.peek, progress.offset)
    return progress if fits else None


def _print_of(peek: Callable[[int, int], bytes], offset: int) -> tuple[int, int]:
    """Fingerprint the first and the last bytes before *offset*."""
    size = min(_WINDOW, offset)
    return crc32(peek(0, size)), crc32(peek(offset - size, size))


@cache
def _hints(kind: type) -> dict[str, Any]:
    # Annotations are text; some of their names are imported for type checkers only.
    return get_type_hints(kind, globalns=_NAMES)


def _build(hint: Any, value: Any) -> Any:  # noqa: ANN401 - types are the data here
    """Build a value of type *hint* from parsed JSON."""
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in {UnionType, Union}:
        inner = next(arg for arg in get_args(hint) if arg is not type(None))
        return _build(inner, value)
    if origin is list:
        return [_build(get_args(hint)[0], entry) for entry in value]
    if is_dataclass(hint):
        kinds = _hints(cast("type", hint))
        return cast("type", hint)(
            **{f.name: _build(kinds[f.name], value[f.name]) for f in fields(hint)}
        )
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
