from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.errors import InvalidCursorError, InvalidQueryError
from threadbook.handlers.search import search_files, task_search
from threadbook.handlers.tasks import task_read
from threadbook.index.filling import Filler
from threadbook.protocol.search import TaskSearchParams
from threadbook.protocol.thread import TaskReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

TRICKY = 'print("naïve \\"quoting\\"")\n\tand a 日本語 line'


def searched(context: Context, query: str, **params: object) -> list[tuple[str, int]]:
    """Return what is found as (kind, step)."""
    body = TaskSearchParams.model_validate({"query": query, **params})
    return [(hit.kind, hit.turn) for hit in task_search(context, body).hits]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_words_are_found_in_messages_and_commands_of_every_generation(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    built = rollout(home.root, generation=generation).user("first question").agent("a")
    built.user("look at parseRolloutName").command("grep snake_case_name", output="b")
    built.agent("ok").done()
    context = opened()
    Filler(context.home, context.index).fill()

    assert searched(context, "question") == [("message", 1)]
    assert searched(context, "rollout") == [("message", 2)]
    assert searched(context, "snake", kinds=["command"]) == [("command", 2)]
    assert searched(context, "nowhere") == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_hit_names_the_item_that_a_reader_of_its_step_meets(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    built = rollout(home.root, generation=generation).user("alpha one").agent("alpha a")
    built.user("alpha two").command("grep alpha", output="alpha out").agent("alpha b")
    built.done()
    context = opened()
    Filler(context.home, context.index).fill()
    thread_id = str(built.thread_id)
    read = task_read(context, TaskReadParams(thread_id=thread_id, turns=10))
    shown = {
        (turn.number, item.item_id): item.type
        for turn in read.turns
        for item in turn.items
    }

    for mode in ("words", "exact"):
        params = TaskSearchParams.model_validate({"query": "alpha", "mode": mode})
        hits = task_search(context, params).hits
        found = [
            (hit.turn, shown[hit.turn, hit.item_id], hit.kind)
            for hit in hits
            if hit.kind != "output"
        ]
        assert sorted(found) == [
            (1, "agentMessage", "message"),
            (1, "userMessage", "message"),
            (2, "agentMessage", "message"),
            (2, "commandExecution", "command"),
            (2, "userMessage", "message"),
        ]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_any_substring_is_found_exactly_whatever_json_made_of_it(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    built = rollout(home.root, generation=generation).user("nothing here").agent("no")
    built.user(TRICKY).command("echo 'x\"y'", output="out 日本").agent("done").done()
    context = opened()

    def exactly(query: str) -> list[tuple[str, int]]:
        return searched(context, query, mode="exact")

    assert exactly('"naïve \\"quo') == [("message", 2)]
    assert exactly("日本語") == [("message", 2)]
    assert exactly("\n\tand") == [("message", 2)]
    assert exactly("x\"y'") == [("command", 2)]
    assert exactly("Nothing") == []
    assert exactly("here") == [("message", 1)]


def test_a_pattern_is_found_per_line_and_a_bad_one_refused(
    home: CodexHome, opened: Opened
) -> None:
    rollout(home.root).user("one\ntwo 22").agent("three").done()
    context = opened()

    assert searched(context, r"^two \d+$", mode="regex") == [("message", 1)]
    with pytest.raises(InvalidQueryError):
        searched(context, "(", mode="regex")
    with pytest.raises(InvalidQueryError):
        searched(context, "", mode="exact")


def test_the_snippet_shows_the_place_and_marks_it(
    home: CodexHome, opened: Opened
) -> None:
    rollout(home.root).user("x" * 500 + " needle " + "y" * 500).done()
    context = opened()
    body = TaskSearchParams(query="needle", mode="exact")

    [hit] = search_files(context, body)

    [mark] = hit.marks
    assert hit.snippet[mark.start : mark.end] == "needle"
    assert len(hit.snippet) < 200


def test_a_file_that_a_task_changed_is_found(home: CodexHome, opened: Opened) -> None:
    built = rollout(home.root).user("go").patch("src/shop/till.py", "x = 1\n")
    built.agent("done").done()
    context = opened()
    Filler(context.home, context.index).fill()

    assert searched(context, '"shop/till.py"', kinds=["file"]) == [("file", 1)]


def test_exact_hits_come_page_by_page_without_gap(
    home: CodexHome, opened: Opened
) -> None:
    for number in range(5):
        rollout(home.root, at=1_790_000_000_000 + number * 86_400_000).user(
            f"needle {number}"
        ).done()
    context = opened()
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = task_search(
            context,
            TaskSearchParams(query="needle", mode="exact", limit=2, cursor=cursor),
        )
        seen += [hit.snippet for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [f"needle {number}" for number in reversed(range(5))]
    with pytest.raises(InvalidCursorError):
        task_search(context, TaskSearchParams(query="x", mode="exact", cursor="no"))


def test_filters_of_the_list_hold_for_search_too(
    home: CodexHome, opened: Opened
) -> None:
    rollout(home.root, cwd="/w/a", model="m1").user("needle").done()
    rollout(home.root, cwd="/w/b", model="m2").user("needle").done()
    context = opened()
    Filler(context.home, context.index).fill()

    assert len(searched(context, "needle")) == 2
    assert len(searched(context, "needle", cwd="/w/a")) == 1
    assert len(searched(context, "needle", model="m2", mode="exact")) == 1


@pytest.mark.parametrize("mode", ["words", "exact"])
def test_a_changed_file_is_named_from_the_folder_of_its_task_on(
    home: CodexHome, opened: Opened, mode: str
) -> None:
    built = rollout(home.root, generation="legacy", cwd="/code/project").user("go")
    built.patch("/code/project/src/parser.py", "return needle\n")
    built.agent("ok").done()
    context = opened()
    Filler(context.home, context.index).fill()

    def found(query: str) -> tuple[str, list[str]]:
        body = {"query": query, "mode": mode, "kinds": ["file"]}
        params = TaskSearchParams.model_validate(body)
        hit = task_search(context, params).hits[0]
        marked = [hit.snippet[mark.start : mark.end] for mark in hit.marks]
        return hit.snippet, marked

    assert found("parser") == ("src/parser.py +return needle", ["parser"])
    snippet, marked = found("project")
    assert snippet.startswith("/code/project/src/parser.py")
    assert marked == ["project"]


@pytest.mark.parametrize("mode", ["words", "exact"])
def test_a_path_that_only_holds_the_folder_of_the_task_is_said_whole(
    home: CodexHome, opened: Opened, mode: str
) -> None:
    built = rollout(home.root, generation="legacy", cwd="/a").user("go")
    built.patch("/b/a/needle.py", "open /a/needle\n").agent("ok").done()
    context = opened()
    Filler(context.home, context.index).fill()

    body = {"query": "needle", "mode": mode, "kinds": ["file"]}
    hit = task_search(context, TaskSearchParams.model_validate(body)).hits[0]

    assert hit.snippet == "/b/a/needle.py +open /a/needle"
    assert {hit.snippet[mark.start : mark.end] for mark in hit.marks} == {"needle"}
