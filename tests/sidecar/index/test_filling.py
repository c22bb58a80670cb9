"""How words get into the index and out of it again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from support.finding import hits, turns
from support.rollouts import START, rollout
from threadbook.index.filling import Filler
from threadbook.index.types import SearchQuery
from threadbook.rollout.texts import search_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index
    from threadbook.index.types import Progress
    from threadbook.rollout.texts import SearchText
    from threadbook.rollout.types import TurnSpan

THREAD = "0199f000-0000-7000-8000-000000000001"


def test_a_grown_task_is_found_by_its_new_words_too(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("horse").agent("neigh")
    builder.done()
    sync.scan()
    filler.fill()

    builder.user("zebra").agent("bark").done()
    sync.scan()
    assert index.unfilled() == 1
    filler.fill()

    assert turns(index, "horse") == [1]
    assert turns(index, "zebra") == [2]
    assert len(hits(index, "neigh")) == 1


def test_a_task_that_says_other_words_now_is_not_found_by_the_old_ones(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    rollout(home.root, thread_id=THREAD).user("horse").done()
    sync.scan()
    filler.fill()

    rollout(home.root, thread_id=THREAD).user("parseZebraName zebra").done()
    sync.scan()
    filler.fill()

    assert hits(index, "horse") == ()
    assert len(hits(index, "zebra")) == 1


def test_the_words_of_a_deleted_task_are_gone_from_the_index(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    path = rollout(home.root).user("horse 馬 parseHorseName").done()
    rollout(home.root).user("zebra").done()
    sync.scan()
    filler.fill()

    path.unlink()
    sync.scan()
    assert hits(index, "horse") == ()
    filler.fill()

    left = index.database.read(
        lambda connection: connection.execute(
            "SELECT (SELECT count(*) FROM passages), (SELECT count(*) FROM orphans),"
            " (SELECT count(*) FROM words WHERE words MATCH 'horse OR name')"
        ).fetchone()
    )
    assert left == (1, 0, 0)


def test_an_archived_task_is_found_without_being_read_again(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    path = rollout(home.root, thread_id=THREAD).user("zebra").done()
    sync.scan()
    filler.fill()
    home.archived_sessions.mkdir()

    path.rename(home.archived_sessions / path.name)
    sync.scan()

    assert index.unfilled() == 0
    assert len(hits(index, "zebra")) == 1


def test_damage_in_one_file_keeps_no_other_from_being_found(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    damaged = rollout(home.root).user("horse").done()
    rollout(home.root).user("zebra").done()
    sync.scan()

    damaged.unlink()
    filler.fill()

    assert len(hits(index, "zebra")) == 1
    assert index.unfilled() == 0


def test_a_fault_of_ours_in_one_file_keeps_no_other_from_being_found(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = rollout(home.root).user("zebra").done()
    other = rollout(home.root).user("zebra")
    other.done()
    sync.scan()

    def search_all_but_one(
        spans: Sequence[TurnSpan], *, outputs: bool, text_limit: int
    ) -> Iterator[SearchText]:
        if spans[0].path == path:
            raise RecursionError
        return search_texts(spans, outputs=outputs, text_limit=text_limit)

    monkeypatch.setattr("threadbook.index.passages.search_texts", search_all_but_one)
    filler.fill()

    assert [hit.thread_id for hit in hits(index, "zebra")] == [other.thread_id]
    assert index.unfilled() == 0


def test_many_files_are_read_by_helper_processes_and_progress_is_told(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("threadbook.index.pool._MUCH_FILES", 60)
    for number in range(150):
        rollout(home.root, at=START + number).user(f"zebra {number}").done()
    sync.scan()
    told: list[Progress] = []

    filler.fill(on_progress=told.append)

    assert index.search(SearchQuery("zebra")).total == 150
    assert (told[-1].done, told[-1].total, told[-1].finished) == (150, 150, True)


def test_merging_that_was_put_off_is_made_up_for_also_after_a_crash(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("threadbook.index.filling._MANY_FILES", 1)
    monkeypatch.setattr("threadbook.index.pool._BATCH_FILES", 1)
    for number in range(12):
        rollout(home.root, at=START + number).user(f"zebra number {number}").done()
    sync.scan()
    stopped = iter([False] * 6)

    filler.fill(cancelled=lambda: next(stopped, True))
    assert 0 < index.unfilled() < 12
    assert _setting(index, "automerge") == 0

    monkeypatch.setattr("threadbook.index.filling._MANY_FILES", 500)
    Filler(home, index).fill()

    assert len(hits(index, "zebra")) == 12
    assert _setting(index, "automerge") == 4
    assert _setting(index, "crisismerge") == 16
    segments = "SELECT count(DISTINCT segid) FROM words_idx"
    (count,) = index.database.read(lambda c: c.execute(segments).fetchone())
    assert count < 6


def _setting(index: Index, name: str) -> object:
    select = "SELECT v FROM words_config WHERE k = ?"
    (value,) = index.database.read(lambda c: c.execute(select, (name,)).fetchone())
    return value


def test_filling_can_be_stopped_and_goes_on_later(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    for number in range(150):
        rollout(home.root, at=START + number).user(f"zebra {number}").done()
    sync.scan()

    filler.fill(cancelled=lambda: index.unfilled() < 150)
    assert 0 < index.unfilled() < 150

    filler.fill()
    assert index.search(SearchQuery("zebra")).total == 150


def test_a_large_file_is_taken_in_by_pieces(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("threadbook.index.filling._JOB_BYTES", 2000)
    builder = rollout(home.root, thread_id=THREAD)
    for number in range(30):
        builder.user(f"zebra number{number}").agent("ok " * 100)
    builder.done()
    sync.scan()

    filler.fill()

    assert index.search(SearchQuery("zebra")).total == 30
    assert turns(index, "number17") == [18]


def test_a_file_that_changes_while_it_is_read_is_read_again_later(
    home: CodexHome,
    index: Index,
    sync: Sync,
    filler: Filler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from threadbook.index.passages import read_passages  # noqa: PLC0415

    builder = rollout(home.root, thread_id=THREAD).user("horse").agent("1")
    builder.done()
    sync.scan()

    def read_and_change(jobs: object) -> object:
        results = read_passages(jobs)  # type: ignore[arg-type]
        builder.user("zebra").agent("2").done()
        sync.scan()
        return results

    monkeypatch.setattr("threadbook.index.filling.read_passages", read_and_change)
    filler.fill()
    monkeypatch.undo()
    assert index.unfilled() == 1

    filler.fill()
    assert turns(index, "zebra") == [2]


def test_one_fills_at_a_time_and_the_other_waits_for_it(
    home: CodexHome, index: Index, sync: Sync, filler: Filler
) -> None:
    rollout(home.root).user("zebra").done()
    sync.scan()
    other = Filler(home, index)
    waiting = threading.Thread(target=other.fill)

    def begin(_: Progress) -> None:
        if not waiting.ident:
            waiting.start()
            other.fill(cancelled=lambda: True)

    filler.fill(on_progress=begin)
    waiting.join()

    assert index.search(SearchQuery("zebra")).total == 1
