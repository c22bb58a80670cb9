"""Full disks, read-only homes, missing rights: a clear error, and nothing lost."""

from __future__ import annotations

import errno
import os
from itertools import count
from typing import TYPE_CHECKING

import pytest

from support.crashing import copy_with_links, failing_from
from support.moving import (
    Transcripts,
    families,
    leave_halfway,
    leaving,
    leftovers,
    put,
    set_back,
    thread,
    trashed,
)
from threadbook.errors import HomeBusyError, HomeUnwritableError
from threadbook.home import CodexHome
from threadbook.lifecycle import disk
from threadbook.lifecycle.archive import archive_files
from threadbook.lifecycle.claim import claimed, claimed_meanwhile
from threadbook.lifecycle.places import find_rollouts
from threadbook.lifecycle.repair import repair
from threadbook.lifecycle.trash import bring_back, put_in_trash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.moving import Family
    from threadbook.errors import TaskError

    Faults = Mapping[object, TaskError]
    Verb = Callable[[CodexHome, tuple[Family, ...]], Faults]

_NOW = 1_800_000_000_000


def _trash(home: CodexHome, wanted: tuple[Family, ...]) -> Faults:
    return {**put_in_trash(home, leaving(home, wanted), _NOW).faults}


def _restore(home: CodexHome, wanted: tuple[Family, ...]) -> Faults:
    return {**bring_back(home, trashed(home, wanted))}


def _archive(home: CodexHome, wanted: tuple[Family, ...]) -> Faults:
    everybody = {each for family in wanted for each in family}
    return {**archive_files(home, find_rollouts(home, everybody))}


def _nothing(home: CodexHome, wanted: tuple[Family, ...]) -> Faults:
    del home, wanted
    return {}


@pytest.fixture(autouse=True)
def no_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", int)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize(
    ("before", "verb"),
    [(_nothing, _trash), (_trash, _restore), (_nothing, _archive)],
)
def test_a_fault_at_any_call_is_told_and_loses_nothing(
    home: CodexHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    before: Verb,
    verb: Verb,
) -> None:
    wanted = families(home)
    transcripts = Transcripts.of(home)
    with claimed(home):
        before(home, wanted)
    faulty = CodexHome(tmp_path / "faulty")

    for number in count(1):
        copy_with_links(home.root, faulty.root)
        told: Faults = {}
        with failing_from(number, code, monkeypatch):
            try:
                with claimed(faulty):
                    repair(faulty)
                    told = verb(faulty, wanted)
            except HomeUnwritableError as error:
                told = {None: error}
        assert all(isinstance(each, HomeUnwritableError) for each in told.values())
        with claimed(faulty):
            repair(faulty)
        transcripts.where(faulty)
        assert leftovers(faulty) == []
        if not told:
            break


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_fault_at_any_call_leaves_what_codex_left_halfway_to_the_next(
    home: CodexHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    faulty = CodexHome(tmp_path / "faulty")
    wanted = families(home)
    transcripts = Transcripts.of(home)
    before = transcripts.where(home)
    # What Codex notes are whole paths: those of the home that is tried on.
    copy_with_links(home.root, faulty.root)
    noted = leave_halfway(faulty, wanted)
    leave_halfway(home, wanted)

    for number in count(1):
        copy_with_links(home.root, faulty.root)
        told: Faults = {}
        with failing_from(number, code, monkeypatch):
            try:
                with claimed(faulty):
                    told = {**set_back(faulty, noted)}
            except HomeUnwritableError as error:
                told = {None: error}
        assert all(isinstance(each, HomeUnwritableError) for each in told.values())
        with claimed(faulty):
            repair(faulty)
            assert set(transcripts.where(faulty).values()) <= {"active", "archived"}
            assert leftovers(faulty) == []
            assert set_back(faulty, noted) == {}
        assert transcripts.where(faulty) == before
        if not told:
            break


def test_a_full_disk_leaves_tasks_where_they_were(
    home: CodexHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = families(home)
    transcripts = Transcripts.of(home)
    before = transcripts.where(home)

    with (
        failing_from(1, errno.ENOSPC, monkeypatch),
        pytest.raises(HomeUnwritableError, match="the disk is full"),
        claimed(home),
    ):
        put_in_trash(home, leaving(home, wanted), _NOW)

    assert transcripts.where(home) == before


def test_one_family_that_can_not_go_stops_no_other(home: CodexHome) -> None:
    wanted = families(home)
    groups = leaving(home, wanted)
    first, *others = groups
    (home.root / groups[first][0].places[0]).unlink()

    with claimed(home):
        trashed_now = put_in_trash(home, groups, _NOW)

    assert set(trashed_now.faults) == {first}
    assert set(trashed(home, wanted)) == set(others)


def test_where_there_are_no_hard_links_files_are_renamed(
    home: CodexHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = families(home)
    transcripts = Transcripts.of(home)
    before = transcripts.where(home)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    with claimed(home):
        assert _trash(home, wanted) == {}
        assert set(transcripts.where(home).values()) == {"trashed"}
        assert _restore(home, wanted) == {}

    assert transcripts.where(home) == before


def test_a_rename_never_replaces_what_is_there(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("one", encoding="utf-8")
    target.write_text("two", encoding="utf-8")

    with pytest.raises(FileExistsError):
        disk.rename(source, target)

    assert target.read_text(encoding="utf-8") == "two"


def test_a_home_that_another_process_is_moving_in_is_busy(home: CodexHome) -> None:
    with claimed(home), pytest.raises(HomeBusyError), claimed(home, 0.05):
        pass


async def test_waiting_for_a_busy_home_blocks_nobody(home: CodexHome) -> None:
    with claimed(home), pytest.raises(HomeBusyError):
        async with claimed_meanwhile(home, 0.05):
            pass

    async with claimed_meanwhile(home):
        with pytest.raises(HomeBusyError), claimed(home, 0.05):
            pass


def test_what_a_process_still_writes_goes_along(home: CodexHome) -> None:
    place = put(home, thread(1))
    with (home.root / place).open("a", encoding="utf-8") as writer, claimed(home):
        put_in_trash(home, leaving(home, ((thread(1),),)), _NOW)
        writer.write("a late line\n")
        writer.flush()
        bring_back(home, trashed(home, ((thread(1),),)))

    assert (home.root / place).read_text(encoding="utf-8").endswith("a late line\n")
