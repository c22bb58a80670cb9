from __future__ import annotations

import errno
import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from support.rollouts import START, rollout
from support.watching import allow_watches, give_out_watches, only_inotify
from threadbook.watch.observer import Mode, Observer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from threadbook.home import CodexHome


class Heard:
    """Paths that an observer told of, as they come."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self._more = threading.Condition()

    def hear(self, path: Path) -> None:
        with self._more:
            self.paths.append(path)
            self._more.notify()

    def wait_for(self, path: Path) -> None:
        with self._more:
            heard = self._more.wait_for(lambda: path in self.paths, timeout=5)
        assert heard, f"{path} not in {self.paths}"


def choose_sqlite_home(home: CodexHome, folder: Path) -> None:
    home.config.write_text(f"sqlite_home = '{folder}'\n", encoding="utf-8")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def observer(home: CodexHome, heard: Heard) -> Iterator[Observer]:
    watching = Observer(home, heard.hear)
    watching.start()
    yield watching
    watching.stop()


def test_new_grown_moved_and_deleted_rollouts_are_told(
    home: CodexHome, observer: Observer, heard: Heard
) -> None:
    path = rollout(home.root).user("hi").done()
    heard.wait_for(path)

    heard.paths.clear()
    with path.open("ab") as file:
        file.write(b"more\n")
    heard.wait_for(path)

    target = path.with_name("x" + path.name)
    path.rename(target)
    heard.wait_for(target)

    heard.paths.clear()
    target.unlink()
    heard.wait_for(target)
    assert (observer.mode, observer.reason) == (Mode.EVENTS, None)


@pytest.mark.usefixtures("observer")
def test_reading_is_not_told(home: CodexHome, heard: Heard) -> None:
    read = home.root / "read"
    read.write_bytes(b"something")
    (home.root / "before").write_bytes(b"")
    heard.wait_for(home.root / "before")
    heard.paths.clear()

    read.read_bytes()
    (home.root / "after").write_bytes(b"")
    heard.wait_for(home.root / "after")

    assert read not in heard.paths


@pytest.mark.usefixtures("observer")
def test_the_session_index_is_told(home: CodexHome, heard: Heard) -> None:
    home.session_index.write_bytes(b"{}\n")

    heard.wait_for(home.session_index)


def test_directories_that_appear_later_are_watched(
    home: CodexHome, observer: Observer, heard: Heard
) -> None:
    home.archived_sessions.mkdir()
    heard.wait_for(home.archived_sessions)
    observer.watch_rollouts()

    (home.archived_sessions / "new").write_bytes(b"")

    heard.wait_for(home.archived_sessions / "new")


def test_a_directory_made_anew_is_watched_anew(
    home: CodexHome, observer: Observer, heard: Heard
) -> None:
    home.sessions.rmdir()
    home.sessions.mkdir()
    (home.root / "after").write_bytes(b"")
    heard.wait_for(home.root / "after")
    observer.watch_rollouts()

    (home.sessions / "new").write_bytes(b"")

    heard.wait_for(home.sessions / "new")


def test_a_linked_directory_is_told_by_its_name_in_the_home(
    home: CodexHome, heard: Heard, tmp_path: Path
) -> None:
    shutil.move(home.sessions, tmp_path / "larger-disk")
    home.sessions.symlink_to(tmp_path / "larger-disk")
    observer = Observer(home, heard.hear)
    observer.start()

    (home.sessions / "new").write_bytes(b"")

    heard.wait_for(home.sessions / "new")
    observer.stop()


def test_codexs_database_may_lie_elsewhere(
    home: CodexHome, heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sqlite").mkdir()
    monkeypatch.setenv("CODEX_SQLITE_HOME", str(tmp_path / "sqlite"))
    observer = Observer(home, heard.hear)
    observer.start()

    (tmp_path / "sqlite" / "state_5.sqlite").write_bytes(b"")

    heard.wait_for(tmp_path / "sqlite" / "state_5.sqlite")
    observer.stop()


def test_codexs_database_is_followed_to_where_its_config_moves_it(
    home: CodexHome, observer: Observer, heard: Heard, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    choose_sqlite_home(home, first)
    heard.wait_for(home.config)
    assert observer.watch_database()
    choose_sqlite_home(home, second)
    assert observer.watch_database()
    assert not observer.watch_database()

    (first / "state_5.sqlite").write_bytes(b"")
    (second / "state_5.sqlite").write_bytes(b"")

    heard.wait_for(second / "state_5.sqlite")
    assert first / "state_5.sqlite" not in heard.paths
    home.config.unlink()
    assert observer.watch_database()
    (home.root / "state_5.sqlite").write_bytes(b"")
    heard.wait_for(home.root / "state_5.sqlite")


def test_a_folder_for_the_database_that_comes_later_or_anew_is_watched(
    home: CodexHome, observer: Observer, heard: Heard, tmp_path: Path
) -> None:
    folder = tmp_path / "later"
    choose_sqlite_home(home, folder)
    observer.watch_database()
    folder.mkdir()
    assert observer.watch_database()
    folder.rmdir()
    heard.wait_for(folder)
    folder.mkdir()

    assert observer.watch_database()

    (folder / "state_5.sqlite").write_bytes(b"")
    heard.wait_for(folder / "state_5.sqlite")


def test_a_system_that_refuses_to_watch_is_polled(
    home: CodexHome, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr("threadbook.watch.observer.SystemObserver.start", refuse)
    observer = Observer(home, heard.hear)

    observer.start()

    assert observer.mode is Mode.POLLING
    assert observer.reason == "inotify instance limit reached"
    observer.watch_rollouts()
    observer.stop()


def test_directories_that_the_system_would_not_watch_are_noticed(
    home: CodexHome, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout(home.root).user("hi").done()
    give_out_watches(monkeypatch, 2)
    observer = Observer(home, heard.hear)

    observer.start()

    assert observer.mode is Mode.POLLING
    assert observer.reason == "2 of 5 directories could be watched"


def test_an_observer_that_was_stopped_tells_nothing(
    home: CodexHome, observer: Observer, heard: Heard
) -> None:
    observer.stop()
    rollout(home.root).user("hi").done()

    assert heard.paths == []
    observer.watch_rollouts()
    observer.stop()


@only_inotify
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EMFILE])
@pytest.mark.parametrize("allowed", range(5))
def test_a_system_that_runs_out_of_watches_is_polled(
    home: CodexHome,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    allowed: int,
    error: int,
) -> None:
    rollout(home.root).user("hi").done()
    allow_watches(monkeypatch, allowed, error)
    observer = Observer(home, heard.hear)

    observer.start()

    assert observer.mode is Mode.POLLING
    assert observer.reason
    if allowed >= 2:
        # The home and its sessions are watched, and nothing says that a day is not.
        assert observer.reason == f"{allowed} of 5 directories could be watched"


@only_inotify
def test_a_new_day_beyond_the_limit_of_watches_is_noticed(
    home: CodexHome, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout(home.root).user("hi").done()
    allow_watches(monkeypatch, 5)
    observer = Observer(home, heard.hear)
    observer.start()
    assert (observer.mode, observer.reason) == (Mode.EVENTS, None)

    day = rollout(home.root, at=START + 86_400_000).user("hi").done().parent
    heard.wait_for(day)
    observer.watch_rollouts()

    assert observer.mode is Mode.POLLING
    assert observer.reason == "5 of 6 directories could be watched"


@only_inotify
def test_a_watched_directory_that_went_is_not_missed(
    home: CodexHome, heard: Heard
) -> None:
    home.archived_sessions.mkdir()
    observer = Observer(home, heard.hear)
    observer.start()

    home.archived_sessions.rmdir()
    heard.wait_for(home.archived_sessions)
    observer.watch_rollouts()

    assert (observer.mode, observer.reason) == (Mode.EVENTS, None)
    observer.stop()
