from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from support.rollouts import START, rollout
from threadbook.errors import IndexBusyError
from threadbook.home import CodexHome
from threadbook.index.database import Database
from threadbook.index.location import index_path, lease_of
from threadbook.index.locks import FileLock, holding
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import TaskQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow


@pytest.fixture
def three(home: CodexHome, sync: Sync) -> None:
    for number in range(3):
        rollout(home.root, at=START + number).user(f"task {number}").agent("ok").done()
    sync.scan()


def answers(index: Index) -> tuple[tuple[TaskRow, ...], object]:
    rows = index.list_tasks(TaskQuery()).rows
    return rows, [index.spans(row.thread_id) for row in rows]


def destroy(index: Index, content: bytes | None) -> None:
    """Replace the index's file (None: delete it), as no Threadbook would."""
    for suffix in ("-wal", "-shm"):
        index.path.with_name(index.path.name + suffix).unlink(missing_ok=True)
    index.path.unlink()
    if content is not None:
        index.path.write_bytes(content)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("content", [None, b"", b"garbage" * 999, b"SQLite format 3\0"])
def test_an_index_lost_between_two_runs_is_built_anew_with_the_same_answers(
    home: CodexHome, index: Index, content: bytes | None
) -> None:
    before = answers(index)
    index.close()
    destroy(index, content)

    with closing(open_index(home)) as again:
        Sync(home, again).scan()
        assert answers(again) == before


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("content", [None, b"garbage" * 999])
def test_an_index_lost_while_it_is_open_is_built_anew(
    index: Index, sync: Sync, content: bytes | None
) -> None:
    before = answers(index)
    resets: list[int] = []
    index.database.on_reset = lambda: resets.append(1)

    destroy(index, content)

    assert index.count() == 0
    assert resets == [1]
    sync.scan()
    assert answers(index) == before


@pytest.mark.usefixtures("three")
def test_pages_damaged_on_disk_are_noticed_when_they_are_read(
    home: CodexHome, index: Index
) -> None:
    before = answers(index)
    index.close()
    size = index.path.stat().st_size
    with index.path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))

    with closing(open_index(home)) as again:
        Sync(home, again).scan()
        assert answers(again) == before


@pytest.mark.usefixtures("three")
def test_damage_that_shows_only_while_reading_costs_no_answer(
    home: CodexHome, index: Index
) -> None:
    before = answers(index)
    page, size = index.database.read(
        lambda connection: connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size)"
            " FROM sqlite_schema WHERE name = 'task_rows'"
        ).fetchone()
    )
    index.close()
    with index.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    with closing(open_index(home)) as again:
        resets: list[int] = []
        again.database.on_reset = lambda: resets.append(1)
        assert again.list_tasks(TaskQuery()).rows == ()
        assert resets == [1]
        Sync(home, again).scan()
        assert answers(again) == before


@pytest.mark.usefixtures("three")
def test_another_schema_is_built_anew(home: CodexHome, index: Index) -> None:
    before = answers(index)
    index.close()
    with closing(sqlite3.connect(index.path)) as connection:
        connection.execute("PRAGMA user_version = 7")

    with closing(open_index(home)) as again:
        assert again.count() == 0
        Sync(home, again).scan()
        assert answers(again) == before


@pytest.mark.usefixtures("three")
def test_an_index_lost_in_the_middle_of_a_scan_is_complete_after_it(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    rollout(home.root).user("new").done()
    destroyed: list[bool] = []

    def destroy_once(_: object) -> None:
        if not destroyed:
            destroyed.append(True)
            destroy(index, None)

    sync.scan(on_progress=destroy_once)

    assert index.count() == 4


def test_each_home_has_an_index_of_its_own(home: CodexHome, tmp_path: Path) -> None:
    other = CodexHome(tmp_path / "other")

    assert index_path(home) == index_path(home)
    assert index_path(home) != index_path(other)


def test_indexes_of_other_versions_go_once_nobody_uses_them(home: CodexHome) -> None:
    path = index_path(home)
    digest = path.name.split("-")[1]
    left, used = (
        path.with_name(f"tasks-{digest}-{version}.sqlite")
        for version in ("00000001", "00000002")
    )
    another_home = path.with_name("tasks-0000000000000000-00000001.sqlite")
    for each in (left, left.with_name(f"{left.name}-wal"), used, another_home):
        each.write_bytes(b"")
    lease = lease_of(used)
    lease.try_acquire()

    with closing(open_index(home)) as index:
        index.count()
    lease.release()

    kept = {each.name for each in path.parent.glob("*.sqlite*")}
    assert not any(name.startswith(left.name) for name in kept)
    assert {path.name, used.name, another_home.name} <= kept


def test_nobody_else_may_read_the_index(home: CodexHome) -> None:
    assert index_path(home).parent.stat().st_mode & 0o077 == 0


def test_a_cache_that_cannot_be_made_is_made_elsewhere(
    home: CodexHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("THREADBOOK_CACHE_DIR", str(tmp_path / "file" / "below"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    with closing(open_index(home)) as index:
        assert index.count() == 0
        assert index.path.is_relative_to(tmp_path / "tmp")


@pytest.mark.usefixtures("three")
def test_reading_waits_for_no_writer(home: CodexHome, index: Index) -> None:
    with closing(open_index(home)) as other:
        before = answers(other)

        def read_meanwhile(_: sqlite3.Connection) -> None:
            assert answers(other) == before

        index.database.write(read_meanwhile)


@pytest.mark.usefixtures("three")
def test_who_waits_too_long_to_write_is_told(
    home: CodexHome, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.index.database._BUSY_SECONDS", 0.01)
    with closing(open_index(home)) as other:

        def write_too(_: sqlite3.Connection) -> None:
            with pytest.raises(IndexBusyError):
                other.database.write(lambda connection: connection.execute("SELECT 1"))

        index.database.write(write_too)


@pytest.mark.usefixtures("three")
def test_a_failed_transaction_leaves_nothing_behind(index: Index) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM tasks")
        raise KeyError

    with pytest.raises(KeyError):
        index.database.write(fail)

    assert index.count() == 3


@pytest.mark.usefixtures("three")
def test_many_threads_read_at_once(index: Index) -> None:
    expected = answers(index)
    found: list[object] = []

    threads = [
        threading.Thread(target=lambda: found.append(answers(index))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 8


def scan_in_another_process(root: Path, cache: str) -> None:
    os.environ["THREADBOOK_CACHE_DIR"] = cache
    home = CodexHome(root)
    with closing(open_index(home)) as index:
        Sync(home, index).scan()
        Sync(home, index).sync_paths(sorted(home.sessions.rglob("*.jsonl")))


def test_several_processes_may_scan_the_same_home_at_once(
    home: CodexHome, index: Index
) -> None:
    for number in range(150):
        rollout(home.root, at=START + number).user(f"task {number}").done()
    context = multiprocessing.get_context("spawn")
    cache = os.environ["THREADBOOK_CACHE_DIR"]
    processes = [
        context.Process(target=scan_in_another_process, args=(home.root, cache))
        for _ in range(3)
    ]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert index.count() == 150
    rows = index.list_tasks(TaskQuery(limit=None)).rows
    assert {len(index.spans(row.thread_id)) for row in rows} == {1}


@pytest.mark.usefixtures("three")
def test_who_has_an_index_open_that_is_begun_again_notices(
    home: CodexHome, index: Index
) -> None:
    before = answers(index)
    resets: list[int] = []
    index.database.on_reset = lambda: resets.append(index.database.generation)

    with closing(open_index(home)) as other:
        other.database.rebuild()

        assert index.count() == 0
        assert resets == [1]
        Sync(home, index).scan()
        assert answers(other) == answers(index) == before


@pytest.mark.usefixtures("three")
@pytest.mark.usefixtures("three")
def test_an_index_that_is_begun_again_while_it_is_opened_is_opened_as_it_is_then(
    home: CodexHome, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    real = Database._open

    def overtaken(database: Database) -> sqlite3.Connection:
        connection = real(database)
        if len(times) < 3:
            times.append(len(times))
            destroy(index, None)
        return connection

    with monkeypatch.context() as patched, closing(open_index(home)) as other:
        patched.setattr(Database, "_open", overtaken)
        Sync(home, other).scan()
        assert len(answers(other)[0]) == 3

    # Both have the same file: the one that lies there.
    assert len(times) == 3
    assert len(answers(index)[0]) == 3


def test_while_another_process_sets_up_an_index_everybody_is_told_it_is_busy(
    home: CodexHome, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.index.database._BUSY_SECONDS", 0.05)
    before = answers(index)
    other = FileLock(index.path.with_name(f"{index.path.name}.setup"))
    assert other.try_acquire()

    with pytest.raises(IndexBusyError):
        index.database.rebuild()
    assert answers(index) == before
    destroy(index, None)
    with pytest.raises(IndexBusyError):
        index.count()

    other.release()
    Sync(home, index).scan()
    assert answers(index) == before


@pytest.mark.usefixtures("three")
def test_an_index_that_another_process_set_up_meanwhile_is_taken_as_it_is(
    home: CodexHome, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(index)
    index.close()
    destroy(index, None)
    waiting = "threadbook.index.database.holding"

    @contextmanager
    def set_up_first(lock: FileLock, give_up: Callable[[], bool]) -> Generator[bool]:
        monkeypatch.setattr(waiting, holding)
        with closing(open_index(home)) as other:
            Sync(home, other).scan()
        with holding(lock, give_up) as mine:
            yield mine

    monkeypatch.setattr(waiting, set_up_first)

    assert answers(index) == before


@pytest.mark.skipif(sys.platform == "win32", reason="counts file descriptors")
def test_threads_that_ended_leave_no_file_open(index: Index) -> None:
    index.count()
    before = psutil.Process().num_fds()

    for _ in range(30):
        thread = threading.Thread(target=index.count)
        thread.start()
        thread.join()

    # A connection in the log's mode has three files; the last one may be open.
    assert psutil.Process().num_fds() <= before + 3
