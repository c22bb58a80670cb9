from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout
from threadbook.cli.main import main
from threadbook.handlers.tasks import task_read
from threadbook.protocol.thread import TaskReadParams, UserMessageItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.protocol.thread import TaskReadResponse

    Opened = Callable[[], Context]


def rolled_back(home: CodexHome) -> str:
    """Write a task of which "bad" and "worse" were dropped, and nothing else."""
    built = rollout(home.root, generation="enveloped").user("good").agent("ok")
    built.user("bad").agent("no").user("worse").agent("oh no").roll_back(2)
    built.user("better").agent("fine").done()
    return built.thread_id


def steps(response: TaskReadResponse) -> list[tuple[int, str]]:
    """Return the numbers and the words of a page's steps, oldest first."""
    found: list[tuple[int, str]] = []
    for turn in reversed(response.turns):
        user = turn.items[0]
        assert isinstance(user, UserMessageItem)
        assert turn.dropped == (turn.number == 0)
        found.append((turn.number, user.text.text))
    return found


def test_steps_that_a_rollback_dropped_are_read_only_when_asked_for(
    home: CodexHome, opened: Opened
) -> None:
    thread_id = rolled_back(home)
    context = opened()

    plain = task_read(context, TaskReadParams(thread_id=thread_id))
    whole = task_read(context, TaskReadParams(thread_id=thread_id, dropped=True))

    assert steps(plain) == [(1, "good"), (2, "better")]
    assert steps(whole) == [(1, "good"), (0, "bad"), (0, "worse"), (2, "better")]
    assert (plain.turn_count, whole.turn_count) == (2, 2)


def test_pages_with_dropped_steps_neither_overlap_nor_leave_one_out(
    home: CodexHome, opened: Opened
) -> None:
    thread_id = rolled_back(home)
    context = opened()
    params = TaskReadParams(thread_id=thread_id, turns=1, dropped=True)

    newest = task_read(context, params)
    before = task_read(
        context, params.model_copy(update={"cursor": newest.next_cursor})
    )

    assert steps(newest) == [(2, "better")]
    assert steps(before) == [(1, "good"), (0, "bad"), (0, "worse")]
    assert before.next_cursor is None


def test_a_task_of_which_everything_was_dropped_still_shows_what_it_was(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root, generation="enveloped").user("bad").agent("no")
    built.roll_back(1).done()
    context = opened()
    params = TaskReadParams(thread_id=built.thread_id, dropped=True)

    assert steps(task_read(context, params)) == [(0, "bad")]
    assert not task_read(context, params.model_copy(update={"dropped": False})).turns
    assert not task_read(context, params.model_copy(update={"turns": 0})).turns


@pytest.mark.parametrize("asked", [True, False])
def test_show_names_dropped_steps_when_asked_for(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes], *, asked: bool
) -> None:
    thread_id = rolled_back(home)
    options = ["--dropped"] if asked else []

    for form in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main(["--codex-home", str(home.root), *form, "show", thread_id, *options])
        assert ended.value.code == 0
        out = capsysbinary.readouterr().out
        assert (b"worse" in out) == asked
        if form:
            assert len(orjson.loads(out)["turns"]) == (4 if asked else 2)
        else:
            assert out.count(b"Dropped step") == (2 if asked else 0)
            assert b"2 of 2" not in out
