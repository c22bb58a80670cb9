from __future__ import annotations

import logging
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.rollouts import START, rollout
from support.watching import allow_watches, give_out_watches, only_inotify
from threadbook.index.filling import Filler
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import State
from threadbook.watch.feed import FeedState
from threadbook.watch.pending import Pending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from support.listener import Listener
    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index
    from threadbook.index.types import Changes

WORDS = "what the user said"
THREAD = "0199f000-0000-7000-8000-000000000001"
OTHER = "0199f000-0000-7000-8000-000000000002"


def ignore(_: Pending, __: object) -> None:
    """Lose events."""


def turns(index: Index) -> int:
    row = index.get(THREAD)
    return row.turn_count if row else 0


def test_what_is_there_at_the_start_is_told(
    home: CodexHome, listener: Listener
) -> None:
    rollout(home.root, thread_id=THREAD).user("hi").done()

    listener.settle()

    assert listener.has_heard(THREAD)
    assert listener.feed.settled
    assert listener.progress[-1].finished
    assert not listener.feed.polls


def test_an_empty_home_has_its_first_batch_too(listener: Listener) -> None:
    listener.settle()

    assert listener.told == []
    assert listener.feed.state is FeedState.WATCHING


def test_a_home_without_any_directory_is_watched(
    home: CodexHome, listener: Listener
) -> None:
    home.sessions.rmdir()
    listener.settle()

    rollout(home.root, thread_id=THREAD).user("hi").done()

    listener.wait_until(lambda: listener.has_heard(THREAD))


def test_new_grown_archived_and_deleted_tasks_are_told(
    home: CodexHome, listener: Listener
) -> None:
    listener.settle()
    builder = rollout(home.root, thread_id=THREAD).user("one").agent("1")
    path = builder.done()
    listener.wait_until(lambda: turns(listener.index) == 1)

    size = path.stat().st_size
    builder.user("two").agent("2").end_turn()
    with path.open("ab") as file:
        file.write(builder.content()[size:])
    listener.wait_until(lambda: turns(listener.index) == 2)

    home.archived_sessions.mkdir()
    archived = path.rename(home.archived_sessions / path.name)

    def is_archived() -> bool:
        row = listener.index.get(THREAD)
        return row is not None and row.state is State.ARCHIVED

    listener.wait_until(is_archived)
    assert not listener.has_lost(THREAD)

    archived.unlink()
    listener.wait_until(lambda: listener.has_lost(THREAD))


def test_a_new_name_is_told(home: CodexHome, listener: Listener) -> None:
    builder = rollout(home.root, thread_id=THREAD, generation="enveloped")
    builder.user("hi").agent("ok").done()
    listener.settle()

    home.session_index.write_bytes(
        f'{{"id":"{THREAD}","thread_name":"Login bug"}}\n'.encode()
    )

    listener.wait_until(lambda: listener.index.resolve(THREAD).name == "Login bug")


def test_one_feed_leads_and_the_others_follow(
    home: CodexHome, listeners: Callable[[], Listener]
) -> None:
    leader = listeners().settle()
    follower = listeners().settle()
    assert leader.feed.state is FeedState.WATCHING
    assert follower.feed.state is FeedState.FOLLOWING

    path = rollout(home.root, thread_id=THREAD).user("hi").done()
    follower.wait_until(lambda: follower.has_heard(THREAD))
    path.unlink()
    follower.wait_until(lambda: follower.has_lost(THREAD))


def test_a_follower_takes_over_when_the_leader_is_gone(
    home: CodexHome, listeners: Callable[[], Listener]
) -> None:
    leader = listeners().settle()
    follower = listeners().settle()

    leader.feed.stop()
    rollout(home.root, thread_id=THREAD).user("hi").done()

    follower.wait_until(lambda: follower.has_heard(THREAD))
    follower.wait_until(lambda: follower.feed.state is FeedState.WATCHING)
    assert leader.feed.state is FeedState.STOPPED


def test_an_index_that_is_deleted_is_filled_again(
    home: CodexHome, listener: Listener
) -> None:
    rollout(home.root, thread_id=THREAD).user("hi").done()
    listener.settle()
    listener.told.clear()

    listener.index.path.unlink()
    listener.index.count()

    listener.wait_until(lambda: listener.has_heard(THREAD))


def test_a_rescan_finds_what_no_event_told(
    home: CodexHome, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pending, "add", ignore)
    listener.settle()
    rollout(home.root, thread_id=THREAD).user("hi").done()

    listener.feed.rescan()

    listener.wait_until(lambda: listener.has_heard(THREAD))


def test_without_events_the_feed_polls_and_says_why(
    home: CodexHome, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_out_watches(monkeypatch, 0)
    monkeypatch.setattr("threadbook.watch.feed._POLL_SECONDS", 0.02)
    listener.settle()
    assert listener.feed.polls
    assert listener.feed.reason

    rollout(home.root, thread_id=THREAD).user("hi").done()

    listener.wait_until(lambda: listener.has_heard(THREAD))


DAY = 86_400_000


@only_inotify
@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_where_watches_run_out_a_line_in_an_old_task_is_told_all_the_same(
    home: CodexHome,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    allowed: int,
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("one").agent("1").end_turn()
    path = builder.done()
    for day in range(1, 5):
        rollout(home.root, at=START + day * DAY).user("newer").done()
    allow_watches(monkeypatch, allowed)
    monkeypatch.setattr("threadbook.watch.feed._POLL_SECONDS", 0.02)
    listener.settle()
    listener.wait_until(lambda: listener.feed.polls)

    before = len(builder.content())
    builder.user("two")
    with path.open("ab") as file:
        file.write(builder.content()[before:])

    listener.wait_until(lambda: turns(listener.index) == 2)


@only_inotify
def test_a_line_is_told_though_the_watches_ran_out_with_a_new_day(
    home: CodexHome, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout(home.root).user("earlier").done()
    allow_watches(monkeypatch, 5)
    monkeypatch.setattr("threadbook.watch.feed._POLL_SECONDS", 0.02)
    listener.settle()
    builder = rollout(home.root, thread_id=THREAD, at=START + DAY).user("one")
    path = builder.done()
    listener.wait_until(lambda: turns(listener.index) == 1)

    before = len(builder.content())
    builder.agent("1").end_turn().user("two")
    with path.open("ab") as file:
        file.write(builder.content()[before:])

    listener.wait_until(lambda: turns(listener.index) == 2)
    listener.wait_until(lambda: listener.feed.polls)


def test_what_a_scan_found_in_an_old_folder_is_looked_at_from_then_on(
    home: CodexHome, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("one").agent("1").end_turn()
    path = builder.done()
    for day in range(1, 5):
        rollout(home.root, at=START + day * DAY).user("newer").done()
    give_out_watches(monkeypatch, 0)
    monkeypatch.setattr("threadbook.watch.feed._POLL_SECONDS", 0.02)
    monkeypatch.setattr("threadbook.watch.feed.LATELY", 1)
    listener.settle()
    listener.wait_until(lambda: listener.feed.polls)

    for number in (2, 3):
        before = len(builder.content())
        builder.user("more").agent("and more").end_turn()
        with path.open("ab") as file:
            file.write(builder.content()[before:])
        if number == 2:
            listener.feed.rescan()
        listener.wait_until(lambda number=number: turns(listener.index) == number)


def test_a_live_task_is_told_while_the_first_scan_goes_on(
    home: CodexHome, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.index.sync._WRITE_SECONDS", 0)
    for number in range(400):
        rollout(home.root, at=START + number).user("hi").done()
    told_at_once: list[bool] = []
    event_came = threading.Event()
    add = Pending.add

    def add_and_say(pending: Pending, paths: Iterable[Path]) -> None:
        add(pending, paths)
        event_came.set()

    def hear(changes: Changes) -> None:
        if len(told_at_once) == 1:
            # By now the feed watches.
            rollout(home.root, thread_id=THREAD).user("live").done()
            assert event_came.wait(5)
        told_at_once.append(THREAD in changes.changed and not listener.feed.settled)

    monkeypatch.setattr(Pending, "add", add_and_say)
    monkeypatch.setattr(listener, "hear", hear)

    listener.settle()

    assert any(told_at_once)
    assert listener.index.count() == 401


def test_a_stumble_is_logged_without_a_word_of_what_was_read_and_tried_again(
    home: CodexHome,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("threadbook.watch.feed._RETRY_SECONDS", 0.01)
    rollout(home.root, thread_id=THREAD).user(WORDS).done()
    scan = Sync.scan

    def stumble_once(_: Sync, **__: object) -> Changes:
        monkeypatch.setattr(Sync, "scan", scan)
        raise ValueError(WORDS)

    monkeypatch.setattr(Sync, "scan", stumble_once)
    with caplog.at_level(logging.DEBUG):
        listener.settle()
        listener.wait_until(lambda: listener.has_heard(THREAD))

    assert "ValueError" in caplog.text
    assert WORDS not in caplog.text


def test_stopping_leaves_no_thread_and_no_claim(
    home: CodexHome, listeners: Callable[[], Listener]
) -> None:
    before = threading.active_count()
    listener = listeners().settle()
    listener.feed.stop()

    assert threading.active_count() == before
    with closing(open_index(home)) as index:
        sync = Sync(home, index)
        assert sync.leadership.try_lead()
        sync.leadership.resign()


def test_a_feed_that_never_began_can_be_stopped(listener: Listener) -> None:
    listener.feed.stop()

    assert listener.feed.state is FeedState.STOPPED


def test_what_is_told_can_be_found_soon_after(
    home: CodexHome, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.watch.findable._QUIET_SECONDS", 0.02)
    rollout(home.root, thread_id=OTHER).user("horse").done()
    listener.settle()
    listener.wait_until(lambda: listener.finds("horse"))

    rollout(home.root, thread_id=THREAD).user("zebra").done()

    listener.wait_until(lambda: listener.finds("zebra"))


def test_search_that_fails_ends_nothing(
    home: CodexHome,
    listener: Listener,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("threadbook.watch.findable._QUIET_SECONDS", 0.02)
    fill = Filler.fill

    def fail_once(*_: object, **__: object) -> None:
        monkeypatch.setattr(Filler, "fill", fill)
        raise ValueError(WORDS)

    monkeypatch.setattr(Filler, "fill", fail_once)
    listener.settle()
    rollout(home.root, thread_id=THREAD).user("zebra").done()

    listener.wait_until(lambda: listener.finds("zebra"))
    assert "ValueError" in caplog.text
    assert WORDS not in caplog.text
