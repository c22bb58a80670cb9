from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, START, rollout
from support.syncing import OTHER, THREAD, grow, only_row, written
from threadbook.index.reading import read_files
from threadbook.index.sync import Sync
from threadbook.index.types import Changes, Status, TaskQuery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.rollouts import Generation
    from threadbook.home import CodexHome
    from threadbook.index.reading import Job, Reading
    from threadbook.index.tasks import Index
    from threadbook.index.types import Progress


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_becomes_a_row(
    home: CodexHome, index: Index, sync: Sync, generation: Generation
) -> None:
    builder = rollout(home.root, generation=generation, thread_id=THREAD)
    builder.user("hello there").agent("hi").user("more").agent("yes").done()

    changes = sync.scan()

    row = only_row(index)
    assert changes.changed == {THREAD}
    assert row.preview == "hello there"
    assert (row.turn_count, row.message_count) == (2, 4)
    assert row.status is Status.IDLE
    assert [number for number, _ in index.spans(THREAD)] == [1, 2]


def test_nothing_changed_means_nothing_to_tell(home: CodexHome, sync: Sync) -> None:
    written(home)
    sync.scan()

    assert sync.scan() == Changes()


def test_an_empty_home_has_no_tasks(index: Index, sync: Sync) -> None:
    assert sync.scan() == Changes()
    assert index.count() == 0
    assert sync.first_batch.is_set()


def test_one_thread_in_several_files_is_one_row(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("hi").agent("ok")
    builder.done()
    builder.archived = True
    builder.done()
    builder.done(compressed=True)

    sync.scan()

    assert len(only_row(index).rollouts) == 3


def test_the_first_pieces_are_written_early_and_newest_first(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    day = 86_400_000
    for number in range(120):
        rollout(home.root, at=START + number * day).user(f"task {number}").done()
    pieces: list[list[int]] = []
    progress: list[Progress] = []

    def hear(changes: Changes) -> None:
        assert sync.first_batch.is_set()
        pieces.append(sorted(row.created_at for row in index.rows(changes.changed)))

    sync.scan(on_changes=hear, on_progress=progress.append)

    first, *rest = pieces
    assert len(first) == 50
    assert first[0] > max(max(piece) for piece in rest)
    # The first page is there before anybody knows how many there are.
    assert (progress[0].done, progress[0].total) == (50, 120)
    assert (progress[-1].done, progress[-1].finished) == (120, True)


def test_a_home_without_folders_by_date_is_complete_too(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    flat = home.sessions / "old"
    flat.mkdir(parents=True)
    path = written(home)
    path.rename(flat / path.name)
    written(home, thread_id=OTHER)
    (home.sessions / "2099").write_text("no folder", encoding="utf-8")

    sync.scan()

    assert index.count() == 2


def test_a_scan_can_be_cancelled_and_goes_on_later(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    for number in range(200):
        rollout(home.root, at=START + number).user("hi").done()

    sync.scan(cancelled=lambda: index.count() > 0)
    assert 0 < index.count() < 200

    sync.scan()
    assert index.count() == 200


def test_much_is_read_by_helper_processes(
    home: CodexHome, index: Index, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.index.pool._MUCH_FILES", 60)
    for number in range(200):
        rollout(home.root, at=START + number).user(f"task {number}").done()

    sync.scan()

    previews = {row.preview for row in index.list_tasks(TaskQuery(limit=None)).rows}
    assert previews == {f"task {number}" for number in range(200)}


def test_two_that_bring_the_same_files_up_to_date_agree(
    home: CodexHome, index: Index, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("one").agent("first")
    path = builder.done()
    sync.scan()
    before = len(builder.content())
    builder.user("two").agent("second").end_turn()
    grow(path, builder.content()[before:])
    other = Sync(home, index)

    def read_late(root: str, jobs: Sequence[Job]) -> list[Reading]:
        monkeypatch.setattr("threadbook.index.reading.read_files", read_files)
        readings = read_files(root, jobs)
        # Between this one's reading and writing, another one does both.
        other.sync_paths([path])
        return readings

    monkeypatch.setattr("threadbook.index.reading.read_files", read_late)
    sync.sync_paths([path])

    assert only_row(index).turn_count == 2
    assert [number for number, _ in index.spans(THREAD)] == [1, 2]


def test_the_time_of_the_last_record_counts_not_the_files(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    sync.scan()
    before = only_row(index).updated_at

    os.utime(path, (0, 0))
    sync.scan()

    assert only_row(index).updated_at == before
