"""The turns and items of a rollout that a test built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.items import UserMessage
from threadbook.rollout.summary import summarize
from threadbook.rollout.thread import read_turns

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import RolloutBuilder
    from threadbook.items import Item, Turn


def turns_of(path: Path, *, text_limit: int = 16_384) -> list[Turn]:
    spans = summarize(path).spans
    return list(read_turns(list(enumerate(spans, 1)), text_limit=text_limit))


def items_of(builder: RolloutBuilder) -> tuple[Item, ...]:
    (turn,) = turns_of(builder.done())
    return turn.items


def only(builder: RolloutBuilder) -> Item:
    """Return the one item behind the user's message."""
    first, item = items_of(builder)
    assert isinstance(first, UserMessage)
    return item
