from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import START, rollout
from support.watching import allow_watches, only_inotify
from threadbook.cli.main import main
from threadbook.handlers.assemble import assemble
from threadbook.handlers.doctor import home_doctor
from threadbook.protocol.doctor import HomeDoctorParams
from threadbook.watch.feed import Feed, FeedState
from threadbook.watch.observer import Mode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.protocol.doctor import Finding

    Opened = Callable[[], Context]

THREAD = "0199f000-0000-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def codex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one new codex, the first on the PATH."""
    monkeypatch.setattr("threadbook.codex.binary._COMMON_PLACES", ())
    installed = install(tmp_path / "new" / "codex", "0.169.0")
    set_path(monkeypatch, installed)
    return installed


def install(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f'#!/bin/sh\necho "codex-cli {version}"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def set_path(monkeypatch: pytest.MonkeyPatch, *programs: Path) -> None:
    places = [*(str(program.parent) for program in programs), "/usr/bin", "/bin"]
    monkeypatch.setenv("PATH", os.pathsep.join(places))


def findings(context: Context, check: str, level: str = "") -> list[Finding]:
    found = home_doctor(context, HomeDoctorParams(thorough=True)).findings
    return [each for each in found if each.check == check and level in {"", each.level}]


def only(context: Context, check: str, level: str) -> Finding:
    [found] = findings(context, check, level)
    return found


def test_a_sound_home_has_nothing_to_complain_of(
    home: CodexHome, opened: Opened, codex: Path
) -> None:
    rollout(home.root).user("hi").agent("ok").done()

    response = home_doctor(opened(), HomeDoctorParams(thorough=True))

    assert {each.level for each in response.findings} == {"ok"}
    assert (response.codex_path, response.codex_version) == (str(codex), "0.169.0")
    assert response.task_count == 1
    assert response.codex_home == str(home.root)


def test_a_home_that_codex_never_used_is_named(home: CodexHome, opened: Opened) -> None:
    home.sessions.rmdir()

    found = only(opened(), "home", "warning")

    assert "no folder sessions" in found.message
    assert found.remedy


def test_a_config_that_is_no_toml_is_named(home: CodexHome, opened: Opened) -> None:
    home.config.write_text("sqlite_home = [", encoding="utf-8")

    found = only(opened(), "config", "warning")

    assert "config.toml can't be read" in found.message
    assert str(home.config) in str(found.remedy)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything"
)
def test_a_home_that_cannot_be_written_is_named(
    home: CodexHome, opened: Opened
) -> None:
    context = opened()
    home.root.chmod(0o500)
    try:
        found = only(context, "permissions", "warning")
    finally:
        home.root.chmod(0o700)

    assert "can't be written" in found.message
    assert str(home.root) in str(found.remedy)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_folder_that_hides_its_tasks_is_an_error(
    home: CodexHome, opened: Opened
) -> None:
    loop = home.sessions / "2026"
    loop.symlink_to(loop)

    found = only(opened(), "permissions", "error")

    assert str(loop) in found.message


def test_no_codex_is_named_with_how_to_get_one(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_path(monkeypatch)

    found = only(opened(), "codex", "warning")

    assert "npm install -g @openai/codex" in str(found.remedy)


def test_a_codex_that_is_too_old_is_told_for_what(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_path(monkeypatch, install(tmp_path / "old" / "codex", "0.80.0"))

    found = only(opened(), "codex", "warning")

    assert "Resuming a task" in found.message
    assert found.remedy


@pytest.mark.parametrize("configured", [True, False])
def test_an_older_codex_that_comes_first_in_a_terminal_is_warned_of(
    *,
    opened: Opened,
    codex: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    configured: bool,
) -> None:
    old = install(tmp_path / "old" / "codex", "0.148.0")
    set_path(monkeypatch, old, codex)
    context = opened()
    context.codex_path = str(codex) if configured else None

    found = only(context, "codex", "warning")

    assert f"0.148.0 at {old}" in found.message
    assert str(codex.parent) in str(found.remedy)


def test_an_older_codex_that_comes_later_is_only_mentioned(
    opened: Opened, codex: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = install(tmp_path / "old" / "codex", "0.148.0")
    set_path(monkeypatch, codex, old)

    used, other = findings(opened(), "codex")

    assert (used.level, other.level) == ("ok", "ok")
    assert str(old) in other.message


def test_of_many_damaged_rollouts_the_first_are_named_and_the_rest_counted(
    home: CodexHome, opened: Opened
) -> None:
    for minute in range(25):
        built = rollout(home.root, at=START + minute * 60_000).user("hi")
        built.raw(b"not json").raw(b"nor this").done()

    *named, rest = findings(opened(), "rollouts", "warning")

    assert len(named) == 20
    assert all("(and 1 more)" in each.message for each in named)
    assert rest.message == "Problems of 5 more tasks"


def test_lock_files_that_nobody_holds_are_said_to_mean_nothing(
    home: CodexHome, opened: Opened
) -> None:
    home.writer_locks.mkdir()
    home.writer_lock(THREAD).touch()

    free, stale = findings(opened(), "locks")

    assert free.message == "No task is in use"
    assert "left 1 lock file" in stale.message
    assert stale.level == "ok"


@pytest.mark.skipif(sys.platform == "win32", reason="Codex locks otherwise there")
def test_who_holds_a_task_is_named(home: CodexHome, opened: Opened) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows

    home.writer_locks.mkdir()
    with home.writer_lock(THREAD).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        [held] = findings(opened(), "locks")

    assert held.message.startswith("In use: 1 task: ")
    assert THREAD in held.message
    assert f"(pid {os.getpid()})" in held.message


def test_a_database_of_codex_that_is_none_is_named(
    home: CodexHome, opened: Opened
) -> None:
    state = home.root / "state_5.sqlite"
    state.write_bytes(b"no database at all" * 1000)

    found = only(opened(), "names", "warning")

    assert str(state) in found.message
    assert found.remedy


def test_a_list_of_names_that_cannot_be_read_is_named(
    home: CodexHome, opened: Opened
) -> None:
    home.session_index.mkdir()

    assert str(home.session_index) in only(opened(), "names", "warning").message


def test_damage_of_the_index_is_found_when_looked_for(
    home: CodexHome, opened: Opened
) -> None:
    rollout(home.root).user("hi").agent("ok").done()
    context = opened()
    path = context.index_path
    context.index.close()
    spoil(path, "removed")

    context = assemble(home.root, None)
    quick = home_doctor(context, HomeDoctorParams())
    found = findings(context, "index", "error")
    context.index.close()
    context.book.close()

    assert not [each for each in quick.findings if each.level == "error"]
    assert len(found) == 1
    assert "threadbook index --rebuild" in str(found[0].remedy)


def spoil(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_texts_that_cannot_be_found_yet_are_counted(
    home: CodexHome, opened: Opened
) -> None:
    rollout(home.root).user("hi").agent("ok").done()

    size, unfilled = findings(opened(), "index", "ok")

    assert size.message.startswith("1 task indexed in ")
    assert "KB)" in size.message
    assert "texts of 1 rollout can't" in unfilled.message
    assert unfilled.remedy


def test_a_watch_that_polls_says_why(home: CodexHome, opened: Opened) -> None:
    context = opened()
    context.feed = Feed(home, context.index, on_changes=lambda _: None)
    assert [each.level for each in findings(context, "watch")] == ["ok"]

    context.feed.mode = Mode.POLLING
    context.feed.reason = "too many folders"
    found = only(context, "watch", "warning")

    assert "too many folders" in found.message
    assert "fs.inotify.max_user_watches" in str(found.remedy)


@only_inotify
@pytest.mark.parametrize("follows", [False, True])
def test_too_few_file_watches_are_told_by_who_does_not_watch_itself(
    home: CodexHome, opened: Opened, monkeypatch: pytest.MonkeyPatch, *, follows: bool
) -> None:
    rollout(home.root).user("hi").done()
    context = opened()
    if follows:
        context.feed = Feed(home, context.index, on_changes=lambda _: None)
        context.feed.state = FeedState.FOLLOWING
    assert [each.level for each in findings(context, "watch")] == ["ok"]

    allow_watches(monkeypatch, 3)
    found = only(context, "watch", "warning")

    assert "3 of 5 directories could be watched" in found.message
    assert "fs.inotify.max_user_watches" in str(found.remedy)


def test_the_command_prints_findings_and_remedies_and_fails_only_on_errors(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    def run(*arguments: str) -> tuple[object, bytes]:
        with pytest.raises(SystemExit) as ended:
            main(["--codex-home", str(home.root), *arguments, "doctor"])
        return ended.value.code, capsysbinary.readouterr().out

    rollout(home.root).user("hi").raw(b"not json").done()
    code, out = run()
    assert code == 0
    assert b"!! rollouts" in out
    assert b"Nothing to do" in out

    (home.sessions / "loop").symlink_to(home.sessions / "loop")
    code, out = run("--json")
    assert code == 1
    assert "error" in {each["level"] for each in orjson.loads(out)["findings"]}
