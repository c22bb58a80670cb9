from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import orjson
import pytest

from support.codex_state import COLUMNS, write_state
from support.rollouts import START, rollout
from threadbook.index.types import Changes, State

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.sync import Sync
    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow

THREAD = "0199f000-0000-7000-8000-000000000001"
REVERTED = "0199f000-0000-7000-8000-00000000000f"


def say(home: CodexHome, name: str) -> None:
    entry = {"id": THREAD, "thread_name": name, "updated_at": "2026-03-01T10:00:00Z"}
    with home.session_index.open("ab") as file:
        file.write(orjson.dumps(entry) + b"\n")


def task(index: Index) -> TaskRow:
    row = index.get(THREAD)
    assert row is not None
    return row


def paginated(home: CodexHome) -> Path:
    return rollout(home.root, thread_id=THREAD).user("fix it").agent("ok").done()


def legacy(home: CodexHome) -> Path:
    builder = rollout(home.root, thread_id=THREAD, generation="enveloped")
    return builder.user("fix it").agent("ok").done()


def test_the_newest_entry_of_the_session_index_names_a_legacy_thread(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    legacy(home)
    say(home, "First name")
    say(home, "Second name")

    sync.scan()

    assert task(index).name == "Second name"
    assert task(index).display_name == "Second name"


def test_a_new_name_changes_the_row_at_once(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    legacy(home)
    sync.scan()
    assert task(index).name is None

    say(home, "Login bug")
    changes = sync.sync_paths([home.session_index])

    assert changes.changed == {THREAD}
    assert task(index).name == "Login bug"
    assert sync.refresh_names() == Changes()


def test_a_cleared_name_is_none(home: CodexHome, index: Index, sync: Sync) -> None:
    legacy(home)
    say(home, "Login bug")
    sync.scan()

    say(home, "")
    sync.scan()

    assert task(index).name is None
    assert task(index).display_name == "fix it"


def test_a_name_said_before_its_rollout_appears_is_used(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    say(home, "Login bug")
    sync.scan()

    legacy(home)
    sync.scan()

    assert task(index).name == "Login bug"


def test_an_event_in_the_rollout_names_what_nothing_else_does(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=THREAD, generation="enveloped")
    builder.user("fix it").rename("From the file").agent("ok").done()

    sync.scan()

    assert task(index).name == "From the file"


def test_the_database_alone_names_a_paginated_thread(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    say(home, "Not this")
    write_state(home.root, THREAD, history_mode="paginated", name="This")

    sync.scan()

    assert task(index).name == "This"


def test_a_paginated_thread_that_the_database_does_not_know_is_named_by_the_index(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    say(home, "By the index")

    sync.scan()

    assert task(index).name == "By the index"


def test_a_legacy_title_counts_only_where_it_is_no_repetition(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    legacy(home)
    write_state(
        home.root,
        THREAD,
        history_mode="legacy",
        title="fix it",
        first_user_message="fix it ",
    )
    sync.scan()
    assert task(index).name is None

    write_state(
        home.root,
        THREAD,
        history_mode="legacy",
        title="Renamed",
        first_user_message="fix it",
    )
    sync.scan()
    assert task(index).name == "Renamed"


def test_the_newest_generation_of_the_database_counts(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    write_state(home.root, THREAD, number=5, history_mode="paginated", name="Old")
    write_state(home.root, THREAD, number=12, history_mode="paginated", name="New")

    sync.scan()

    assert task(index).name == "New"


def test_the_database_may_lie_elsewhere(
    home: CodexHome,
    index: Index,
    sync: Sync,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paginated(home)
    state = write_state(home.root, THREAD, history_mode="paginated", name="Elsewhere")
    (tmp_path / "sqlite").mkdir()
    state.rename(tmp_path / "sqlite" / state.name)
    monkeypatch.setenv("CODEX_SQLITE_HOME", str(tmp_path / "sqlite"))

    sync.scan()

    assert task(index).name == "Elsewhere"


@pytest.mark.parametrize("chosen", ["elsewhere", "{absolute}"])
def test_the_config_says_where_the_database_is_before_the_environment_does(
    home: CodexHome,
    index: Index,
    sync: Sync,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chosen: str,
) -> None:
    paginated(home)
    state = write_state(home.root, THREAD, history_mode="paginated", name="Elsewhere")
    place = home.root / "elsewhere"
    place.mkdir()
    state.rename(place / state.name)
    monkeypatch.setenv("CODEX_SQLITE_HOME", str(tmp_path / "not-there"))
    chosen = chosen.format(absolute=place.as_posix())
    home.config.write_text(f'sqlite_home = "{chosen}"\n', encoding="utf-8")

    sync.scan()

    assert task(index).name == "Elsewhere"


def test_a_broken_config_leaves_the_database_where_it_usually_is(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    write_state(home.root, THREAD, history_mode="paginated", name="Here")
    home.config.write_bytes(b'sqlite_home = "cut \xff')

    sync.scan()

    assert task(index).name == "Here"
    assert home.config_fault() is not None


def test_the_database_says_which_file_of_a_paginated_thread_is_active(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    first = paginated(home)
    later = rollout(home.root, thread_id=THREAD, rollout_id=REVERTED, at=START + 60_000)
    later.user("another way").agent("ok").user("more").done()
    write_state(
        home.root,
        THREAD,
        history_mode="paginated",
        name=None,
        rollout_path=str(first),
        archived=0,
    )

    sync.scan()

    assert task(index).rollouts[0].path == str(first)
    assert task(index).turn_count == 1


def test_a_compressed_file_is_meant_by_its_plain_name(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    builder = rollout(home.root, thread_id=THREAD).user("fix it").agent("ok")
    builder.done(compressed=True)
    write_state(
        home.root,
        THREAD,
        history_mode="paginated",
        rollout_path=str(builder.path()),
        archived=1,
    )

    sync.scan()

    assert task(index).state is State.ARCHIVED


def test_the_place_of_a_file_decides_where_the_database_tells_of_another(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    write_state(
        home.root,
        THREAD,
        history_mode="paginated",
        rollout_path=str(home.archived_sessions / "moved-by-hand.jsonl"),
        archived=1,
    )

    sync.scan()

    assert task(index).state is State.ACTIVE


def test_git_of_a_paginated_thread_is_the_databases(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    write_state(
        home.root, THREAD, history_mode="paginated", git_branch="feature", git_sha="abc"
    )

    sync.scan()

    git = task(index).git
    assert git is not None
    assert (git.branch, git.commit, git.repository_url) == ("feature", "abc", None)


@pytest.mark.parametrize("columns", ["id TEXT", "id TEXT, title TEXT, archived TEXT"])
def test_missing_columns_are_missed_by_nobody(
    home: CodexHome, index: Index, sync: Sync, columns: str
) -> None:
    paginated(home)
    say(home, "By the index")
    write_state(home.root, THREAD, columns=columns)

    sync.scan()

    assert task(index).name == "By the index"


def test_odd_values_in_the_database_are_ignored(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    write_state(
        home.root,
        THREAD,
        columns=COLUMNS.replace("TEXT", "").replace("PRIMARY KEY", ""),
        history_mode=7,
        name=b"\xff\xfe",
        title=3.5,
        archived="perhaps",
    )

    sync.scan()

    assert task(index).name is None


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0"])
def test_a_corrupt_database_costs_only_what_it_knew(
    home: CodexHome, index: Index, sync: Sync, content: bytes
) -> None:
    legacy(home)
    say(home, "By the index")
    (home.root / "state_5.sqlite").write_bytes(content)

    sync.scan()

    assert task(index).name == "By the index"


def test_what_was_known_holds_while_the_database_is_locked(
    home: CodexHome, index: Index, sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.index.codex_state._BUSY_SECONDS", 0.01)
    paginated(home)
    state = write_state(home.root, THREAD, history_mode="paginated", name="Kept")
    sync.scan()

    with closing(sqlite3.connect(state, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE threads SET name = 'New'")
        say(home, "Something changed")
        sync.scan()
        assert task(index).name == "Kept"
        connection.execute("COMMIT")
    sync.scan()

    assert task(index).name == "New"


def test_what_codex_wrote_a_moment_ago_is_read_from_its_log(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    paginated(home)
    state = write_state(home.root, THREAD, history_mode="paginated", name="Before")
    sync.scan()

    with closing(sqlite3.connect(state)) as connection:
        with connection:
            connection.execute("UPDATE threads SET name = 'After'")
        sync.sync_paths([state.with_name(f"{state.name}-wal")])

    assert task(index).name == "After"


def test_a_database_that_goes_takes_what_it_said_along(
    home: CodexHome, index: Index, sync: Sync
) -> None:
    legacy(home)
    state = write_state(home.root, THREAD, history_mode="legacy", title="Renamed")
    sync.scan()
    assert task(index).name == "Renamed"

    state.unlink()
    sync.scan()

    assert task(index).name is None


def test_reading_the_database_leaves_it_as_it_was(home: CodexHome, sync: Sync) -> None:
    paginated(home)
    state = write_state(home.root, THREAD, history_mode="paginated", name="This")
    before = state.read_bytes(), sorted(path.name for path in home.root.iterdir())

    sync.scan()

    assert before == (
        state.read_bytes(),
        sorted(path.name for path in home.root.iterdir()),
    )
