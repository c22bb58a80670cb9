from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.errors import (
    InvalidCursorError,
    ItemNotFoundError,
    ThreadNotFoundError,
)
from threadbook.handlers.tasks import task_items, task_list, task_read
from threadbook.ids import ThreadId
from threadbook.protocol.task import TaskListParams
from threadbook.protocol.thread import (
    AgentMessageItem,
    CommandExecutionItem,
    TaskItemsParams,
    TaskReadParams,
    UserMessageItem,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

DAY_MS = 86_400_000


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_task_of_every_generation_is_listed_and_read(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    built = rollout(home.root, generation=generation, cwd="/code/shop")
    built.user("fix the till").command("ls", output="a\n", exit_code=0)
    built.agent("fixed").done()
    context = opened()

    listed = task_list(context, TaskListParams())
    task = listed.tasks[0]
    read = task_read(context, TaskReadParams(thread_id=task.thread_id))

    assert listed.total == 1
    assert task.preview == "fix the till"
    assert (task.turn_count, task.message_count) == (1, 2)
    assert (task.status, task.state) == ("idle", "active")
    [turn] = read.turns
    user, command, agent = turn.items
    assert isinstance(user, UserMessageItem)
    assert user.text.text == "fix the till"
    assert isinstance(command, CommandExecutionItem)
    assert (command.command, command.exit_code) == ("ls", 0)
    assert command.output is not None
    assert command.output.text == "a\n"
    assert isinstance(agent, AgentMessageItem)
    assert agent.text.text == "fixed"


def test_newest_come_first_and_a_cursor_leads_through_all(
    home: CodexHome, opened: Opened
) -> None:
    for day in range(7):
        rollout(home.root, at=1_790_000_000_000 + day * DAY_MS).user(
            f"day {day}"
        ).done()
    context = opened()
    seen: list[str | None] = []
    cursor: str | None = None
    while True:
        page = task_list(context, TaskListParams(limit=3, cursor=cursor))
        seen += [task.preview for task in page.tasks]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [f"day {day}" for day in reversed(range(7))]


def test_a_folder_means_its_subfolders_too_and_no_namesakes(
    home: CodexHome, opened: Opened
) -> None:
    for cwd in ("/w/app", "/w/app/lib", "/w/app2", "/w"):
        rollout(home.root, cwd=cwd).user("hi").done()

    page = task_list(opened(), TaskListParams(cwd="/w/app"))

    assert {task.cwd for task in page.tasks} == {"/w/app", "/w/app/lib"}


def test_a_folder_that_is_gone_is_said_to_be_gone(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    rollout(home.root, cwd=str(tmp_path)).user("here").done()
    rollout(home.root, cwd="/nowhere/at/all").user("gone").done()

    page = task_list(opened(), TaskListParams())

    assert {task.preview: task.cwd_exists for task in page.tasks} == {
        "here": True,
        "gone": False,
    }


def test_what_the_user_said_of_a_task_is_in_its_row(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root).user("hi")
    built.done()
    context = opened()
    thread_id = ThreadId(built.thread_id)
    context.book.set_pinned(thread_id, pinned=True)
    context.book.set_relinked_cwd(thread_id, "/moved/here")

    [task] = task_list(context, TaskListParams()).tasks

    assert task.pinned
    assert (task.cwd, task.workspace_name) == ("/moved/here", "here")


def test_turns_come_newest_first_page_by_page_or_from_a_step(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root)
    for number in range(1, 8):
        built.user(f"step {number}").agent("ok")
    built.done()
    context = opened()

    def numbers(**params: object) -> tuple[list[int], str | None]:
        response = task_read(
            context,
            TaskReadParams.model_validate({"threadId": built.thread_id, **params}),
        )
        assert response.turn_count == 7
        return [turn.number for turn in response.turns], response.next_cursor

    last, cursor = numbers(turns=3)
    middle, cursor = numbers(turns=3, cursor=cursor)
    first, end = numbers(turns=3, cursor=cursor)

    assert (last, middle, first) == ([7, 6, 5], [4, 3, 2], [1])
    assert end is None
    assert numbers(turns=2, fromStep=3)[0] == [4, 3]
    assert numbers(turns=0) == ([], None)


def test_a_cursor_that_we_did_not_make_is_refused(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root).user("hi")
    built.done()
    context = opened()
    params = TaskReadParams(thread_id=built.thread_id, cursor="made:up")

    with pytest.raises(InvalidCursorError):
        task_read(context, params)
    with pytest.raises(InvalidCursorError):
        task_list(context, TaskListParams(cursor="made up"))


def test_a_large_output_is_cut_and_fetched_whole_by_its_item(
    home: CodexHome, opened: Opened
) -> None:
    output = "".join(f"line {number}\n" for number in range(20_000))
    built = rollout(home.root).user("hi").command("seq", output=output, exit_code=0)
    built.agent("done").done()
    context = opened()

    [turn] = task_read(context, TaskReadParams(thread_id=built.thread_id)).turns
    command = turn.items[1]
    assert isinstance(command, CommandExecutionItem)
    assert command.output is not None
    whole = task_items(
        context,
        TaskItemsParams(thread_id=built.thread_id, item_id=command.item_id),
    ).items[0]

    assert command.output.cut
    assert command.output.bytes == len(output)
    assert len(command.output.text) < len(output)
    assert isinstance(whole.item, CommandExecutionItem)
    assert whole.item.output is not None
    assert whole.item.output.text == output
    assert (whole.turn_id, whole.turn_number) == (turn.turn_id, 1)


def test_items_are_paged_oldest_first_without_gap_or_overlap(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root)
    for number in range(30):
        built.user(f"q{number}").agent(f"a{number}")
    built.done()
    context = opened()
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = task_items(
            context,
            TaskItemsParams(thread_id=built.thread_id, limit=7, cursor=cursor),
        )
        for found in page.items:
            assert isinstance(found.item, UserMessageItem | AgentMessageItem)
            seen.append(found.item.text.text)
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [word for n in range(30) for word in (f"q{n}", f"a{n}")]


def test_an_item_or_a_task_that_is_not_there_is_said_so(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root).user("hi")
    built.done()
    context = opened()

    with pytest.raises(ItemNotFoundError):
        task_items(
            context, TaskItemsParams(thread_id=built.thread_id, item_id="nosuch")
        )
    with pytest.raises(ThreadNotFoundError):
        task_read(context, TaskReadParams(thread_id="nosuch"))


def test_the_forks_of_a_task_are_listed_whoever_noted_them(
    home: CodexHome, opened: Opened
) -> None:
    first = rollout(home.root).user("one")
    first.done()
    said = rollout(home.root, meta={"forked_from_id": first.thread_id}).user("two")
    said.done()
    noted = rollout(home.root).user("three")
    noted.done()
    rollout(home.root, meta={"forked_from_id": said.thread_id}).user("four").done()
    context = opened()
    origin = ThreadId(first.thread_id)
    context.book.note_origin(ThreadId(noted.thread_id), origin, "forked", 1)

    forks = task_list(context, TaskListParams(forked_from=origin))
    tagged = task_list(context, TaskListParams(forked_from=origin, tag="red"))

    assert {task.thread_id for task in forks.tasks} == {
        said.thread_id,
        noted.thread_id,
    }
    assert {task.forked_from_id for task in forks.tasks} == {origin}
    assert tagged.total == 0
