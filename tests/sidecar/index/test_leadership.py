from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

from support.rollouts import rollout
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import Changes

if TYPE_CHECKING:
    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index


def test_one_leads_and_the_others_learn_that_it_does(
    home: CodexHome, index: Index
) -> None:
    first, second = Sync(home, index), Sync(home, index)

    assert first.leadership.try_lead()
    # Nobody knows yet whether the index is complete.
    assert not second.leadership.try_lead()
    assert not second.leadership.is_kept

    first.scan()
    assert not second.leadership.try_lead()
    assert second.leadership.is_kept

    first.leadership.resign()
    assert second.leadership.try_lead()
    second.leadership.resign()


def test_where_somebody_leads_a_scan_has_nothing_to_do(
    home: CodexHome, index: Index
) -> None:
    leader, other = Sync(home, index), Sync(home, index)
    leader.leadership.try_lead()
    leader.scan()
    rollout(home.root).user("hi").done()

    assert other.scan() == Changes()
    assert index.count() == 0
    assert len(leader.scan().changed) == 1
    leader.leadership.resign()


def test_a_scan_waits_for_the_one_that_is_under_way(
    home: CodexHome, sync: Sync
) -> None:
    for _ in range(3):
        rollout(home.root).user("hi").done()
    counted: list[int] = []

    def wait() -> None:
        with closing(open_index(home)) as own:
            Sync(home, own).scan()
            counted.append(own.count())

    waiting = threading.Thread(target=wait)
    sync.scan(on_progress=lambda _: None if waiting.ident else waiting.start())
    waiting.join()

    assert counted == [3]


def test_waiting_for_another_scan_can_be_cancelled(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    rollout(home.root).user("hi").done()
    leader = Sync(home, index)
    leader.leadership.try_lead()

    assert sync.scan(cancelled=lambda: True) == Changes()
    assert sync.first_batch.is_set()
    leader.leadership.resign()


def test_without_a_leader_every_scan_looks(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    sync.scan()
    rollout(home.root).user("hi").done()

    assert len(Sync(home, index).scan().changed) == 1
