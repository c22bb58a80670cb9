"""A task as a stream of bytes in one of the export formats, whatever its size.

At any time one item is held whole, and of its turn what `read_turns` holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import orjson

from threadbook.export.document import Document, Entry, Fact, Step, moment, size
from threadbook.export.redact import Redactor
from threadbook.handlers.convert import item_to_wire, turn_to_wire
from threadbook.handlers.illustrate import Illustrator
from threadbook.protocol.thread import ItemInTurn
from threadbook.rollout.thread import read_turns
from threadbook.rollout.whole import whole_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from threadbook.handlers.context import Context
    from threadbook.items import Item, Turn
    from threadbook.protocol.base import WireModel
    from threadbook.protocol.task import Task
    from threadbook.rollout.types import TurnSpan

_T = TypeVar("_T")

_TEXT_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Export:
    """How a task is to be written."""

    format: str
    """`md`, `html`, `json` or `jsonl`."""
    redactor: Redactor | None
    pictures: bool


def redactor() -> Redactor:
    """Return a redactor that knows this user's home folder."""
    return Redactor([str(Path.home())])


def write_task(context: Context, task: Task, export: Export) -> Iterator[bytes]:
    """Yield a task's document piece by piece.

    Raises:
        RolloutUnreadableError: a file can't be opened now.
    """
    return _WRITERS[export.format](_Writing(context, task, export))


class _Writing:
    """One task on its way out."""

    def __init__(self, context: Context, task: Task, export: Export) -> None:
        self.task = task
        self.export = export
        self.spans = context.index.spans(task.thread_id)

    def turns(self) -> Iterator[tuple[Turn, Iterator[Item]]]:
        """Yield the turns, oldest first, each with its items as they are written."""
        turns = read_turns(self.spans, text_limit=_TEXT_LIMIT)
        for turn, (_, span) in zip(turns, self.spans, strict=True):
            bare = replace(turn, items=())
            yield self.masked(bare), self._items(turn, span)

    def _items(self, turn: Turn, span: TurnSpan) -> Iterator[Item]:
        illustrator = Illustrator(span) if self.export.pictures else None
        for item in whole_items(turn, span):
            shown = illustrator.illustrate(item) if illustrator else item
            yield self.masked(shown)

    def masked(self, value: _T) -> _T:
        """Mask *value*, if that was asked for."""
        redactor = self.export.redactor
        return redactor.value(value) if redactor else value


def _markdown(writing: _Writing) -> Iterator[bytes]:
    from threadbook.export.markdown import write_markdown  # noqa: PLC0415

    return (piece.encode() for piece in write_markdown(_document(writing)))


def _page(writing: _Writing) -> Iterator[bytes]:
    from threadbook.export.page import write_page  # noqa: PLC0415

    return (piece.encode() for piece in write_page(_document(writing)))


def _json(writing: _Writing) -> Iterator[bytes]:
    task = writing.task.model_dump(mode="json", by_alias=True)
    yield b'{"task":' + orjson.dumps(writing.masked(task)) + b',"turns":['
    for index, (turn, items) in enumerate(writing.turns()):
        head = _dumped(turn_to_wire(turn))
        # The items take the place of the empty array that the turn came with.
        before, _, behind = head.partition(b'"items":[]')
        yield (b",\n" if index else b"\n") + before + b'"items":['
        for place, item in enumerate(items):
            yield (b",\n" if place else b"") + _dumped(item_to_wire(item))
        yield b"]" + behind
    yield b"]}\n"


def _json_lines(writing: _Writing) -> Iterator[bytes]:
    thread = b'{"threadId":' + orjson.dumps(writing.task.thread_id) + b","
    for turn, items in writing.turns():
        for item in items:
            line = ItemInTurn(
                turn_id=turn.turn_id, turn_number=turn.number, item=item_to_wire(item)
            )
            yield thread + _dumped(line)[1:] + b"\n"


def _dumped(model: WireModel) -> bytes:
    return model.model_dump_json(by_alias=True).encode()


_WRITERS: dict[str, Callable[[_Writing], Iterator[bytes]]] = {
    "md": _markdown,
    "html": _page,
    "json": _json,
    "jsonl": _json_lines,
}


def _document(writing: _Writing) -> Document:
    return Document(
        title=writing.masked(writing.task.display_name),
        facts=tuple(
            Fact(label, writing.masked(value))
            for label, value in _facts(writing.task)
            if value
        ),
        outline=tuple(
            Entry(number, writing.masked(span.preview))
            for number, span in writing.spans
        ),
        steps=(Step(turn, items) for turn, items in writing.turns()),
    )


def _facts(task: Task) -> Iterator[tuple[str, str | None]]:
    yield "Task", task.thread_id
    yield "Folder", task.cwd
    yield "Model", "/".join(part for part in (task.model, task.effort) if part)
    yield "Begun", moment(task.created_at)
    yield "Last active", moment(task.updated_at)
    yield "Steps", f"{task.turn_count}, {task.message_count} messages"
    if task.token_usage:
        yield "Tokens", f"{task.token_usage.total:,}"
    if task.git:
        commit = (task.git.commit or "")[:10]
        yield "Git", " ".join(part for part in (task.git.branch, commit) if part)
    codex = " ".join(part for part in (task.cli_version, task.originator) if part)
    yield "Codex", codex
    yield "Forked from", task.forked_from_id
    yield "Parent task", task.parent_thread_id
    yield "Size", size(task.bytes)
    for problem in task.problems:
        where = f"line {problem.line}: " if problem.line else ""
        yield "Problem", where + problem.message
