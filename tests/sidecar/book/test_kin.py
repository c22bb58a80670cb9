from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.book.annotations import Book, Kin
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW, NEWER, FORK = (ThreadId(letter * 36) for letter in "abcd")


def test_tasks_name_each_other_after_reopening(tmp_path: Path) -> None:
    book = Book(tmp_path / "book.sqlite")
    book.note_origin(NEW, OLD, "continued", 1)
    book.note_origin(FORK, NEW, "forked", 2)
    book.close()

    reopened = Book(tmp_path / "book.sqlite")

    assert reopened.kin() == {
        OLD: Kin(continued_as=NEW),
        NEW: Kin(continued_from=OLD),
        FORK: Kin(forked_from=NEW),
    }
    reopened.close()


def test_the_one_that_went_on_last_counts_and_a_forgotten_one_does_not(
    tmp_path: Path,
) -> None:
    book = Book(tmp_path / "book.sqlite")
    book.note_origin(NEWER, OLD, "continued", 2)
    book.note_origin(NEW, OLD, "continued", 1)
    before = book.kin()[OLD]

    book.forget(NEWER)

    assert before == Kin(continued_as=NEWER)
    assert book.kin() == {
        OLD: Kin(continued_as=NEW),
        NEW: Kin(continued_from=OLD),
    }
    book.close()
