"""Schedules: tasks that are to go on by themselves, and who makes them do so.

Several processes work on one book. Whoever wants to run a task *claims* it for a
while; just before its turn is begun this is noted, and from then on nobody begins
another, whatever becomes of the process that did: a turn is rather lost than run
twice. Every step is one compare-and-set.

Who waits himself, such as a terminal, *keeps* his schedule: it has its place in the
queue, but nobody else may claim it, and when he is gone, so is it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from threadbook.book.annotations import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A task that goes on at a time; times are Unix ms."""

    thread_id: ThreadId
    at: int
    when_reset: bool
    """It waits for the account's usage limit to reset, rather than for a time."""
    prompt: str | None = None
    """What is said then; None: to go on."""
    attempts: int = 0
    """How many of its turns came to nothing."""
    created_at: int
    owner: str | None = None
    owned_until: int | None = None
    begun: bool = False
    kept_until: int | None = None
    """Until then its owner, who waits himself, is there for sure."""

    def is_owned(self, now: int) -> bool:
        """Whether some process is at it."""
        return self.owned_until is not None and self.owned_until > now


@dataclass(frozen=True, slots=True)
class Claim:
    """One process's hold on one schedule; lost when the user changes his mind."""

    thread_id: ThreadId
    owner: str


class Schedules:
    """The schedules of one book; safe to share between threads and processes."""

    def __init__(self, book: Book) -> None:
        """Take the book in which they stand."""
        self._book = book

    def all(self) -> tuple[Schedule, ...]:
        """Return all schedules, the first one due first."""
        with self._book.transaction() as db:
            rows = db.execute(
                "SELECT * FROM schedule ORDER BY at, thread_id"
            ).fetchall()
        return tuple(_schedule(*row) for row in rows)

    def get(self, thread_id: str) -> Schedule | None:
        """Return the schedule of one task."""
        found = (each for each in self.all() if each.thread_id == thread_id)
        return next(found, None)

    def put(self, schedule: Schedule) -> None:
        """Schedule a task, in place of what was scheduled and claimed for it."""
        self._insert("REPLACE", schedule)

    def add(self, schedule: Schedule) -> bool:
        """Schedule a task, unless it is already; False: it is."""
        return self._insert("IGNORE", schedule)

    def cancel(self, thread_id: str) -> bool:
        """Take a schedule back; False: there was none."""
        return self._change("DELETE FROM schedule WHERE thread_id = ?", thread_id)

    def claim(self, thread_id: ThreadId, owner: str, now: int, until: int) -> bool:
        """Claim a schedule that is due, unless some process is at it or at another.

        One at a time, over all processes: the first one shows whether the limit is
        really gone.
        """
        return self._change(
            "UPDATE schedule SET owner = ?, owned_until = ?"
            " WHERE thread_id = ? AND at <= ? AND NOT begun"
            " AND (kept_until IS NULL OR owner = ?)"
            " AND NOT EXISTS (SELECT 1 FROM schedule WHERE owned_until > ?)",
            *(owner, until, thread_id, now, owner, now),
        )

    def keep(self, claim: Claim, until: int) -> bool:
        """Let nobody else claim a schedule for a while; False: it is gone, or theirs.

        Done anew before the time is over; else the schedule ends with it.
        """
        return self._change(
            "UPDATE schedule SET owner = ?, kept_until = ? WHERE thread_id = ?"
            " AND (owner = ? OR owner IS NULL)",
            *(claim.owner, until, claim.thread_id, claim.owner),
        )

    def keep_off(self, claim: Claim, at: int, attempts: int) -> bool:
        """Wait anew with a schedule that one keeps; False: the claim is lost."""
        return self._change(
            "UPDATE schedule SET at = ?, attempts = ?, owned_until = NULL, begun = 0"
            " WHERE thread_id = ? AND owner = ? AND kept_until IS NOT NULL",
            *(at, attempts, claim.thread_id, claim.owner),
        )

    def renew(self, claim: Claim, until: int) -> bool:
        """Keep a claim for longer; False: it is lost."""
        return self._change(
            "UPDATE schedule SET owned_until = ? WHERE thread_id = ? AND owner = ?",
            *(until, claim.thread_id, claim.owner),
        )

    def begin(self, claim: Claim, now: int) -> bool:
        """Note that the turn is about to be begun; False: it must not be."""
        return self._change(
            "UPDATE schedule SET begun = 1"
            " WHERE thread_id = ? AND owner = ? AND owned_until > ? AND NOT begun",
            *(claim.thread_id, claim.owner, now),
        )

    def put_off(self, claim: Claim, at: int, attempts: int) -> bool:
        """Wait anew; False: the claim is lost."""
        return self._change(
            "UPDATE schedule SET at = ?, attempts = ?, owner = NULL,"
            " owned_until = NULL, begun = 0 WHERE thread_id = ? AND owner = ?",
            *(at, attempts, claim.thread_id, claim.owner),
        )

    def finish(self, claim: Claim) -> bool:
        """Remove a schedule that has had its turn; False: the claim is lost."""
        return self._change(
            "DELETE FROM schedule WHERE thread_id = ? AND owner = ?",
            *(claim.thread_id, claim.owner),
        )

    def drop_orphans(self, now: int) -> bool:
        """Remove those that were begun, or kept, by a process that is gone."""
        return self._change(
            "DELETE FROM schedule WHERE (begun AND owned_until <= ?)"
            " OR (kept_until <= ? AND NOT coalesce(owned_until > ?, 0))",
            *(now, now, now),
        )

    def _insert(self, otherwise: str, schedule: Schedule) -> bool:
        self._book.demand_writable()
        return self._change(
            f"INSERT OR {otherwise} INTO schedule"  # noqa: S608 - one of two words
            " VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 0, ?)",
            *(schedule.thread_id, schedule.at, schedule.when_reset, schedule.prompt),
            *(schedule.attempts, schedule.created_at),
            *(schedule.owner, schedule.kept_until),
        )

    def _change(self, statement: str, *parameters: object) -> bool:
        with self._book.transaction() as db:
            return db.execute(statement, parameters).rowcount > 0


def _schedule(
    thread_id: str,
    at: int,
    when_reset: int,
    prompt: str | None,
    *rest: Any,  # noqa: ANN401
) -> Schedule:
    attempts, created_at, owner, owned_until, begun, kept_until = rest
    return Schedule(
        thread_id=ThreadId(thread_id),
        at=at,
        when_reset=bool(when_reset),
        prompt=prompt,
        attempts=attempts,
        created_at=created_at,
        owner=owner,
        owned_until=owned_until,
        begun=bool(begun),
        kept_until=kept_until,
    )
