"""Tasks as listed and read: `task/list`, `task/read`, `task/items`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from threadbook.errors import (
    InvalidCursorError,
    ItemNotFoundError,
    RolloutUnreadableError,
)
from threadbook.handlers.convert import item_to_wire, turn_to_wire
from threadbook.handlers.listing import task_list_json, tasks_json
from threadbook.handlers.under_way import with_running
from threadbook.ids import ThreadId
from threadbook.live.memory import Moment
from threadbook.protocol.task import Task, TaskListResponse
from threadbook.protocol.thread import (
    ItemInTurn,
    TaskItemsResponse,
    TaskReadResponse,
)
from threadbook.rollout.thread import read_item, read_turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow
    from threadbook.items import Item, Turn
    from threadbook.protocol.task import TaskListParams
    from threadbook.protocol.thread import (
        TaskItemsParams,
        TaskReadParams,
    )

_TURNS_AT_A_TIME = 20


def task_list(context: Context, params: TaskListParams) -> TaskListResponse:
    """List tasks, as `listing.task_list_json`, for those who look into the answer."""
    return TaskListResponse.model_validate_json(task_list_json(context, params))


def tasks_to_wire(context: Context, rows: Iterable[TaskRow]) -> Iterator[Task]:
    """Dress rows with what the user said of them and who holds them."""
    return map(Task.model_validate_json, tasks_json(context, rows))


def task_of(context: Context, thread_id: str) -> Task:
    """Return one task as it goes on the wire.

    Raises:
        ThreadNotFoundError: there is none.
    """
    row = context.resolve(thread_id)
    return next(tasks_to_wire(context, (row,)))


def task_read(context: Context, params: TaskReadParams) -> TaskReadResponse:
    """Return a task and a page of its turns, newest first.

    Only the bytes of these turns are read, however large the rollout is.
    """
    task = task_of(context, params.thread_id)
    # The number is taken before the file is read: what the file gains meanwhile
    # comes again as events, which replace items of the same id.
    live, thread_id = context.live, ThreadId(task.thread_id)
    moment = live.feed.moment(thread_id) if live is not None else Moment()
    if live is None or not live.drives(thread_id):
        moment = Moment(moment.seq)
    count = context.index.turn_count(task.thread_id)
    first, last = _page(params, count)
    turns: tuple[Turn, ...] = ()
    if first <= last or (params.dropped and params.turns and not count):
        page = first, last
        turns = (*_turns(context, task.thread_id, page, dropped=params.dropped),)
    if last == count and params.turns:
        turns = with_running(turns, count, moment)
        count = max(count, *(turn.number for turn in turns), 0)
    return TaskReadResponse(
        task=task,
        turns=tuple(turn_to_wire(turn) for turn in reversed(turns)),
        next_cursor=f"before:{first}" if first > 1 and params.turns else None,
        turn_count=count,
        seq=moment.seq,
    )


def _page(params: TaskReadParams, count: int) -> tuple[int, int]:
    """Return the first and the last step of the page; last < first: none."""
    if params.from_step is not None:
        return params.from_step, min(count, params.from_step + params.turns - 1)
    last = count
    if params.cursor is not None:
        last = min(count, _number(params.cursor, "before") - 1)
    return max(1, last - params.turns + 1), last


def _number(cursor: str, word: str) -> int:
    name, _, number = cursor.partition(":")
    if name != word or not number.isdecimal():
        raise InvalidCursorError
    return int(number)


def _turns(
    context: Context, thread_id: str, steps: tuple[int, int], *, dropped: bool = False
) -> Iterator[Turn]:
    spans = context.index.spans(thread_id, *steps, dropped=dropped)
    try:
        yield from read_turns(spans)
    except OSError as error:
        path = spans[0][1].path
        raise RolloutUnreadableError(path, error.strerror or str(error)) from error


def task_items(context: Context, params: TaskItemsParams) -> TaskItemsResponse:
    """Return one whole item, or a page of items, oldest first."""
    thread_id = context.resolve(params.thread_id).thread_id
    if params.item_id is not None:
        found = _whole_item(context, thread_id, params.item_id)
        return TaskItemsResponse(items=(found,), next_cursor=None)
    start = _number(params.cursor, "item") if params.cursor is not None else 0
    window = list(
        islice(
            _items_from(context, thread_id, start // _STRIDE, start % _STRIDE),
            params.limit + 1,
        )
    )
    following = window[params.limit :]
    return TaskItemsResponse(
        items=tuple(
            ItemInTurn(
                turn_id=turn.turn_id,
                turn_number=turn.number,
                item=item_to_wire(item),
            )
            for turn, _, item in window[: params.limit]
        ),
        next_cursor=(
            f"item:{following[0][0].number * _STRIDE + following[0][1]}"
            if following
            else None
        ),
    )


_STRIDE = 1_000_000
"""A cursor is `turn number * stride + place in the turn`."""


def _items_from(
    context: Context, thread_id: str, number: int, place: int
) -> Iterator[tuple[Turn, int, Item]]:
    first = max(1, number)
    count = context.index.turn_count(thread_id)
    while first <= count:
        last = min(count, first + _TURNS_AT_A_TIME - 1)
        for turn in _turns(context, thread_id, (first, last)):
            for at, item in enumerate(turn.items):
                if turn.number > number or at >= place:
                    yield turn, at, item
        first = last + 1


def _whole_item(context: Context, thread_id: str, item_id: str) -> ItemInTurn:
    """Find an item by its id, newest turns first: people open what they just saw."""
    last = context.index.turn_count(thread_id)
    while last >= 1:
        first = max(1, last - _TURNS_AT_A_TIME + 1)
        for number, span in reversed(context.index.spans(thread_id, first, last)):
            item = read_item(span, item_id)
            if item is not None:
                return ItemInTurn(
                    turn_id=span.turn_id, turn_number=number, item=item_to_wire(item)
                )
        last = first - 1
    raise ItemNotFoundError(thread_id, f"item {item_id}")
