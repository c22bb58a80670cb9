"""Assemble a context: home, index, book; what servers and the CLI share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from threadbook.book.annotations import Book, book_path
from threadbook.handlers.context import Context
from threadbook.home import open_home
from threadbook.index.tasks import open_index

if TYPE_CHECKING:
    from pathlib import Path


def assemble(codex_home: Path | None, codex_path: str | None) -> Context:
    """Open everything that a handler needs.

    Args:
        codex_home: the user's choice; None: `$CODEX_HOME`, else `~/.codex`.
        codex_path: the user's binary; None: `$THREADBOOK_CODEX`, else find one.

    Raises:
        HomeNotFoundError: the home is missing or no directory.
    """
    home = open_home(codex_home)
    if home.journal.exists():
        # Somebody moves tasks right now, or died while doing so.
        from threadbook.lifecycle.repair import recover  # noqa: PLC0415

        recover(home)
    return Context(
        home=home,
        index=open_index(home),
        book=Book(book_path(home)),
        codex_path=codex_path or os.environ.get("THREADBOOK_CODEX") or None,
    )
