"""`sqlite_home` in Codex's config may name another folder while we watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.codex_state import write_state
from support.rollouts import rollout
from support.watching import give_out_watches

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.listener import Listener
    from threadbook.home import CodexHome

THREAD = "0199f000-0000-7000-8000-000000000001"


@pytest.fixture
def listener(
    home: CodexHome, listeners: Callable[[], Listener], monkeypatch: pytest.MonkeyPatch
) -> Listener:
    monkeypatch.setattr("threadbook.watch.feed._NAMES_SECONDS", 0.02)
    rollout(home.root, thread_id=THREAD).user("hi").agent("ok").done()
    write_state(home.root, THREAD, history_mode="paginated", name="Here")
    return listeners()


def is_called(listener: Listener, name: str) -> None:
    listener.wait_until(lambda: listener.index.resolve(THREAD).name == name)


def name_it(folder: Path, name: str) -> None:
    write_state(folder, THREAD, history_mode="paginated", name=name)


def choose(home: CodexHome, folder: Path) -> None:
    home.config.write_text(f"sqlite_home = '{folder}'\n", encoding="utf-8")


def test_names_come_from_where_the_database_is_now(
    home: CodexHome, listener: Listener, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    name_it(elsewhere, "Elsewhere")
    listener.settle()
    is_called(listener, "Here")

    choose(home, elsewhere)
    is_called(listener, "Elsewhere")

    name_it(elsewhere, "Renamed there")
    is_called(listener, "Renamed there")

    home.config.unlink()
    is_called(listener, "Here")


def test_a_folder_that_codex_makes_at_its_next_start_is_found(
    home: CodexHome, listener: Listener, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    listener.settle()
    choose(home, later)
    listener.wait_until(lambda: listener.index.resolve(THREAD).name is None)

    later.mkdir()
    name_it(later, "Later")
    rollout(home.root).user("what a new codex wrote").done()
    is_called(listener, "Later")

    name_it(later, "Renamed")
    is_called(listener, "Renamed")


def test_where_nothing_can_be_watched_the_new_folder_is_looked_at_too(
    home: CodexHome,
    listener: Listener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give_out_watches(monkeypatch, 0)
    monkeypatch.setattr("threadbook.watch.feed._POLL_SECONDS", 0.02)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    listener.settle()
    assert listener.feed.polls

    choose(home, elsewhere)
    name_it(elsewhere, "Elsewhere")

    is_called(listener, "Elsewhere")
