from __future__ import annotations

from typing import TYPE_CHECKING

from support.rollouts import START, rollout
from threadbook.watch.poller import Poller

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome

DAY = 86_400_000


def add(home: CodexHome, day: int) -> Path:
    return rollout(home.root, at=START + day * DAY).user("hi").done()


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more\n")


def test_the_first_look_tells_nothing(home: CodexHome) -> None:
    add(home, 0)

    assert Poller(home).look() == frozenset()


def test_rollouts_of_the_newest_days_are_noticed(home: CodexHome) -> None:
    old, recent, newest = (add(home, day) for day in range(3))
    poller = Poller(home)
    poller.look()

    for path in (old, recent, newest):
        grow(path)

    assert poller.look() == {recent, newest}
    assert poller.look() == frozenset()


def test_new_and_deleted_rollouts_are_noticed(home: CodexHome) -> None:
    first = add(home, 0)
    poller = Poller(home)
    poller.look()

    second = add(home, 1)
    first.unlink()

    assert {first, second} <= poller.look()


def test_an_old_rollout_that_was_seen_to_grow_is_kept_an_eye_on(
    home: CodexHome,
) -> None:
    old, *_ = (add(home, day) for day in range(4))
    poller = Poller(home)
    poller.note([old])
    poller.look()

    grow(old)

    assert poller.look() == {old}


def test_names_and_the_archive_are_noticed(home: CodexHome) -> None:
    home.archived_sessions.mkdir()
    poller = Poller(home)
    poller.look()

    home.session_index.write_bytes(b"{}\n")
    state = home.root / "state_5.sqlite-wal"
    state.write_bytes(b"")
    (home.archived_sessions / "new").write_bytes(b"")
    home.config.write_bytes(b"")

    told = {home.session_index, state, home.config, home.archived_sessions}
    assert poller.look() == told


def test_only_so_many_files_are_kept_an_eye_on(home: CodexHome) -> None:
    paths = [add(home, -100 - number) for number in range(105)]
    add(home, 0)
    add(home, 1)
    poller = Poller(home)
    poller.note(paths)
    poller.look()

    for path in paths:
        grow(path)

    assert poller.look() == set(paths[5:])
