from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.errors import ItemNotFoundError
from threadbook.handlers.outline import task_image, task_locate, task_outline
from threadbook.handlers.tasks import task_read
from threadbook.protocol.outline import (
    TaskImageParams,
    TaskLocateParams,
    TaskOutlineParams,
)
from threadbook.protocol.thread import TaskReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42"
    "mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_outline_names_every_step_by_what_the_user_said(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    built = rollout(home.root, generation=generation)
    for text in ("first", "second", "third"):
        built.user(text).agent("done").done()

    outline = task_outline(opened(), TaskOutlineParams(thread_id=built.thread_id))

    assert [(step.number, step.preview) for step in outline.steps] == [
        (1, "first"),
        (2, "second"),
        (3, "third"),
    ]


def test_an_outline_says_how_large_each_step_is(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root)
    built.user("short").agent("done").done()
    built.user("long").agent("many words " * 400).done()
    built.user("last").agent("some words " * 100).done()

    outline = task_outline(opened(), TaskOutlineParams(thread_id=built.thread_id))

    short, long, last = (step.bytes or 0 for step in outline.steps)
    assert 0 < short < last < long
    assert long > 4400


def test_a_step_is_located_by_the_line_on_which_it_begins(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root)
    built.user("first").agent("one").done()
    built.user("second wish").agent("two").done()
    context = opened()

    where = task_locate(context, TaskLocateParams(thread_id=built.thread_id, step=2))

    assert where.format == "text"
    assert where.line is not None
    lines = Path(where.path).read_text().splitlines()
    assert "second wish" in "".join(lines[where.line - 1 :])
    assert "second wish" not in "".join(lines[: where.line - 1])
    with pytest.raises(ItemNotFoundError):
        task_locate(context, TaskLocateParams(thread_id=built.thread_id, step=3))


def test_a_picture_comes_as_a_data_url_once_it_is_asked_for(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    built = rollout(home.root)
    built.user("look", images=(PICTURE, str(tmp_path / "gone.png"))).agent(
        "seen"
    ).done()
    context = opened()
    read = task_read(context, TaskReadParams(thread_id=built.thread_id))
    item = next(item for item in read.turns[0].items if item.type == "userMessage")
    asked = TaskImageParams(
        thread_id=built.thread_id,
        turn_id=read.turns[0].turn_id,
        item_id=item.item_id,
    )

    assert task_image(context, asked).data_url == PICTURE
    second = asked.model_copy(update={"index": 1})
    assert task_image(context, second).data_url is None
    for update in ({"index": 2}, {"item_id": "none"}, {"turn_id": "none"}):
        with pytest.raises(ItemNotFoundError):
            task_image(context, asked.model_copy(update=update))
