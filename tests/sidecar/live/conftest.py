from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from threadbook.book.annotations import Book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "book.sqlite")
    yield book
    book.close()
