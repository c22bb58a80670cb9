from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from support.rollouts import START, rollout
from threadbook.index import walk
from threadbook.index.health import unread_places
from threadbook.index.types import TaskQuery
from threadbook.index.walk import walk_home

if TYPE_CHECKING:
    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index


def test_what_did_not_change_is_found_as_the_very_value_that_is_known(
    home: CodexHome,
) -> None:
    quiet = rollout(home.root).user("one").done()
    path = rollout(home.root).user("two").done()
    known = walk_home(home, lambda _: None).files
    with path.open("ab") as file:
        file.write(b"{}\n")

    found = walk_home(home, known.get).files

    below = str(quiet.relative_to(home.root))
    assert found[below] is known[below]
    changed = found[str(path.relative_to(home.root))]
    assert changed.size == path.stat().st_size
    assert changed.mtime_ns == path.stat().st_mtime_ns


@pytest.mark.parametrize("opens", [True, False])
def test_a_walk_finds_the_same_where_directories_can_not_be_opened(
    home: CodexHome, monkeypatch: pytest.MonkeyPatch, *, opens: bool
) -> None:
    if opens and os.scandir not in os.supports_fd:
        pytest.skip("no directory can be opened here")
    monkeypatch.setattr(walk, "_OPENS_DIRECTORIES", opens)
    path = rollout(home.root).user("one").done()
    link = path.with_name(path.name.replace("rollout-", "linked-", 1))
    link.symlink_to(path)
    (path.parent / "notes.txt").write_text("no rollout")
    (home.sessions / "loop").symlink_to(home.sessions)

    found = walk_home(home, lambda _: None)

    status = path.stat()
    stat = walk.FileStat(status.st_ino, status.st_size, status.st_mtime_ns)
    assert found.files == {
        str(each.relative_to(home.root)): stat for each in (path, link)
    }
    assert found.unread == []


def test_a_directory_stands_for_all_that_lies_below_it(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    one = rollout(home.root).user("one")
    other = rollout(home.root, at=START + 86_400_000).user("the day after")
    paths = one.done(), other.done()

    sync.sync_paths([home.sessions])
    assert ids(index) == {one.thread_id, other.thread_id}

    shutil.rmtree(paths[0].parent)
    assert sync.sync_paths([paths[0].parent]).removed == {one.thread_id}
    assert ids(index) == {other.thread_id}


def test_a_path_that_is_no_rollout_any_more_is_looked_at_as_it_is(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    built = rollout(home.root, generation="bare").user("one")
    path = built.done()
    sync.scan()

    path.unlink()
    path.symlink_to(path.with_name("nowhere"))
    sync.sync_paths([path])
    row = index.resolve(built.thread_id)
    assert [problem.kind for problem in row.problems] == ["unreadable"]

    path.unlink()
    path.mkdir()
    sync.sync_paths([path])
    assert ids(index) == set()


@pytest.mark.parametrize("spoilt", ["sessions/2026", "sessions/2026/09/not-a-day"])
def test_the_newest_tasks_are_found_beside_what_is_no_folder_of_a_date(
    home: CodexHome, index: Index, sync: Sync, spoilt: str
) -> None:
    place = home.root / spoilt
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file", encoding="utf-8")
    task = rollout(home.root, at=START - 365 * 86_400_000).user("last year")
    task.done()

    sync.scan()

    assert ids(index) == {task.thread_id}


def test_a_directory_that_can_not_be_looked_into_costs_no_rows(
    home: CodexHome, index: Index, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = rollout(home.root).user("hidden")
    day = hidden.done().parent
    seen = rollout(home.root, at=START + 86_400_000).user("seen")
    seen.done()
    sync.scan()
    opened = os.open

    def refuse(path: Any, *rest: Any, **more: Any) -> int:  # noqa: ANN401
        if str(path) == str(day):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    sync.scan()

    assert ids(index) == {hidden.thread_id, seen.thread_id}
    assert unread_places(home) == [day]


def ids(index: Index) -> set[str]:
    return {row.thread_id for row in index.list_tasks(TaskQuery(limit=None)).rows}
