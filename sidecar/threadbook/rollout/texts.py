"""The texts of turns for the full-text index: what was said, run, changed, printed.

The same items that a reader sees, so that every hit can be shown; lines that can't
hold any of it are passed over unparsed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    Notice,
    Plan,
    Review,
    SubAgent,
    ToolCall,
    UserMessage,
    WebSearch,
)
from threadbook.rollout import heads
from threadbook.rollout.thread import fold_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from threadbook.items import Item
    from threadbook.rollout.types import TurnSpan

    _Texts = Iterator[tuple["TextKind", str]]

TEXT_LIMIT = 1 << 18

_TEXTLESS = heads.groups_of({heads.SKIP, heads.TOKENS, heads.CONTEXT, heads.TURN})


class TextKind(StrEnum):
    """Where a text is from; what `search --in` chooses."""

    MESSAGE = "message"
    COMMAND = "command"
    FILE = "file"
    """A path and its diff."""
    OUTPUT = "output"


class SearchText(NamedTuple):
    """One text of one item."""

    turn_id: str
    item_id: str
    kind: TextKind
    text: str
    at: int | None
    offset: int
    """Where the turn begins (`TurnSpan.start`)."""


def search_texts(
    spans: Sequence[TurnSpan], *, outputs: bool = False, text_limit: int = TEXT_LIMIT
) -> Iterator[SearchText]:
    """Yield the texts of turns of one file, in the order of *spans*.

    Outputs of commands and tools only with *outputs*. Give it the spans that
    `summarize` returned as new or changed.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    numbered = [(0, span) for span in spans]
    without = _TEXTLESS if outputs else _TEXTLESS | {heads.OUTPUT_GROUP}
    for _, span, fold in fold_spans(numbered, text_limit, without):
        for item in fold.shown():
            for kind, text in _texts_of(item):
                if text and (outputs or kind is not TextKind.OUTPUT):
                    yield SearchText(
                        span.turn_id, item.item_id, kind, text, item.at, span.start
                    )


def _texts_of(item: Item) -> Iterator[tuple[TextKind, str]]:
    read = _READERS.get(type(item))
    if read:
        yield from read(item)


def _message(item: UserMessage | AgentMessage | Notice | Review) -> _Texts:
    yield TextKind.MESSAGE, item.text.text


def _command(item: CommandExecution) -> _Texts:
    yield TextKind.COMMAND, item.command
    if item.output:
        yield TextKind.OUTPUT, item.output.text


def _file_change(item: FileChange) -> _Texts:
    for change in item.changes:
        moved = f" {change.moved_to}" if change.moved_to else ""
        yield TextKind.FILE, f"{change.path}{moved}\n{change.diff.text}"


def _tool_call(item: ToolCall) -> _Texts:
    server = f"{item.server} " if item.server else ""
    yield TextKind.COMMAND, f"{server}{item.tool} {item.arguments.text}"
    if item.result:
        yield TextKind.OUTPUT, item.result.text


def _web_search(item: WebSearch) -> _Texts:
    yield TextKind.COMMAND, item.query


def _plan(item: Plan) -> _Texts:
    steps = "\n".join(step.step for step in item.steps)
    text = item.text.text if item.text else ""
    yield TextKind.MESSAGE, f"{text}\n{steps}".strip()


def _sub_agent(item: SubAgent) -> _Texts:
    yield TextKind.MESSAGE, item.prompt.text if item.prompt else ""


_READERS: dict[type, Callable[..., Iterator[tuple[TextKind, str]]]] = {
    UserMessage: _message,
    AgentMessage: _message,
    Notice: _message,
    Review: _message,
    CommandExecution: _command,
    FileChange: _file_change,
    ToolCall: _tool_call,
    WebSearch: _web_search,
    Plan: _plan,
    SubAgent: _sub_agent,
}
