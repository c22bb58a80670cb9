"""Files that are no rollouts, or hardly any, and folders that can't be seen."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from support.syncing import OTHER, THREAD, only_row, written
from threadbook.index.reading import read_files
from threadbook.index.types import Changes, Status
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.reading import Job, Reading
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index
    from threadbook.rollout.types import Summarized


def test_a_rollout_of_an_odd_name_is_a_row_too(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    odd = os.fsdecode(b"caf\xe9 (copy) ") + path.name
    path.rename(path.with_name(odd))

    sync.scan()

    row = only_row(index)
    assert row.thread_id == THREAD
    assert row.rollouts[0].path == str(path.with_name(odd))
    assert sync.scan() == Changes()


def test_temporary_files_and_other_names_are_no_rollouts(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    shutil.copy(path, path.with_name(f".{path.name}.paginated.tmp"))
    shutil.copy(path, path.with_name("notes.jsonl"))
    path.unlink()

    sync.scan()

    assert index.count() == 0


def test_a_directory_named_like_a_rollout_is_none(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    path.with_name(path.name.replace(THREAD, OTHER)).mkdir()

    sync.scan()

    assert only_row(index).thread_id == THREAD


def test_a_fifo_named_like_a_rollout_is_not_opened(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    os.mkfifo(path.with_name(path.name.replace(THREAD, OTHER)))

    sync.scan()

    assert only_row(index).thread_id == THREAD


def test_a_broken_symbolic_link_is_a_damaged_row(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    path.rename(home.root / "elsewhere")
    path.symlink_to(home.root / "gone")

    sync.scan()

    row = only_row(index)
    assert row.status is Status.DAMAGED
    assert [problem.kind for problem in row.problems] == ["unreadable"]
    assert row.created_at > 0

    path.unlink()
    (home.root / "elsewhere").rename(path)
    sync.scan()
    assert only_row(index).status is Status.IDLE


def test_linked_directories_are_followed_but_not_in_a_circle(
    home: CodexHome, index: Index, sync: Sync, tmp_path: Path
) -> None:
    written(home)
    shutil.move(home.sessions, tmp_path / "larger-disk")
    home.sessions.symlink_to(tmp_path / "larger-disk")
    (home.sessions / "loop").symlink_to(home.sessions)

    sync.scan()

    assert only_row(index).thread_id == THREAD


def test_a_disk_that_is_not_mounted_costs_no_rows(
    home: CodexHome, index: Index, sync: Sync, tmp_path: Path
) -> None:
    written(home)
    shutil.move(home.sessions, tmp_path / "larger-disk")
    home.sessions.symlink_to(tmp_path / "larger-disk")
    sync.scan()

    (tmp_path / "larger-disk").rename(tmp_path / "unplugged")
    changes = sync.scan()

    assert changes == Changes()
    assert index.count() == 1


@pytest.mark.parametrize("content", [b"", b"garbage\n", b"\0\0\0", b'{"a":'])
def test_a_damaged_file_is_a_row_and_hides_no_other(
    home: CodexHome, index: Index, sync: Sync, content: bytes
) -> None:
    path = written(home)
    path.write_bytes(content)
    written(home, thread_id=OTHER)

    sync.scan()

    damaged = index.get(THREAD)
    assert damaged is not None
    assert damaged.status is Status.DAMAGED
    assert damaged.problems
    healthy = index.get(OTHER)
    assert healthy is not None
    assert healthy.status is Status.IDLE


def test_a_file_that_vanishes_before_it_is_read_costs_nothing_else(
    home: CodexHome, index: Index, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(home)
    written(home, thread_id=OTHER)

    def read_too_late(root: str, jobs: Sequence[Job]) -> list[Reading]:
        path.unlink(missing_ok=True)
        return read_files(root, jobs)

    monkeypatch.setattr("threadbook.index.reading.read_files", read_too_late)
    sync.scan()

    assert only_row(index).thread_id == OTHER


def test_paths_outside_the_home_are_nothing(
    index: Index, sync: Sync, tmp_path: Path
) -> None:
    stray = rollout(tmp_path / "another").user("hi").done()

    assert sync.sync_paths([stray, tmp_path / "nowhere"]) == Changes()
    assert index.count() == 0


def test_a_fault_of_ours_in_one_file_costs_no_other_its_row(
    home: CodexHome, index: Index, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(home)
    written(home, thread_id=OTHER)

    def summarize_all_but_one(
        file: Path, checkpoint: bytes | None = None, *, checkpoint_from: int = 0
    ) -> Summarized:
        if file == path:
            raise RecursionError
        return summarize(file, checkpoint, checkpoint_from=checkpoint_from)

    monkeypatch.setattr("threadbook.index.reading.summarize", summarize_all_but_one)
    sync.scan()

    row = index.resolve(THREAD)
    assert row.status is Status.DAMAGED
    assert [problem.kind for problem in row.problems] == ["unreadable"]
    assert "RecursionError" in row.problems[0].message
    assert index.resolve(OTHER).status is Status.IDLE
