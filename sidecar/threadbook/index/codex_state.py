"""What Codex's own SQLite file says of threads: names above all.

Read-only, and nothing of it is needed: the file may be missing, locked, corrupt, of
another generation (`state_<n>.sqlite`), or lack any column.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from threadbook.index.codec import pack, unpack
from threadbook.items import GitInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from threadbook.home import CodexHome

_STATE = re.compile(r"^state_(\d+)\.sqlite$")
_BUSY_SECONDS = 0.5
_COLUMNS = (
    "name",
    "title",
    "first_user_message",
    "archived",
    "rollout_path",
    "history_mode",
    "git_sha",
    "git_branch",
    "git_origin_url",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one thread outside its rollouts."""

    listed_name: str | None = None
    """By the newest entry of `session_index.jsonl`."""
    name: str | None = None
    title: str | None = None
    """Only where it is more than the first message repeated."""
    archived: bool = False
    rollout_path: str | None = None
    is_paginated: bool = False
    """Codex's database knows the thread as a paginated one, so that it is right."""
    git: GitInfo | None = None


def pack_said(said: Said) -> bytes:
    """Encode for the index."""
    return pack(said)


def unpack_said(data: bytes) -> Said:
    """Decode from the index."""
    listed_name, name, title, archived, path, is_paginated, git = unpack(data)
    return Said(
        listed_name=listed_name,
        name=name,
        title=title,
        archived=archived,
        rollout_path=path,
        is_paginated=is_paginated,
        git=GitInfo(*git) if git else None,
    )


def is_state_name(name: str) -> bool:
    """Whether a file of this name holds threads: the database or its log."""
    return _STATE.match(name.removesuffix("-wal")) is not None


def state_path(home: CodexHome) -> Path | None:
    """Return the newest generation of Codex's state file; None if there is none."""
    try:
        names = [entry.name for entry in home.sqlite_home.iterdir()]
    except OSError:
        return None
    numbers = [int(match[1]) for match in map(_STATE.match, names) if match]
    if not numbers:
        return None
    return home.sqlite_home / f"state_{max(numbers)}.sqlite"


def read_state(path: Path) -> dict[str, Said] | None:
    """Read all threads; None when the file can't be read (what was known holds)."""
    log = path.with_name(f"{path.name}-wal")
    if not log.exists():
        # Then nobody has it open, and to look must not make files beside it.
        threads = _read(path, "immutable=1")
        if not log.exists():
            return threads
    return _read(path, "mode=ro")


def _read(path: Path, how: str) -> dict[str, Said] | None:
    address = f"{path.absolute().as_uri()}?{how}"
    try:
        with closing(
            sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)
        ) as connection:
            # Text that is no UTF-8 must not cost all the rest.
            connection.text_factory = _text
            return dict(_read_threads(connection))
    except sqlite3.Error:
        return None


def _read_threads(connection: sqlite3.Connection) -> Iterator[tuple[str, Said]]:
    present = {row[1] for row in connection.execute("PRAGMA table_info(threads)")}
    if "id" not in present:
        return
    columns = [name if name in present else f"NULL AS {name}" for name in _COLUMNS]
    # The names come from the tuple above.
    query = f"SELECT id, {', '.join(columns)} FROM threads"  # noqa: S608
    for thread_id, *values in connection.execute(query):
        if isinstance(thread_id, str):
            row: dict[str, Any] = dict(zip(_COLUMNS, values, strict=True))
            yield thread_id, _said(row, knows_name="name" in present)


def _said(row: dict[str, Any], *, knows_name: bool) -> Said:
    git = GitInfo(
        branch=_filled(row["git_branch"]),
        commit=_filled(row["git_sha"]),
        repository_url=_filled(row["git_origin_url"]),
    )
    return Said(
        name=_filled(row["name"]),
        title=_own_title(_filled(row["title"]), row["first_user_message"]),
        archived=bool(row["archived"]),
        rollout_path=_filled(row["rollout_path"]),
        # Where no column for names exists, none is kept there.
        is_paginated=row["history_mode"] == "paginated" and knows_name,
        git=git if git != GitInfo() else None,
    )


def _own_title(title: str | None, first_message: object) -> str | None:
    if title is None:
        return None
    repeated = isinstance(first_message, str) and first_message.strip().startswith(
        title
    )
    return None if repeated else title


def _filled(value: object) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else None


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")
