"""A file that changes between two steps of a sync: nothing raises, nothing is lost."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from threadbook.index.reading import read_files
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import Changes, TaskQuery
from threadbook.index.walk import walk_home

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.reading import Job, Reading
    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow
    from threadbook.index.walk import Recall, Walk
    from threadbook.rollout.types import TurnSpan

THREAD = "0199f000-0000-7000-8000-000000000001"
OTHER = "0199f000-0000-7000-8000-000000000002"


def vanish(path: Path) -> None:
    path.unlink()


def shrink(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: content.rfind(b"red cat") - 200])


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(path.read_bytes().splitlines(keepends=True)[-1])


def replace_keeping_the_time(path: Path) -> None:
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"red cat", b"big dog"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.rename(path)


def compress(path: Path) -> None:
    rollout(path.parents[4], thread_id=THREAD).user("red cat").agent("ok").user(
        "red cat"
    ).done(compressed=True)
    path.unlink()


def archive(path: Path) -> None:
    archived = path.parents[4] / "archived_sessions"
    archived.mkdir()
    path.rename(archived / path.name)


def become_a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES: list[Callable[[Path], None]] = [
    vanish,
    shrink,
    grow,
    replace_keeping_the_time,
    compress,
    archive,
    become_a_directory,
]


def all_of(
    index: Index,
) -> tuple[tuple[TaskRow, ...], list[tuple[tuple[int, TurnSpan], ...]]]:
    rows = index.list_tasks(TaskQuery(states=None, limit=None)).rows
    return (
        tuple(sorted(rows, key=lambda row: row.thread_id)),
        [tuple(index.spans(row.thread_id)) for row in rows],
    )


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("moment", ["before it is read", "after it was read"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_next_look_sets_right_what_changed_in_mid_sync(
    home: CodexHome,
    index: Index,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    moment: str,
    *,
    is_known: bool,
) -> None:
    rollout(home.root, thread_id=OTHER).user("hi").agent("hello").done()
    builder = rollout(home.root, thread_id=THREAD).user("red cat").agent("ok")
    sync = Sync(home, index)
    if is_known:
        builder.done()
        sync.scan()
    path = builder.user("red cat").done()
    left = [change]

    def read_while_it_changes(root: str, jobs: Sequence[Job]) -> list[Reading]:
        readings = [] if moment.startswith("before") else read_files(root, jobs)
        if left:
            left.pop()(path)
        return readings or read_files(root, jobs)

    monkeypatch.setattr("threadbook.index.reading.read_files", read_while_it_changes)
    sync.scan()
    assert not left
    assert index.resolve(OTHER).preview == "hi"

    sync.scan()
    with closing(open_index(home, home.root / "fresh.sqlite")) as fresh:
        Sync(home, fresh).scan()
        assert all_of(index) == all_of(fresh)
    assert sync.scan() == Changes()


def come_back(path: Path) -> Path:
    return path


def come_back_larger(path: Path) -> Path:
    grow(path)
    return path


def be_unarchived(path: Path) -> Path:
    active = path.parents[1] / "sessions" / "2026" / "09" / "21" / path.name
    active.parent.mkdir(parents=True)
    return path.rename(active)


@pytest.mark.parametrize("move", [come_back, come_back_larger, be_unarchived])
def test_a_file_that_the_walk_missed_because_it_moved_is_never_missing(
    home: CodexHome,
    index: Index,
    sync: Sync,
    monkeypatch: pytest.MonkeyPatch,
    move: Callable[[Path], Path],
) -> None:
    builder = rollout(home.root, thread_id=THREAD, archived=True).user("red cat")
    path = builder.agent("ok").done()
    sync.scan()
    left = [move]

    def walk_past(home: CodexHome, known: Recall) -> Walk:
        found = walk_home(home, known)
        if left:
            del found.files[str(path.relative_to(home.root))]
            left.pop()(path)
        return found

    monkeypatch.setattr("threadbook.index.sync.walk_home", walk_past)

    changes = sync.scan()

    assert not left
    assert changes.removed == frozenset()
    assert index.resolve(THREAD).preview == "red cat"
    with closing(open_index(home, home.root / "fresh.sqlite")) as fresh:
        Sync(home, fresh).scan()
        assert all_of(index) == all_of(fresh)
