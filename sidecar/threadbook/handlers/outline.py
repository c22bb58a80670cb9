"""Finding one's way in a task: `task/outline`, `task/locate`, `task/image`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from threadbook.errors import ItemNotFoundError, RolloutUnreadableError
from threadbook.handlers.illustrate import Illustrator
from threadbook.items import ImageView, UserMessage
from threadbook.protocol.outline import (
    OutlineStep,
    TaskImageResponse,
    TaskLocateResponse,
    TaskOutlineResponse,
)
from threadbook.rollout.thread import read_turns

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.items import Image, Item
    from threadbook.protocol.outline import (
        TaskImageParams,
        TaskLocateParams,
        TaskOutlineParams,
    )
    from threadbook.rollout.types import TurnSpan

_LONGEST: Final = 16 << 20
"""A picture above this would cost a page more than it shows."""
_PIECE: Final = 1 << 20


def task_outline(context: Context, params: TaskOutlineParams) -> TaskOutlineResponse:
    """Return the steps of a task from the index; no rollout is read."""
    row = context.resolve(params.thread_id)
    return TaskOutlineResponse(
        steps=tuple(
            OutlineStep.model_construct(
                number=number,
                turn_id=span.turn_id,
                preview=span.preview,
                status=span.status.value,
                started_at=span.started_at,
                message_count=span.message_count,
                bytes=_size_of(span),
            )
            for number, span in context.index.spans(row.thread_id)
        )
    )


def _size_of(span: TurnSpan) -> int | None:
    """Return the bytes of a step; the last one of a file reaches to its end."""
    if span.end is not None:
        return span.end - span.start
    if span.path.suffix == ".zst":
        return None
    try:
        return max(0, span.path.stat().st_size - span.start)
    except OSError:
        return None


def task_locate(context: Context, params: TaskLocateParams) -> TaskLocateResponse:
    """Return the file of a step, and the line on which it begins.

    Raises:
        ItemNotFoundError: there is no such step.
        RolloutUnreadableError: its file can't be read now.
    """
    thread_id = context.resolve(params.thread_id).thread_id
    spans = context.index.spans(thread_id, params.step, params.step)
    if not spans:
        raise ItemNotFoundError(thread_id, f"step {params.step}")
    span = spans[0][1]
    if span.path.suffix == ".zst":
        return TaskLocateResponse(path=str(span.path), line=None, format="compressed")
    try:
        line = 1 + _newlines_before(span.path, span.start)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RolloutUnreadableError(span.path, reason) from error
    return TaskLocateResponse(path=str(span.path), line=line, format="text")


def _newlines_before(path: Path, offset: int) -> int:
    count, left = 0, offset
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(left, _PIECE))):
            count += piece.count(b"\n")
            left -= len(piece)
    return count


def task_image(context: Context, params: TaskImageParams) -> TaskImageResponse:
    """Return one picture of an item as a data URL; null when it is nowhere.

    Raises:
        ItemNotFoundError: there is no such item, or it has no such picture.
    """
    thread_id = context.resolve(params.thread_id).thread_id
    span, item = _find(context, thread_id, params)
    pictures = _pictures(Illustrator(span).illustrate(item))
    if params.index >= len(pictures):
        raise ItemNotFoundError(thread_id, f"{params.item_id}, picture {params.index}")
    url = pictures[params.index].url
    is_here = url is not None and url.startswith("data:image/") and len(url) < _LONGEST
    return TaskImageResponse(data_url=url if is_here else None)


def _find(
    context: Context, thread_id: str, params: TaskImageParams
) -> tuple[TurnSpan, Item]:
    for number, span in context.index.spans(thread_id, dropped=True):
        if span.turn_id != params.turn_id:
            continue
        for turn in read_turns(((number, span),)):
            for item in turn.items:
                if item.item_id == params.item_id:
                    return span, item
    raise ItemNotFoundError(thread_id, params.item_id)


def _pictures(item: Item) -> tuple[Image, ...]:
    if isinstance(item, UserMessage):
        return item.images
    return (item.image,) if isinstance(item, ImageView) else ()
