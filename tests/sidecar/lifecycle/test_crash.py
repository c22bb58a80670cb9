"""A process that is killed at any call that changes the home loses nothing.

Every verb is killed at each of its calls, the repair after that at each of its own,
and what the last repair leaves is looked at.
"""

from __future__ import annotations

import os
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from support.crashing import Killed, copy_with_links, dying_at, picture
from support.moving import (
    Transcripts,
    families,
    leave_halfway,
    leaving,
    leftovers,
    set_back,
    trashed,
)
from threadbook.home import CodexHome
from threadbook.lifecycle.archive import archive_files, unarchive_files
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.owed import owed_folders
from threadbook.lifecycle.places import find_rollouts
from threadbook.lifecycle.repair import repair
from threadbook.lifecycle.trash import bring_back, erase, put_in_trash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from support.moving import Family
    from threadbook.ids import ThreadId


_NOW = 1_800_000_000_000


class Verb(Protocol):
    def __call__(self, home: CodexHome, wanted: tuple[Family, ...]) -> object: ...


def _trash(home: CodexHome, wanted: tuple[Family, ...]) -> object:
    return put_in_trash(home, leaving(home, wanted), _NOW)


def _restore(home: CodexHome, wanted: tuple[Family, ...]) -> object:
    return bring_back(home, trashed(home, wanted))


def _erase(home: CodexHome, wanted: tuple[Family, ...]) -> object:
    groups = trashed(home, wanted)
    return erase(home, [each.folder for group in groups.values() for each in group])


def _archive(home: CodexHome, wanted: tuple[Family, ...]) -> object:
    return archive_files(home, _files(home, wanted))


def _unarchive(home: CodexHome, wanted: tuple[Family, ...]) -> object:
    return unarchive_files(home, _files(home, wanted))


def _files(home: CodexHome, wanted: tuple[Family, ...]) -> dict[ThreadId, list[str]]:
    return find_rollouts(home, {each for family in wanted for each in family})


def _nothing(home: CodexHome, wanted: tuple[Family, ...]) -> object:
    return home, wanted


def _dies(
    home: CodexHome,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
    verb: Callable[[], object],
) -> bool:
    """Run *verb* until it dies at a call; False: it ended before that."""
    with dying_at(number, monkeypatch):
        try:
            with claimed(home):
                repair(home)
                verb()
        except Killed:
            return True
    return False


def _states(where: dict[str, str], unit: Family) -> set[str]:
    """Return the states of a unit's transcripts: one, if it moved as one."""
    return {
        state for name, state in where.items() if any(each in name for each in unit)
    }


@pytest.fixture(autouse=True)
def no_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    # A kill leaves to the system what was written; syncs are for power cuts.
    monkeypatch.setattr(os, "fsync", int)


@pytest.mark.parametrize(
    ("before", "verb", "outcomes"),
    [
        (_nothing, _trash, {"active", "archived", "trashed"}),
        (_trash, _restore, {"active", "archived", "trashed"}),
        (_trash, _erase, {"trashed", "gone"}),
        (_nothing, _archive, {"active", "archived"}),
        (_archive, _unarchive, {"active", "archived"}),
    ],
)
def test_a_kill_at_any_call_leaves_each_transcript_in_one_place(
    home: CodexHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: Verb,
    verb: Verb,
    outcomes: set[str],
) -> None:
    wanted = families(home)
    # Archiving, as in Codex, is done thread by thread.
    alone = tuple((each,) for family in wanted for each in family)
    units = wanted if verb in {_trash, _restore} else alone
    transcripts = Transcripts.of(home)
    with claimed(home):
        before(home, wanted)

    kills = 0
    for crashed in _crashes(home, tmp_path, monkeypatch, partial(verb, wanted=wanted)):
        kills += 1
        where = transcripts.where(crashed)
        assert set(where.values()) <= outcomes
        assert all(len(_states(where, unit)) == 1 for unit in units)
        assert leftovers(crashed) == []

    assert kills > 10


def test_what_codex_left_halfway_is_put_back_though_we_die_over_it(
    home: CodexHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = families(home)
    transcripts = Transcripts.of(home)
    before = transcripts.where(home)
    noted = leave_halfway(home, wanted)

    def put_all_back(place: CodexHome) -> object:
        return set_back(place, _moved_along(noted, home, place))

    kills = 0
    for crashed in _crashes(home, tmp_path, monkeypatch, put_all_back):
        kills += 1
        where = transcripts.where(crashed)
        assert set(where.values()) <= {"active", "archived"}
        assert leftovers(crashed) == []
        with claimed(crashed):
            assert put_all_back(crashed) == {}
        assert transcripts.where(crashed) == before

    assert kills > 10


def _moved_along(
    noted: Mapping[ThreadId, str], home: CodexHome, copy: CodexHome
) -> dict[ThreadId, str]:
    """Return what Codex notes of the copy of a home."""
    return {
        thread_id: str(copy.root / Path(path).relative_to(home.root))
        for thread_id, path in noted.items()
    }


def _crashes(
    home: CodexHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    verb: Callable[[CodexHome], object],
) -> Iterator[CodexHome]:
    """Yield the home after each kill of *verb*, and of the repair, and a repair."""
    crashed, twice = CodexHome(tmp_path / "crashed"), CodexHome(tmp_path / "twice")
    seen = set[object]()
    for first in count(1):
        copy_with_links(home.root, crashed.root)
        if not _dies(crashed, first, monkeypatch, lambda: verb(crashed)):
            break
        state = picture(crashed.root)
        if state in seen:
            continue
        seen.add(state)
        for second in count(1):
            copy_with_links(crashed.root, twice.root)
            killed = _dies(twice, second, monkeypatch, lambda: None)
            with claimed(twice):
                repair(twice)
            yield twice
            if not killed:
                break


def test_a_verb_that_was_killed_can_be_asked_for_again(
    home: CodexHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = families(home)
    transcripts = Transcripts.of(home)
    original = transcripts.where(home)
    crashed = CodexHome(tmp_path / "crashed")

    for number in count(1):
        copy_with_links(home.root, crashed.root)
        killed = _dies(crashed, number, monkeypatch, lambda: _trash(crashed, wanted))

        with claimed(crashed):
            repair(crashed)
            _trash(crashed, wanted)
            assert set(transcripts.where(crashed).values()) == {"trashed"}
            assert len(owed_folders(crashed)) == 4
            _restore(crashed, wanted)

        assert transcripts.where(crashed) == original
        if not killed:
            break


def test_a_task_whose_deletion_was_undone_is_not_owed_to_codex(
    home: CodexHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = families(home)
    transcripts = Transcripts.of(home)
    crashed = CodexHome(tmp_path / "crashed")

    for number in count(1):
        copy_with_links(home.root, crashed.root)
        killed = _dies(crashed, number, monkeypatch, lambda: _trash(crashed, wanted))
        with claimed(crashed):
            repair(crashed)
        states = transcripts.where(crashed)

        owed = owed_folders(crashed)

        for name, state in states.items():
            assert any(folder in name for folder in owed) == (state == "trashed")
        if not killed:
            break
