from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.rollouts import START, rollout
from threadbook.errors import (
    AmbiguousTaskError,
    InvalidCursorError,
    ThreadNotFoundError,
)
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import Sort, State, Status, TaskQuery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow

MINUTE = 60_000


def thread(number: int) -> str:
    return f"0199f{number:03x}-0000-7000-8000-000000000000"


def add(
    home: CodexHome, number: int, *, rank: int | None = None, **options: object
) -> Path:
    """Write task *number*: a minute after the one before, as much larger.

    Those of one *rank* are told apart by nothing but their ids.
    """
    rank = number if rank is None else rank
    builder = rollout(
        home.root,
        thread_id=thread(number),
        at=START + rank * MINUTE,
        **options,  # type: ignore[arg-type]
    )
    return builder.user(f"task {rank} " + "x" * rank).agent("ok").done()


def listed(index: Index, query: TaskQuery) -> list[str]:
    """Walk all pages."""
    found: list[TaskRow] = []
    while True:
        page = index.list_tasks(query)
        found += page.rows
        if page.next_cursor is None:
            assert page.total == len(found)
            return [row.thread_id for row in found]
        assert len(page.rows) == query.limit
        query = replace(query, cursor=page.next_cursor)


@pytest.fixture
def many(home: CodexHome, index: Index, sync: Sync) -> Index:
    """Forty tasks; every third archived, every fourth another folder's."""
    for number in range(40):
        add(
            home,
            number,
            archived=number % 3 == 0,
            cwd="/code/other/below" if number % 4 == 0 else "/code/project",
            model="gpt-6" if number % 5 == 0 else "gpt-5",
        )
    sync.scan()
    return index


def test_the_newest_come_first(many: Index) -> None:
    rows = many.list_tasks(TaskQuery(limit=3)).rows

    assert [row.thread_id for row in rows] == [thread(38), thread(37), thread(35)]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("states", [None, frozenset({State.ACTIVE})])
@pytest.mark.parametrize("cwd", [None, "/code", "/code/other"])
def test_the_pages_of_a_list_are_the_list(
    many: Index, sort: Sort, states: frozenset[State] | None, cwd: str | None
) -> None:
    whole = TaskQuery(states=states, cwd=cwd, sort=sort, limit=None)
    expected = [row.thread_id for row in many.list_tasks(whole).rows]

    assert expected
    assert len(set(expected)) == len(expected)
    for limit in (1, 7, 100):
        assert listed(many, replace(whole, limit=limit)) == expected


def test_sorts_order_by_what_they_say(many: Index) -> None:
    def rows(sort: Sort) -> tuple[TaskRow, ...]:
        return many.list_tasks(TaskQuery(sort=sort, limit=None)).rows

    by_size = [row.bytes for row in rows(Sort.SIZE)]
    by_name = [row.display_name for row in rows(Sort.NAME)]
    by_created = [row.created_at for row in rows(Sort.CREATED)]
    assert by_size == sorted(by_size, reverse=True)
    assert by_name == sorted(by_name)
    assert by_created == sorted(by_created, reverse=True)


def test_equal_values_are_told_apart_by_id(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    for number in range(9):
        rollout(home.root, thread_id=thread(number)).user("same").done()
    sync.scan()

    for sort in Sort:
        found = listed(index, TaskQuery(sort=sort, limit=2))
        assert sorted(found) == [thread(number) for number in range(9)]


def test_states_are_told_apart(many: Index) -> None:
    def count(*states: State) -> int:
        return many.list_tasks(TaskQuery(states=frozenset(states))).total

    assert count(State.ACTIVE) == 26
    assert count(State.ARCHIVED) == 14
    assert count(State.ACTIVE, State.ARCHIVED) == 40
    assert count(State.TRASHED) == 0
    assert many.list_tasks(TaskQuery(states=None)).total == 40


def test_a_folder_means_its_subfolders_too(many: Index) -> None:
    def count(cwd: str) -> int:
        return many.list_tasks(TaskQuery(states=None, cwd=cwd)).total

    assert count("/code/project") == 30
    assert count("/code/other") == 10
    assert count("/code/other/below/") == 10
    assert count("/code/oth") == 0
    assert count("/code/project2") == 0
    assert count("/") == 40


def test_a_folder_may_be_named_through_a_symbolic_link(
    home: CodexHome, index: Index, sync: Sync, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    add(home, 1, cwd=str((tmp_path / "real").resolve()))
    sync.scan()

    assert index.list_tasks(TaskQuery(cwd=str(tmp_path / "link"))).total == 1


def test_a_windows_folder_is_found_however_it_is_spelt(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    add(home, 1, cwd="C:\\Work\\Project\\sub")
    sync.scan()

    assert index.list_tasks(TaskQuery(cwd="c:/work/project")).total == 1


def test_filters_apply_together(many: Index) -> None:
    def found(query: TaskQuery) -> list[str]:
        return listed(many, replace(query, states=None, limit=4))

    assert len(found(TaskQuery(model="gpt-6"))) == 8
    assert found(TaskQuery(model="gpt-6", cwd="/code/other")) == [thread(20), thread(0)]
    assert len(found(TaskQuery(source="cli", provider="openai"))) == 40
    assert found(TaskQuery(source="exec")) == []
    assert found(TaskQuery(branch="main")) == []
    assert found(TaskQuery(since=START + 39 * MINUTE)) == [thread(39)]
    assert found(TaskQuery(until=START + MINUTE)) == [thread(0)]
    assert found(TaskQuery(statuses=frozenset({Status.FAILED}))) == []
    assert len(found(TaskQuery(statuses=frozenset({Status.IDLE})))) == 40


def test_lists_can_be_limited_to_some_tasks_and_spare_others(many: Index) -> None:
    some = frozenset({thread(1), thread(2), thread(3), "no such task"})

    assert listed(many, TaskQuery(thread_ids=some)) == [thread(2), thread(1)]
    assert listed(many, TaskQuery(thread_ids=frozenset())) == []
    spared = listed(many, TaskQuery(exclude_ids=some, limit=10))
    assert len(spared) == 24
    assert not some & set(spared)


def test_sub_agents_can_be_left_out(home: CodexHome, index: Index, sync: Sync) -> None:
    add(home, 1)
    spawned = {"subagent": {"thread_spawn": {"parent_thread_id": thread(1)}}}
    add(home, 2, meta={"source": spawned, "parent_thread_id": thread(1)})
    sync.scan()

    assert listed(index, TaskQuery()) == [thread(2), thread(1)]
    assert listed(index, TaskQuery(sub_agents=False)) == [thread(1)]
    child = index.resolve(thread(2))
    assert (child.is_sub_agent, child.parent_thread_id) == (True, thread(1))


def test_a_list_of_nothing_has_no_next_page(many: Index) -> None:
    page = many.list_tasks(TaskQuery(limit=0))

    assert page.rows == ()
    assert page.total == 26


def test_a_page_goes_on_where_the_last_ended_though_tasks_come_and_go(
    home: CodexHome, many: Index, sync: Sync
) -> None:
    first = many.list_tasks(TaskQuery(states=None, limit=10))
    (home.root / "sessions").joinpath("x").mkdir()
    for path in home.sessions.rglob(f"*{thread(25)}*"):
        path.unlink()
    add(home, 50)
    sync.scan()

    second = many.list_tasks(TaskQuery(states=None, limit=10, cursor=first.next_cursor))

    assert [row.thread_id for row in second.rows] == [
        thread(number) for number in range(29, 18, -1) if number != 25
    ]
    assert second.total == 40


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "a" * 400, base64.urlsafe_b64encode(b'["updated",1]').decode()],
)
def test_a_foreign_cursor_is_refused(many: Index, cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        many.list_tasks(TaskQuery(cursor=cursor))


def test_a_cursor_of_another_order_is_refused(many: Index) -> None:
    cursor = many.list_tasks(TaskQuery(limit=1)).next_cursor

    with pytest.raises(InvalidCursorError):
        many.list_tasks(TaskQuery(sort=Sort.SIZE, cursor=cursor))


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    from threadbook.home import CodexHome  # noqa: PLC0415

    home = CodexHome(tmp_path_factory.mktemp("settled").resolve())
    for number in range(30):
        add(home, number, rank=number // 3, archived=number % 4 == 0)
    index = open_index(home, home.root / "index.sqlite")
    Sync(home, index).scan()
    yield index
    index.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,
)
@given(
    sort=st.sampled_from(Sort),
    limit=st.integers(1, 40),
    states=st.sampled_from([None, frozenset({State.ACTIVE})]),
    until=st.none() | st.integers(START, START + 40 * MINUTE),
)
def test_any_walk_by_cursors_is_the_full_list(
    settled: Index,
    sort: Sort,
    limit: int,
    states: frozenset[State] | None,
    until: int | None,
) -> None:
    query = TaskQuery(states=states, sort=sort, limit=None, until=until)
    whole = [row.thread_id for row in settled.list_tasks(query).rows]

    assert listed(settled, replace(query, limit=limit)) == whole


def test_a_task_is_found_by_id_by_prefix_and_by_name(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=thread(1), generation="enveloped")
    builder.user("hi").rename("Login bug").agent("ok").done()
    sync.scan()

    for wanted in (thread(1), thread(1).upper(), thread(1)[:8], "Login bug"):
        assert index.resolve(wanted).thread_id == thread(1)
    for wanted in (thread(2), thread(1)[:7], "Login", "", "%", "nobody knows"):
        with pytest.raises(ThreadNotFoundError):
            index.resolve(wanted)


def test_several_tasks_that_fit_are_named(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    twin = thread(1)[:-1] + "1"
    for thread_id in (thread(1), twin):
        builder = rollout(home.root, thread_id=thread_id, generation="enveloped")
        builder.user("hi").rename("Twins").agent("ok").done()
    sync.scan()

    for wanted in (thread(1)[:12], "Twins"):
        with pytest.raises(AmbiguousTaskError) as raised:
            index.resolve(wanted)
        assert sorted(raised.value.candidates) == [
            (thread(1), "Twins"),
            (twin, "Twins"),
        ]
    assert index.resolve(twin).thread_id == twin


def test_the_last_task_is_one_to_go_on_with(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    add(home, 1)
    add(home, 2)
    add(home, 3, cwd="/code/other")
    add(home, 4, archived=True)
    add(home, 5, meta={"source": {"subagent": "review"}})
    rollout(home.root, thread_id=thread(6), at=START + 6 * MINUTE).done()
    add(home, 7).write_bytes(b"garbage")
    sync.scan()

    def last(cwd: str | None, *exclude: str) -> str | None:
        row = index.last(cwd, frozenset(exclude))
        return row and row.thread_id

    assert last(None) == thread(3)
    assert last("/code/project") == thread(2)
    assert last("/code/project", thread(2)) == thread(1)
    assert last("/elsewhere") is None


def test_the_newest_usage_windows_are_the_accounts(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    assert index.last_told_limits() is None
    for number, percent in ((1, 10.0), (2, 60.0)):
        builder = rollout(
            home.root, thread_id=thread(number), at=START + number * MINUTE
        )
        builder.user("hi").tokens(10, used_percent=percent, resets_at=99).done()
    add(home, 3)
    sync.scan()

    row = index.last_told_limits()

    assert row is not None
    assert row.thread_id == thread(2)
    assert row.rate_limits is not None
    window = row.rate_limits.primary
    assert window is not None
    assert (window.used_percent, window.resets_at) == (60.0, 99_000)


def test_changes_since_a_version_are_the_tasks_that_differ(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    add(home, 1)
    second = add(home, 2)
    sync.scan()
    version = index.data_version()
    assert index.changes_since(version)[0].changed == frozenset()

    second.unlink()
    add(home, 3)
    sync.scan()

    changes, now = index.changes_since(version)
    assert changes.changed == {thread(3)}
    assert changes.removed == {thread(2)}
    assert now == index.data_version() > version
    assert index.changes_since(now) == (type(changes)(), now)


def test_rows_come_in_the_order_asked_for(many: Index) -> None:
    wanted = [thread(5), "no such task", thread(2)]

    assert [row.thread_id for row in many.rows(wanted)] == [thread(5), thread(2)]
    assert many.get("no such task") is None
    assert many.count() == 40


@pytest.mark.parametrize("number", [2**63, 10**30, -(10**30)])
def test_numbers_beyond_those_of_sqlite_are_the_last_ones(
    index: Index, number: int
) -> None:
    everything = TaskQuery(since=-abs(number), until=abs(number), limit=abs(number))
    assert index.list_tasks(everything).total == index.count()
    assert index.list_tasks(TaskQuery(since=abs(number))).total == 0


def test_a_folder_that_no_system_has_is_empty(index: Index) -> None:
    assert index.list_tasks(TaskQuery(cwd="/a\0b")).total == 0
