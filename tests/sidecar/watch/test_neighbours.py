from __future__ import annotations

import sqlite3
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from threadbook.watch.neighbours import Neighbours

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="polled elsewhere")


def write_to(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE any (thing)")


def test_a_commit_of_somebody_else_is_heard_of(tmp_path: Path) -> None:
    heard = threading.Event()
    neighbours = Neighbours(tmp_path / "index.sqlite", heard.set)

    assert neighbours.start()
    write_to(tmp_path / "index.sqlite")

    assert heard.wait(5)
    neighbours.stop()


def test_other_files_and_the_time_after_the_end_are_not_heard_of(
    tmp_path: Path,
) -> None:
    count = 0
    heard = threading.Event()

    def hear() -> None:
        nonlocal count
        count += 1
        heard.set()

    neighbours = Neighbours(tmp_path / "index.sqlite", hear)
    neighbours.start()
    write_to(tmp_path / "other.sqlite")
    (tmp_path / "index.sqlite-wal").write_bytes(b"ours, and last")
    assert heard.wait(5)
    neighbours.stop()
    (tmp_path / "index.sqlite-wal").write_bytes(b"too late")

    assert count == 1


def test_where_nothing_can_be_watched_it_says_so(tmp_path: Path) -> None:
    neighbours = Neighbours(tmp_path / "gone" / "index.sqlite", lambda: None)

    assert not neighbours.start()
    neighbours.stop()
