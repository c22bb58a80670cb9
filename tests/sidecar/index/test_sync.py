from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, START, rollout
from threadbook.index.reading import read_files
from threadbook.index.sync import Sync
from threadbook.index.types import Changes, State, Status, TaskQuery
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support.rollouts import Generation
    from threadbook.home import CodexHome
    from threadbook.index.reading import Job, Reading
    from threadbook.index.tasks import Index
    from threadbook.index.types import Progress, TaskRow
    from threadbook.rollout.types import Summarized

THREAD = "0199f000-0000-7000-8000-000000000001"
OTHER = "0199f000-0000-7000-8000-000000000002"


def only_row(index: Index) -> TaskRow:
    (row,) = index.list_tasks(TaskQuery(states=None)).rows
    return row


def written(home: CodexHome, *, turns: int = 1, thread_id: str = THREAD) -> Path:
    builder = rollout(home.root, thread_id=thread_id)
    for number in range(turns):
        builder.user(f"question {number}").agent(f"answer {number}")
    return builder.done()


def grow(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


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


def test_a_grown_file_changes_its_row(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("one").agent("first")
    path = builder.done()
    sync.scan()
    before = len(builder.content())
    builder.user("two").agent("second").end_turn()
    grow(path, builder.content()[before:])

    changes = sync.sync_paths([path])

    assert changes == Changes(changed=frozenset({index.resolve(THREAD).thread_id}))
    assert only_row(index).turn_count == 2
    assert [span.preview for _, span in index.spans(THREAD)] == ["one", "two"]


def test_a_large_file_that_grows_piece_by_piece_ends_like_one_read_at_once(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=THREAD)
    for number in range(30):
        builder.user(f"turn {number}").command("seq", output="x" * 5000).agent("ok")
    builder.end_turn()
    content = builder.content()
    path = builder.path()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    sync.scan()
    step = len(content) // 7
    for start in range(0, len(content), step):
        grow(path, content[start : start + step])
        sync.sync_paths([path])

    grown_row, grown_spans = only_row(index), index.spans(THREAD)
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").rename(path)
    sync.scan()

    assert only_row(index) == grown_row
    assert index.spans(THREAD) == grown_spans
    assert grown_row.turn_count == 30


def test_a_file_written_anew_in_place_is_read_whole(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home, turns=3)
    sync.scan()
    longer = rollout(home.root, thread_id=THREAD)
    longer.user("quite another beginning, and a longer one " * 300).agent("ok")

    path.write_bytes(longer.content() + b"\n")
    sync.scan()

    row = only_row(index)
    assert row.turn_count == 1
    assert row.preview is not None
    assert row.preview.startswith("quite another")


def test_a_large_file_replaced_by_a_larger_one_is_not_taken_for_grown(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    first = rollout(home.root, thread_id=THREAD)
    for number in range(20):
        first.user(f"first {number}").command("seq", output="x" * 5000)
    path = first.done()
    sync.scan()
    second = rollout(home.root, thread_id=THREAD)
    for number in range(30):
        second.user(f"second {number}").command("seq", output="y" * 5000)
    second.end_turn()

    path.write_bytes(second.content())
    sync.scan()

    assert only_row(index).turn_count == 30
    assert all(span.preview.startswith("second") for _, span in index.spans(THREAD))


def test_the_same_size_with_another_time_is_read_again(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = rollout(home.root, thread_id=THREAD).user("red cat").agent("ok").done()
    sync.scan()

    path.write_bytes(path.read_bytes().replace(b"red cat", b"big dog"))
    sync.scan()

    assert only_row(index).preview == "big dog"


def test_the_same_time_with_another_file_is_read_again(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = rollout(home.root, thread_id=THREAD).user("red cat").agent("ok").done()
    sync.scan()
    stat = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"red cat", b"big dog"))
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    other.rename(path)
    sync.scan()

    assert only_row(index).preview == "big dog"


def test_a_file_that_shrank_is_read_whole(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home, turns=3)
    sync.scan()
    content = path.read_bytes()

    path.write_bytes(content[: content.rfind(b'"question 2"')])
    sync.scan()

    assert only_row(index).turn_count in {2, 3}
    assert sync.scan() == Changes()


def test_a_file_that_vanished_takes_its_task_along(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    written(home, thread_id=OTHER)
    sync.scan()

    path.unlink()
    changes = sync.scan()

    assert changes.removed == {THREAD}
    assert only_row(index).thread_id == OTHER
    assert index.get(THREAD) is None


def test_a_task_is_removed_when_its_last_file_is_gone(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    first = written(home)
    second = rollout(
        home.root, thread_id=THREAD, rollout_id=OTHER, at=START + 60_000
    ).user("later")
    latest = second.done()
    sync.scan()
    assert len(only_row(index).rollouts) == 2

    latest.unlink()
    assert sync.sync_paths([latest]).changed == {THREAD}
    first.unlink()
    assert sync.sync_paths([first]).removed == {THREAD}

    assert index.count() == 0


def test_a_deleted_directory_takes_all_its_tasks_along(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    written(home, thread_id=OTHER)
    sync.scan()

    shutil.rmtree(path.parent)
    changes = sync.sync_paths([path.parent])

    assert changes.removed == {THREAD, OTHER}
    assert index.count() == 0


def test_an_archived_file_is_moved_and_its_task_never_missing(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    sync.scan()
    seen: list[Changes] = []
    home.archived_sessions.mkdir()
    archived = home.archived_sessions / path.name

    path.rename(archived)
    sync.scan(on_changes=seen.append)

    assert seen == [Changes(changed=frozenset({only_row(index).thread_id}))]
    row = only_row(index)
    assert row.state is State.ARCHIVED
    assert row.rollouts[0].path == str(archived)
    (_, span), *_ = index.spans(THREAD)
    assert span.path == archived


def test_the_new_place_alone_tells_of_a_move(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    sync.scan()
    home.archived_sessions.mkdir()
    archived = home.archived_sessions / path.name
    path.rename(archived)

    sync.sync_paths([archived])
    assert only_row(index).state is State.ARCHIVED
    assert len(only_row(index).rollouts) == 1

    archived.rename(path)
    sync.sync_paths([archived])
    assert only_row(index).state is State.ACTIVE


def test_a_compressed_file_takes_the_place_of_the_plain_one(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("hi").agent("ok")
    plain = builder.done()
    sync.scan()
    seen: list[Changes] = []

    compressed = builder.done(compressed=True)
    plain.unlink()
    sync.scan(on_changes=seen.append)

    assert only_row(index).rollouts[0].path == str(compressed)
    assert not any(changes.removed for changes in seen)


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


def test_the_time_of_the_last_record_counts_not_the_files(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    path = written(home)
    sync.scan()
    before = only_row(index).updated_at

    os.utime(path, (0, 0))
    sync.scan()

    assert only_row(index).updated_at == before


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
