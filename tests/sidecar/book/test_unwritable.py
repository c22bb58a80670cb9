"""A book that can't be written, or not be read: tasks are shown all the same."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from support.verbs import call
from threadbook.book import annotations
from threadbook.book.annotations import Book
from threadbook.book.schedules import Schedule, Schedules
from threadbook.errors import NotPossibleError
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

A = ThreadId("a" * 36)
PLANNED = Schedule(thread_id=A, at=1, when_reset=False, created_at=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a book with a pin and a schedule, as a window left it."""
    path = tmp_path / "data" / "book.sqlite"
    with closing(Book(path)) as book:
        book.set_pinned(A, pinned=True)
        Schedules(book).put(PLANNED)
    return path


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[None]:
    """Take the right to write; for root, who may always, by name."""
    real = os.access

    def access(place: Path, mode: int) -> bool:
        return place not in (path, path.parent) and real(place, mode)

    monkeypatch.setattr(os, "access", access)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    yield
    path.parent.chmod(0o755)
    path.chmod(0o644)


@pytest.mark.usefixtures("forbidden")
def test_what_can_not_be_written_is_read(path: Path) -> None:
    with closing(Book(path)) as book:
        assert book.fault is not None
        assert book.pinned() == {A}
        # Nobody could say that he runs it: it would be run twice.
        assert Schedules(book).all() == ()


@pytest.mark.usefixtures("forbidden")
def test_nothing_is_said_to_be_kept_that_is_not(path: Path) -> None:
    with closing(Book(path)) as book:
        for say in (
            lambda: book.set_pinned(A, pinned=False),
            lambda: book.set_tags(A, ["x"]),
            lambda: book.set_note(A, "x"),
            lambda: book.set_cleared(A, 1),
            lambda: book.set_relinked_cwd(A, "/x"),
            lambda: book.set_name(A, "x"),
            lambda: Schedules(book).put(PLANNED),
            lambda: Schedules(book).add(PLANNED),
        ):
            with pytest.raises(NotPossibleError, match=r"can't be kept in .*book"):
                say()
        # What follows from what was done elsewhere is let go.
        book.set_name(A, None)
        book.forget(A)


@pytest.mark.parametrize("content", [b"no database at all", b"\0" * 8192])
def test_a_damaged_book_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.sqlite"
    path.write_bytes(content)

    with closing(Book(path)) as book:
        assert book.everything() == {}
        assert book.fault is not None
        with pytest.raises(NotPossibleError):
            book.set_pinned(A, pinned=True)

    assert path.read_bytes() == content


def test_a_book_with_a_page_of_rubbish_is_no_fault_of_the_list(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'annotation'"
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xee" * 4096)

    with closing(Book(path)) as book:
        assert book.everything() == {}
        assert book.fault is not None


def test_an_old_book_that_can_not_be_written_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(annotations._MIGRATIONS[0])
        db.execute("INSERT INTO annotation (thread_id, pinned) VALUES (?, 1)", (A,))
        db.execute("PRAGMA user_version = 1")
        db.commit()

    def access(place: Path, mode: int) -> bool:
        del place, mode
        return False

    monkeypatch.setattr(os, "access", access)
    before = path.read_bytes()

    with closing(Book(path)) as book:
        assert book.pinned() == {A}
        assert book.kin() == {}

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["book.sqlite"]


def test_a_place_that_can_not_be_made_costs_only_what_would_be_there(
    home: CodexHome,
    opened: Callable[[], Context],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("THREADBOOK_DATA_DIR", str(tmp_path / "file" / "data"))
    task = rollout(home.root).user("hi").agent("ok")
    task.done()
    context = opened()

    assert call(context, "task/read", threadId=task.thread_id).task.preview == "hi"
    with pytest.raises(NotPossibleError):
        call(context, "task/annotate", threadIds=[task.thread_id], pinned=True)
    found = call(context, "home/doctor").findings
    assert [each.level for each in found if each.check == "book"] == ["error"]


def test_a_full_disk_refuses_what_is_said_and_harms_nothing_else(path: Path) -> None:
    with closing(Book(path)) as book:
        # SQLite's own bound stands for the disk's: the same error, at the same calls.
        (pages,) = book._db.execute("PRAGMA page_count").fetchone()
        book._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            book.set_note(A, "x" * 100_000)
        assert book.get(A).note is None

        book._db.execute("PRAGMA max_page_count = 1000000")
        book.set_note(A, "there is room again")
        assert book.get(A).note == "there is room again"


def test_a_look_is_let_go_where_it_can_not_be_kept(path: Path) -> None:
    with closing(Book(path)) as book, closing(sqlite3.connect(path)) as other:
        assert book.set_seen(A, 1)
        book._db.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        assert not book.set_seen(A, 2)
        other.rollback()
        assert book.set_seen(A, 3)
        assert book.get(A).seen_at == 3
