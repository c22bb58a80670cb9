from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from threadbook.book import annotations
from threadbook.book.annotations import NOTHING_SAID, Annotation, Book, book_path
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from threadbook.home import CodexHome

A = ThreadId("a" * 36)
B = ThreadId("b" * 36)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "book.sqlite")
    yield book
    book.close()


def test_a_task_of_which_nothing_was_said_has_no_annotation(book: Book) -> None:
    assert book.get(A) == NOTHING_SAID
    assert book.all_of([A]) == {}


def test_everything_that_was_said_is_there_after_reopening(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.sqlite")
    book.set_pinned(A, pinned=True)
    book.set_tags(A, ["b", "a", "b"])
    book.set_note(A, "a note")
    book.set_cleared(A, 1)
    book.set_relinked_cwd(A, "/new")
    book.set_seen(A, 2)
    book.close()

    reopened = Book(tmp_path / "book.sqlite")

    assert reopened.get(A) == Annotation(
        pinned=True,
        tags=("a", "b"),
        note="a note",
        cleared_at=1,
        relinked_cwd="/new",
        seen_at=2,
    )
    reopened.close()


def test_tasks_are_found_by_what_was_said_of_them(book: Book) -> None:
    book.set_pinned(A, pinned=True)
    book.set_tags(B, ["ci"])
    book.set_cleared(B, 1)

    assert book.pinned() == {A}
    assert book.tagged("ci") == {B}
    assert book.tagged("c") == frozenset()
    assert book.cleared() == {B}


def test_a_forgotten_task_has_nothing_left(book: Book) -> None:
    book.set_note(A, "x")

    book.forget(A)

    assert book.get(A) == NOTHING_SAID


def test_two_windows_write_one_book(tmp_path: Path) -> None:
    first, second = Book(tmp_path / "b.sqlite"), Book(tmp_path / "b.sqlite")
    ids = [ThreadId(f"{n:036d}") for n in range(40)]

    def pin(book: Book, some: list[ThreadId]) -> None:
        for thread_id in some:
            book.set_pinned(thread_id, pinned=True)

    threads = [
        threading.Thread(target=pin, args=(first, ids[:20])),
        threading.Thread(target=pin, args=(second, ids[20:])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert first.pinned() == second.pinned() == set(ids)
    first.close()
    second.close()


def test_an_older_book_is_brought_forward_and_kept_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.sqlite"
    old = Book(path)
    old.set_note(A, "from before")
    old.close()
    newer = (*annotations._MIGRATIONS, "CREATE TABLE later (x)")
    monkeypatch.setattr(annotations, "_MIGRATIONS", newer)

    book = Book(path)

    assert book.get(A).note == "from before"
    done = len(newer) - 1
    backup = sqlite3.connect(tmp_path / f"book.v{done}.backup")
    assert backup.execute("SELECT note FROM annotation").fetchall() == [
        ("from before",)
    ]
    backup.close()
    book.close()


def test_every_home_has_a_book_of_its_own(home: CodexHome, tmp_path: Path) -> None:
    other = type(home)(tmp_path / "other")

    assert book_path(home) != book_path(other)
    assert book_path(home) == book_path(home)
