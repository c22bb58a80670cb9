from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.finding import hits, turns
from support.rollouts import GENERATIONS, START, rollout
from threadbook.errors import InvalidCursorError
from threadbook.index.types import SearchQuery, State, TaskQuery
from threadbook.rollout.texts import TextKind

if TYPE_CHECKING:
    from support.rollouts import Generation
    from threadbook.home import CodexHome
    from threadbook.index.filling import Filler
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index
    from threadbook.index.types import Hit

THREAD = "0199f000-0000-7000-8000-000000000001"
OTHER = "0199f000-0000-7000-8000-000000000002"
REVERTED = "0199f000-0000-7000-8000-00000000000a"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_what_was_said_run_and_changed_is_found_at_its_item(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    generation: Generation,
) -> None:
    builder = rollout(home.root, thread_id=THREAD, generation=generation)
    builder.user("first question").agent("first answer")
    builder.user("zebra question").command("cargo bench --zebra", output="zebra ran")
    builder.patch("src/zebra.py", "stripes = 7").agent("the zebra runs").done()
    sync.scan()

    filler.fill()

    found = hits(index, "zebra")
    assert {hit.kind for hit in found} == {
        TextKind.MESSAGE,
        TextKind.COMMAND,
        TextKind.FILE,
    }
    assert {(hit.thread_id, hit.turn) for hit in found} == {(THREAD, 2)}
    assert len({hit.item_id for hit in found}) == len(found)
    assert all("zebra" in hit.snippet for hit in found)
    assert [hit.kind for hit in hits(index, "stripes")] == [TextKind.FILE]
    assert index.unfilled() == 0


def test_outputs_are_found_only_when_they_are_wanted(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    rollout(home.root).user("hi").command("ls", output="zebra.txt").done()
    sync.scan()
    filler.fill()
    assert hits(index, "zebra") == ()

    filler.fill(outputs=True)
    assert [hit.kind for hit in hits(index, "zebra")] == [TextKind.OUTPUT]
    assert len(hits(index, "hi")) == 1


def test_kinds_can_be_chosen(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    rollout(home.root).user("zebra").command("zebra --run").done()
    sync.scan()
    filler.fill()

    for kind in (TextKind.MESSAGE, TextKind.COMMAND):
        found = hits(index, "zebra", kinds=frozenset({kind}))
        assert [hit.kind for hit in found] == [kind]
    assert hits(index, "zebra", kinds=frozenset({TextKind.FILE})) == ()


def test_the_filters_of_lists_apply(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    rollout(home.root, thread_id=THREAD, cwd="/code/a").user("zebra").done()
    rollout(home.root, thread_id=OTHER, cwd="/code/b", archived=True).user(
        "zebra"
    ).done()
    sync.scan()
    filler.fill()

    def found(query: TaskQuery) -> set[str]:
        page = index.search(SearchQuery("zebra", tasks=query))
        assert page.total == len(page.hits)
        return {hit.thread_id for hit in page.hits}

    assert found(TaskQuery(states=None)) == {THREAD, OTHER}
    assert found(TaskQuery()) == {THREAD}
    assert found(TaskQuery(states=frozenset({State.ARCHIVED}))) == {OTHER}
    assert found(TaskQuery(states=None, cwd="/code/b")) == {OTHER}
    assert found(TaskQuery(states=None, model="none")) == set()
    assert found(TaskQuery(states=None, exclude_ids=frozenset({OTHER}))) == {THREAD}


@pytest.mark.parametrize("limit", [1, 4, 5, 13, 100])
@pytest.mark.parametrize("alike", [False, True])
def test_pages_of_hits_are_all_hits(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    limit: int,
    *,
    alike: bool,
) -> None:
    for number in range(13):
        text = "zebra" if alike else f"zebra {'stripes ' * number}"
        rollout(home.root, at=START + number // 3).user(text).done()
    sync.scan()
    filler.fill()
    whole = hits(index, "zebra", limit=100)
    assert len(whole) == len({hit.thread_id for hit in whole}) == 13

    found: list[Hit] = []
    cursor = None
    while True:
        page = index.search(SearchQuery("zebra", limit=limit, cursor=cursor))
        assert page.total == 13
        found += page.hits
        cursor = page.next_cursor
        if cursor is None:
            break

    assert tuple(found) == whole


def test_the_best_hits_come_first(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    rollout(home.root, thread_id=OTHER, at=START + 1).user(
        "a zebra among a great many other words " + "that say nothing of it " * 20
    ).done()
    rollout(home.root, thread_id=THREAD).user("zebra zebra").done()
    sync.scan()
    filler.fill()

    assert [hit.thread_id for hit in hits(index, "zebra")] == [THREAD, OTHER]


def test_of_very_common_words_the_newest_are_ranked(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("threadbook.index.search._MOST_RANKED", 4)
    for number in range(10):
        rollout(home.root, at=START + number * 1000).user(f"zebra {number}").done()
    sync.scan()
    filler.fill()
    rollout(home.root, at=START + 99_000).user("zebra 99").done()
    sync.scan()
    filler.fill()

    page = index.search(SearchQuery("zebra"))

    assert page.is_partial
    assert page.total == 4
    shown = {hit.snippet for hit in page.hits}
    assert {"zebra 99", "zebra 9", "zebra 8"} <= shown


@pytest.mark.parametrize("cursor", ["", "x", "WyJ1cGRhdGVkIiwxLCJhIl0"])
def test_a_foreign_cursor_is_refused(index: Index, cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        index.search(SearchQuery("zebra", cursor=cursor))


def test_a_query_without_a_word_finds_nothing(index: Index) -> None:
    page = index.search(SearchQuery('"*"'))

    assert (page.hits, page.total, page.next_cursor) == ((), 0, None)


def test_what_a_rollback_dropped_is_not_found(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    builder = rollout(home.root, thread_id=THREAD, generation="enveloped")
    builder.user("horse").agent("1").user("zebra").agent("2").done()
    sync.scan()
    filler.fill()
    assert turns(index, "zebra") == [2]

    builder.roll_back(1).user("donkey").agent("3").done()
    sync.scan()
    filler.fill()

    assert turns(index, "zebra") == []
    assert turns(index, "donkey") == [2]


def test_what_a_revert_dropped_is_not_found_and_the_rest_is_numbered_on(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    first = rollout(home.root, thread_id=THREAD).user("horse").agent("1").end_turn()
    end = first.ordinal
    first.user("zebra").agent("2").done()
    second = rollout(
        home.root,
        thread_id=THREAD,
        rollout_id=REVERTED,
        at=START + 60_000,
        meta={"history_base": {"thread_id": THREAD, "end_ordinal_exclusive": end}},
    )
    second.user("donkey").agent("3").done()
    sync.scan()
    filler.fill()

    assert turns(index, "horse") == [1]
    assert turns(index, "zebra") == []
    assert turns(index, "donkey") == [2]


def test_a_text_is_found_by_what_stands_behind_a_nul(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("zebraTEXT donkey").agent("ok")
    builder.lines = [line.replace(b"TEXT", rb"\u0000") for line in builder.lines]
    builder.done()
    sync.scan()
    filler.fill()

    assert len(hits(index, "donkey")) == 1
