"""FTS5 beside tantivy, on the same passages of our own: `python -m bench engines`.

Tantivy is the only other full-text engine of its kind that Python has as a wheel.
Both get what `index.passages` makes of the home, in the same batches, and are asked the
same words. Run it when the choice is in doubt; nothing of it is a dependency.
"""

from __future__ import annotations

import importlib
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from bench.peers import install
from bench.table import Figure
from threadbook.index.passages import PassageJob, read_passages
from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bench.place import Place

_TANTIVY = "tantivy==0.27.0"
_BATCH = 64
_HITS = 20
_HEAP = 64 << 20
_QUERIES = 200
_Batch = list[tuple[int, str, str]]


def measure(place: Place) -> Iterator[Figure]:
    """Yield what each engine needs to take the words in, to keep and to find them."""
    peers = install(place, _TANTIVY)
    batches = list(_batches(place))
    rows = [row for batch in batches for row in batch]
    words = [row[1].split()[0] for row in rows[:: len(rows) // _QUERIES + 1] if row[1]]
    yield Figure("texts to take in", sum(len(row[1]) for row in rows) / 1e6, "MB")
    yield from _fts5(place, batches, words)
    if peers is not None:
        sys.path.insert(0, str(peers))
        yield from _tantivy(place, batches, words)


def _batches(place: Place) -> Iterator[_Batch]:
    paths = sorted(place.home.rglob("*.jsonl"))
    for start in range(0, len(paths), _BATCH):
        jobs = [
            PassageJob(
                file_id=start + number,
                version=1,
                first=0,
                next=None,
                spans=tuple(enumerate(summarize(path).spans)),
                outputs=False,
            )
            for number, path in enumerate(paths[start : start + _BATCH], 1)
        ]
        turns = [turn for found in read_passages(jobs) for turn in found]
        yield [row for turn in turns for row in turn.words]


def _fts5(place: Place, batches: list[_Batch], words: list[str]) -> Iterator[Figure]:
    path = place.root / "engines.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "CREATE VIRTUAL TABLE words USING fts5 (text, parts, content = '',"
            " tokenize = 'unicode61 remove_diacritics 2');"
        )

        def fill() -> None:
            for batch in batches:
                connection.execute("BEGIN")
                connection.executemany(
                    "INSERT INTO words (rowid, text, parts) VALUES (?, ?, ?)", batch
                )
                connection.execute("COMMIT")

        def find(word: str) -> None:
            connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
                (f'"{word}"', _HITS),
            ).fetchall()

        yield from _measured("FTS5", fill, find, words)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield Figure("FTS5: its file", path.stat().st_size / 1e6, "MB")


def _tantivy(place: Place, batches: list[_Batch], words: list[str]) -> Iterator[Figure]:
    folder = place.root / "tantivy"
    folder.mkdir()
    start = time.process_time()
    # Not there for type checkers: it is installed for this run.
    tantivy: Any = importlib.import_module("tantivy")
    imported = (time.process_time() - start) * 1000
    yield Figure("tantivy: import", imported, cpu=imported)
    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("number", stored=True)
    schema.add_text_field("text", stored=False)
    schema.add_text_field("parts", stored=False)
    index = tantivy.Index(schema.build(), path=str(folder))
    writer = index.writer(_HEAP)

    def fill() -> None:
        for batch in batches:
            for number, text, parts in batch:
                document = tantivy.Document(text=text, parts=parts)
                document.add_unsigned("number", number)
                writer.add_document(document)
            # As often as FTS5 commits: what was done must survive being killed.
            writer.commit()
        writer.wait_merging_threads()

    def find(word: str) -> None:
        query = index.parse_query(f'"{word}"', ["text", "parts"])
        searcher = index.searcher()
        for _, address in searcher.search(query, _HITS).hits:
            searcher.doc(address)

    yield from _measured("tantivy", fill, find, words, ready=index.reload)
    yield Figure("tantivy: its files", _size(folder) / 1e6, "MB")


def _measured(
    name: str,
    fill: Callable[[], None],
    find: Callable[[str], None],
    words: list[str],
    ready: Callable[[], None] = lambda: None,
) -> Iterator[Figure]:
    wall, cpu = time.perf_counter(), time.process_time()
    fill()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    yield Figure(f"{name}: all words", wall * 1000, cpu=cpu * 1000)
    ready()
    times = sorted(_time_of(find, word) for word in words)
    yield Figure(f"{name}: best {_HITS}, median", times[len(times) // 2])
    yield Figure(f"{name}: best {_HITS}, p95", times[len(times) * 95 // 100])


def _time_of(find: Callable[[str], None], word: str) -> float:
    start = time.thread_time()
    find(word)
    return (time.thread_time() - start) * 1000


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
