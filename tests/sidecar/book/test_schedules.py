from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from threadbook.book.annotations import Book
from threadbook.book.schedules import Claim, Schedule, Schedules
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A = ThreadId("a" * 36)
B = ThreadId("b" * 36)
SOON, LEASE = 1000, 500


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "book.sqlite")
    yield book
    book.close()


@pytest.fixture
def schedules(book: Book) -> Schedules:
    return Schedules(book)


def schedule(thread_id: ThreadId = A, at: int = SOON) -> Schedule:
    return Schedule(thread_id=thread_id, at=at, when_reset=True, created_at=1)


def claimed(schedules: Schedules, owner: str = "one", now: int = SOON) -> Claim:
    assert schedules.claim(A, owner, now, now + LEASE)
    return Claim(A, owner)


def test_a_schedule_is_there_after_reopening_and_shows_on_its_task(
    tmp_path: Path,
) -> None:
    book = Book(tmp_path / "book.sqlite")
    wanted = Schedule(
        thread_id=A, at=9, when_reset=False, prompt="on", attempts=2, created_at=3
    )
    Schedules(book).put(wanted)
    book.close()

    reopened = Book(tmp_path / "book.sqlite")

    assert Schedules(reopened).all() == (wanted,)
    assert reopened.get(A).scheduled_resume_at == 9
    assert reopened.all_of([B]) == {}
    reopened.close()


def test_schedules_come_in_the_order_in_which_they_fall_due(
    schedules: Schedules,
) -> None:
    schedules.put(schedule(A, at=20))
    schedules.put(schedule(B, at=10))

    assert [each.thread_id for each in schedules.all()] == [B, A]
    assert schedules.cancel(B)
    assert not schedules.cancel(B)
    assert [each.thread_id for each in schedules.all()] == [A]


def test_what_the_user_scheduled_is_not_replaced_by_what_nobody_asked_for(
    schedules: Schedules,
) -> None:
    assert schedules.add(schedule(at=10))
    assert not schedules.add(schedule(at=20))
    assert schedules.all() == (schedule(at=10),)

    schedules.put(schedule(at=30))
    assert schedules.get(A) == schedule(at=30)
    assert schedules.get(B) is None


def test_nothing_is_claimed_before_it_is_due(schedules: Schedules) -> None:
    schedules.put(schedule())

    assert not schedules.claim(A, "one", SOON - 1, SOON + LEASE)
    assert not schedules.claim(B, "one", SOON, SOON + LEASE)


def test_a_claim_keeps_others_from_this_task_and_from_all_others(
    schedules: Schedules,
) -> None:
    schedules.put(schedule(A))
    schedules.put(schedule(B))
    claim = claimed(schedules)

    assert not schedules.claim(A, "two", SOON, SOON + LEASE)
    assert not schedules.claim(B, "two", SOON, SOON + LEASE)
    assert schedules.finish(claim)
    assert schedules.claim(B, "two", SOON, SOON + LEASE)


def test_a_claim_that_was_never_begun_passes_to_another_when_it_runs_out(
    schedules: Schedules,
) -> None:
    schedules.put(schedule())
    late = claimed(schedules)
    after = SOON + LEASE
    heir = claimed(schedules, "two", after)

    assert not schedules.begin(late, after)
    assert not schedules.finish(late)
    assert schedules.begin(heir, after)
    assert not schedules.begin(heir, after)


def test_a_claim_that_is_renewed_does_not_run_out(schedules: Schedules) -> None:
    schedules.put(schedule())
    claim = claimed(schedules)

    assert schedules.renew(claim, SOON + 3 * LEASE)
    assert not schedules.claim(A, "two", SOON + 2 * LEASE, SOON + 9 * LEASE)
    assert schedules.begin(claim, SOON + 2 * LEASE)


def test_what_was_begun_is_never_begun_again_whoever_died(
    schedules: Schedules,
) -> None:
    schedules.put(schedule())
    claim = claimed(schedules)
    assert schedules.begin(claim, SOON)
    assert not schedules.drop_orphans(SOON)

    after = SOON + LEASE
    assert not schedules.claim(A, "two", after, after + LEASE)
    assert schedules.drop_orphans(after)
    assert schedules.all() == ()


def test_one_that_is_put_off_waits_anew_and_counts_what_was_tried(
    schedules: Schedules,
) -> None:
    schedules.put(schedule())
    claim = claimed(schedules)
    assert schedules.begin(claim, SOON)

    assert schedules.put_off(claim, 9000, attempts=1)

    [waiting] = schedules.all()
    assert (waiting.at, waiting.attempts, waiting.begun) == (9000, 1, False)
    assert not waiting.is_owned(SOON)
    assert not schedules.claim(A, "two", SOON, SOON + LEASE)
    assert schedules.claim(A, "two", 9000, 9000 + LEASE)


def test_the_user_changing_his_mind_takes_the_claim_away(
    schedules: Schedules,
) -> None:
    schedules.put(schedule())
    claim = claimed(schedules)
    schedules.put(schedule(at=5000))

    assert not schedules.begin(claim, SOON)
    assert not schedules.put_off(claim, 9000, attempts=1)
    assert not schedules.renew(claim, 9000)
    assert schedules.all() == (schedule(at=5000),)


def test_of_many_processes_one_claims(tmp_path: Path) -> None:
    books = [Book(tmp_path / "book.sqlite") for _ in range(8)]
    Schedules(books[0]).put(schedule())

    def claim(number: int) -> bool:
        own = Schedules(books[number])
        return own.claim(A, str(number), SOON, SOON + LEASE)

    with ThreadPoolExecutor(len(books)) as pool:
        won = list(pool.map(claim, range(len(books))))

    assert won.count(True) == 1
    for book in books:
        book.close()


def test_a_task_that_is_forgotten_is_not_scheduled_any_more(
    book: Book, schedules: Schedules
) -> None:
    schedules.put(schedule())

    book.forget(A)

    assert schedules.all() == ()


def kept(schedules: Schedules, until: int = SOON + LEASE) -> Claim:
    claim = Claim(A, "terminal")
    schedules.put(replace(schedule(), owner=claim.owner, kept_until=until))
    return claim


def test_what_one_keeps_is_claimed_by_nobody_else(schedules: Schedules) -> None:
    claim = kept(schedules)

    assert not schedules.claim(A, "window", SOON, SOON + LEASE)
    assert not schedules.keep(Claim(A, "window"), SOON + LEASE)
    assert schedules.keep(claim, SOON + 2 * LEASE)
    assert schedules.claim(A, claim.owner, SOON, SOON + LEASE)
    assert schedules.begin(claim, SOON)
    assert schedules.keep_off(claim, 3 * SOON, 2)
    (waiting,) = schedules.all()
    assert (waiting.at, waiting.attempts, waiting.begun) == (3 * SOON, 2, False)
    assert not schedules.claim(A, "window", 3 * SOON, 4 * SOON)


def test_what_one_keeps_keeps_nobody_else_waiting(schedules: Schedules) -> None:
    kept(schedules)
    schedules.put(schedule(B))

    assert schedules.claim(B, "window", SOON, SOON + LEASE)


def test_what_was_kept_ends_with_who_kept_it_but_not_while_its_turn_runs(
    schedules: Schedules,
) -> None:
    claim = kept(schedules, until=SOON)
    assert schedules.claim(A, claim.owner, SOON, SOON + LEASE)
    assert not schedules.drop_orphans(SOON + 1)
    assert schedules.keep_off(claim, 2 * SOON, 1)
    assert schedules.drop_orphans(SOON + 1)
    assert schedules.all() == ()
    assert not schedules.keep(claim, 3 * SOON)
