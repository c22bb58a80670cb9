from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.book.annotations import Book
from threadbook.ids import ThreadId
from threadbook.watch.annotations import AnnotationFeed

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.index.types import Changes

A, B = ThreadId("a"), ThreadId("b")


def test_what_another_process_says_of_tasks_is_told_once(tmp_path: Path) -> None:
    ours, theirs = Book(tmp_path / "book.sqlite"), Book(tmp_path / "book.sqlite")
    ours.set_note(B, "as before")
    heard: list[Changes] = []
    feed = AnnotationFeed(ours, heard.append)

    theirs.set_pinned(A, pinned=True)
    feed.look()
    feed.look()
    theirs.forget(A)
    feed.look()

    assert [changes.changed for changes in heard] == [{A}, {A}]
    ours.close()
    theirs.close()


def test_what_we_say_ourselves_is_no_news(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.sqlite")
    heard: list[Changes] = []
    feed = AnnotationFeed(book, heard.append)

    book.set_pinned(A, pinned=True)
    feed.look()

    assert heard == []
    book.close()


def test_the_thread_ends_when_it_is_told_to(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.sqlite")
    feed = AnnotationFeed(book, lambda _: None)

    feed.start()
    feed.stop()

    book.close()
