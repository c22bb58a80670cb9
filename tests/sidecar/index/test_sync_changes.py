"""What becomes of a row when its files change, move or go."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from support.rollouts import START, rollout
from support.syncing import OTHER, THREAD, grow, only_row, written
from threadbook.index.types import Changes, State

if TYPE_CHECKING:
    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index


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
