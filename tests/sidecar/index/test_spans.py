from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import START, rollout
from threadbook.errors import ThreadNotFoundError
from threadbook.index.types import Status

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import RolloutBuilder
    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow

ROOT = "0199f000-0000-7000-8000-000000000001"
FORK = "0199f000-0000-7000-8000-000000000002"
FORK_OF_FORK = "0199f000-0000-7000-8000-000000000003"
REVERTED = "0199f000-0000-7000-8000-00000000000a"


def begin(
    home: CodexHome,
    thread_id: str,
    *,
    rollout_id: str | None = None,
    after: tuple[str, int] | None = None,
    at: int = START,
) -> RolloutBuilder:
    """Begin a file whose history goes on *after* (rollout id, end ordinal)."""
    meta: dict[str, object] = {}
    if after is not None:
        base, end = after
        meta["history_base"] = {"thread_id": base, "end_ordinal_exclusive": end}
    return rollout(
        home.root, thread_id=thread_id, rollout_id=rollout_id, at=at, meta=meta
    )


def say(builder: RolloutBuilder, *texts: str) -> int:
    """Add turns; return the ordinal behind the last one."""
    for text in texts:
        builder.user(text).agent(f"answer to {text}")
    builder.end_turn()
    return builder.ordinal


def conversation(index: Index, thread_id: str) -> list[tuple[int, str]]:
    spans = index.spans(thread_id)
    assert index.turn_count(thread_id) == len(spans)
    return [(number, span.preview) for number, span in spans]


def row(index: Index, thread_id: str) -> TaskRow:
    found = index.get(thread_id)
    assert found is not None
    return found


def reverted(home: CodexHome) -> tuple[Path, Path]:
    first = begin(home, ROOT)
    end = say(first, "one", "two")
    say(first, "three")
    second = begin(
        home, ROOT, rollout_id=REVERTED, after=(ROOT, end), at=START + 60_000
    )
    say(second, "another three")
    return first.done(), second.done()


def test_a_reverted_thread_goes_on_from_its_own_earlier_file(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    first, second = reverted(home)

    sync.scan()

    assert index.count() == 1
    assert conversation(index, ROOT) == [
        (1, "one"),
        (2, "two"),
        (3, "another three"),
    ]
    assert [span.path for _, span in index.spans(ROOT)] == [first, first, second]
    task = row(index, ROOT)
    assert (task.turn_count, task.message_count) == (3, 6)
    assert task.preview == "one"
    assert task.rollouts[0].path == str(second)


def test_a_fork_shows_its_parents_turns_and_the_parent_none_of_its(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    parent = begin(home, ROOT)
    end = say(parent, "one", "two")
    say(parent, "three")
    parent.done()
    fork = begin(home, FORK, after=(ROOT, end), at=START + 60_000)
    deeper_end = say(fork, "fork three", "fork four")
    fork.done()
    deeper = begin(home, FORK_OF_FORK, after=(FORK, deeper_end), at=START + 120_000)
    say(deeper, "fork of fork five")
    deeper.done()

    sync.scan()

    previews = {
        thread: [text for _, text in conversation(index, thread)]
        for thread in (ROOT, FORK, FORK_OF_FORK)
    }
    assert previews == {
        ROOT: ["one", "two", "three"],
        FORK: ["one", "two", "fork three", "fork four"],
        FORK_OF_FORK: ["one", "two", "fork three", "fork four", "fork of fork five"],
    }
    assert row(index, FORK_OF_FORK).turn_count == 5
    assert row(index, FORK_OF_FORK).preview == "one"


def test_a_fork_that_cuts_before_its_parents_own_turns_has_none_of_them(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    parent = begin(home, ROOT)
    early = say(parent, "one")
    end = say(parent, "two")
    parent.done()
    fork = begin(home, FORK, after=(ROOT, end), at=START + 60_000)
    say(fork, "fork three")
    fork.done()
    # Of the fork, only what it has from its parent.
    deeper = begin(home, FORK_OF_FORK, after=(FORK, early), at=START + 120_000)
    say(deeper, "another two")
    deeper.done()

    sync.scan()

    assert conversation(index, FORK_OF_FORK) == [(1, "one"), (2, "another two")]


def test_a_fork_without_a_turn_of_its_own_is_not_empty(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    parent = begin(home, ROOT)
    end = say(parent, "one", "two")
    parent.done()
    begin(home, FORK, after=(ROOT, end), at=START + 60_000).done()

    sync.scan()

    fork = row(index, FORK)
    assert (fork.turn_count, fork.status) == (2, Status.IDLE)
    assert fork.model == "gpt-5"
    assert fork.preview == "one"


def test_a_missing_parent_is_a_problem_until_it_comes(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    parent = begin(home, ROOT)
    end = say(parent, "one")
    fork = begin(home, FORK, after=(ROOT, end), at=START + 60_000)
    say(fork, "fork two")
    fork.done()
    sync.scan()
    assert [problem.kind for problem in row(index, FORK).problems] == ["missingBase"]
    assert conversation(index, FORK) == [(1, "fork two")]

    path = parent.done()
    changes = sync.sync_paths([path])

    assert changes.changed == {ROOT, FORK}
    assert row(index, FORK).problems == ()
    assert conversation(index, FORK) == [(1, "one"), (2, "fork two")]

    path.unlink()
    sync.sync_paths([path])
    assert row(index, FORK).turn_count == 1


def test_a_parent_that_grows_changes_no_fork(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    parent = begin(home, ROOT)
    end = say(parent, "one")
    parent.done()
    fork = begin(home, FORK, after=(ROOT, end), at=START + 60_000)
    say(fork, "fork two")
    fork.done()
    sync.scan()

    say(parent, "two")
    changes = sync.sync_paths([parent.done()])

    assert changes.changed == {ROOT}
    assert conversation(index, FORK) == [(1, "one"), (2, "fork two")]


def test_files_that_name_each_other_as_base_end_somewhere(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    for thread, other in ((ROOT, FORK), (FORK, ROOT)):
        builder = begin(home, thread, after=(other, 5))
        say(builder, f"in {thread}")
        builder.done()

    sync.scan()

    assert [text for _, text in conversation(index, ROOT)][-1] == f"in {ROOT}"


def rolled_back(home: CodexHome) -> None:
    builder = rollout(home.root, thread_id=ROOT, generation="enveloped")
    builder.user("one").agent("1").user("two").agent("2").user("three").agent("3")
    builder.roll_back(2)
    builder.user("four").agent("4").user("five").agent("5").done()


def test_turns_that_a_rollback_dropped_are_not_counted(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    rolled_back(home)

    sync.scan()

    assert conversation(index, ROOT) == [(1, "one"), (2, "four"), (3, "five")]
    assert row(index, ROOT).turn_count == 3


def test_dropped_turns_are_shown_in_their_places_when_asked_for(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    rolled_back(home)
    sync.scan()

    def shown(first: int | None, last: int | None) -> list[tuple[int, str]]:
        spans = index.spans(ROOT, first, last, dropped=True)
        return [(number, span.preview) for number, span in spans]

    whole = [(1, "one"), (0, "two"), (0, "three"), (2, "four"), (3, "five")]
    assert shown(None, None) == whole
    assert shown(None, 1) + shown(2, 2) + shown(3, None) == whole


def test_a_rollback_that_comes_later_drops_turns_that_were_there(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=ROOT, generation="enveloped")
    for number in range(40):
        builder.user(f"turn {number}").command("seq", output="x" * 4000).agent("ok")
    path = builder.done()
    sync.scan()

    builder.roll_back(39)
    with path.open("ab") as file:
        file.write(builder.content()[path.stat().st_size :])
    sync.scan()

    assert conversation(index, ROOT) == [(1, "turn 0")]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [1, 2, 3]),
        (2, None, [2, 3]),
        (None, 2, [1, 2]),
        (2, 2, [2]),
        (3, 3, [3]),
        (3, 9, [3]),
        (4, None, []),
        (None, 0, []),
        (-5, 1, [1]),
        (3, 2, []),
    ],
)
def test_pages_of_turns_cross_files(
    home: CodexHome,
    index: Index,
    sync: Sync,
    first: int | None,
    last: int | None,
    expected: list[int],
) -> None:
    reverted(home)
    sync.scan()

    assert [number for number, _ in index.spans(ROOT, first, last)] == expected


def test_no_task_has_no_turns(index: Index) -> None:
    with pytest.raises(ThreadNotFoundError):
        index.spans("no such task")
    with pytest.raises(ThreadNotFoundError):
        index.turn_count("no such task")
