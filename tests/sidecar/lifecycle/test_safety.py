"""Never outside of CODEX_HOME, whatever a file, a database or a link says."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from support.moving import Transcripts, families, leaving, put, thread, trashed
from threadbook.errors import UnsafePlaceError
from threadbook.ids import ThreadId
from threadbook.lifecycle.archive import archive_files
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.manifest import (
    MANIFEST,
    entries,
    free_folder,
    read_manifest,
    stored_path,
)
from threadbook.lifecycle.owed import owed_folders
from threadbook.lifecycle.places import find_rollouts, place_of, rollout_path
from threadbook.lifecycle.repair import repair
from threadbook.lifecycle.trash import Leaving, bring_back, erase, put_in_trash

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome

_NOW = 1_800_000_000_000
_NAME = f"rollout-2026-09-21T10-00-00-{thread(1)}.jsonl"


@pytest.mark.parametrize(
    "place",
    [
        "",
        "/etc/passwd",
        "../rollout.jsonl",
        f"../{_NAME}",
        f"sessions/../../{_NAME}",
        f"sessions/../archived_sessions/{_NAME}",
        f"/sessions/{_NAME}",
        f"sessions//{_NAME}",
        f"./sessions/{_NAME}",
        f"sessions/{_NAME}/",
        f"other/{_NAME}",
        _NAME,
        "sessions",
        "sessions/auth.json",
        "sessions/2026/notes.txt",
        f"sessions/.{_NAME}.tmp",
        f"sessions\\{_NAME}",
        f"sessions/\0/{_NAME}",
        ".threadbook/trash",
    ],
)
def test_a_place_that_is_no_rollouts_is_refused(home: CodexHome, place: str) -> None:
    with pytest.raises(UnsafePlaceError):
        rollout_path(home, place)


def test_a_path_outside_of_the_home_has_no_place(
    home: CodexHome, tmp_path: Path
) -> None:
    with pytest.raises(UnsafePlaceError):
        place_of(home, tmp_path / _NAME)


@pytest.mark.parametrize("stored", ["../x", f"a/{_NAME}", "..", "manifest.json", ""])
def test_a_file_in_the_trash_lies_in_its_folder(home: CodexHome, stored: str) -> None:
    with pytest.raises(UnsafePlaceError):
        stored_path(home, thread(1), stored)


@pytest.mark.parametrize(
    "folder", ["..", "", "x", f"{thread(1)}/..", f"../{thread(1)}"]
)
def test_a_folder_of_the_trash_is_named_after_a_thread(
    home: CodexHome, folder: str
) -> None:
    with pytest.raises(UnsafePlaceError):
        stored_path(home, folder, _NAME)


def test_a_rollout_that_is_a_symbolic_link_stays(
    home: CodexHome, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("not Codex's", encoding="utf-8")
    link = home.sessions / _NAME
    link.symlink_to(precious)

    with claimed(home):
        faults = put_in_trash(home, leaving(home, ((thread(1),),)), _NOW).faults
        archived = archive_files(home, {thread(1): [f"sessions/{_NAME}"]})

    assert isinstance(faults[thread(1)], UnsafePlaceError)
    assert isinstance(archived[thread(1)], UnsafePlaceError)
    assert link.is_symlink()
    assert precious.read_text(encoding="utf-8") == "not Codex's"


def test_what_lies_behind_a_link_to_a_directory_is_seen_but_not_moved(
    home: CodexHome, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / _NAME).write_text("elsewhere", encoding="utf-8")
    (home.sessions / "2026").symlink_to(outside)
    (outside / "round").symlink_to(home.sessions)

    found = find_rollouts(home, {thread(1)})
    with claimed(home):
        faults = put_in_trash(home, leaving(home, ((thread(1),),)), _NOW).faults

    assert found == {thread(1): [f"sessions/2026/{_NAME}"]}
    assert isinstance(faults[thread(1)], UnsafePlaceError)
    assert (outside / _NAME).read_text(encoding="utf-8") == "elsewhere"


@pytest.mark.parametrize("name", ["", "trash", "owed"])
def test_a_directory_of_ours_that_is_a_link_is_refused(
    home: CodexHome, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    link = home.own / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(outside)

    with pytest.raises(UnsafePlaceError), claimed(home):
        pass

    assert list(outside.iterdir()) == []


def _write_manifest(home: CodexHome, folder: str, **changed: object) -> None:
    put(home, thread(1))
    with claimed(home):
        put_in_trash(home, leaving(home, ((thread(1),),)), _NOW)
    path = home.trash / thread(1) / MANIFEST
    path.write_text(
        json.dumps(json.loads(path.read_bytes()) | changed), encoding="utf-8"
    )
    if folder != thread(1):
        shutil.move(home.trash / thread(1), home.trash / folder)


_HOSTILE: list[dict[str, object]] = [
    {"version": 2},
    {"threadId": thread(2)},
    {"threadId": 1},
    {"together": ["../../.."]},
    {"together": None},
    {"files": [{"place": "../x", "stored": _NAME, "bytes": 1, "mtimeNs": 1}]},
    {"files": [{"place": "/etc/x", "stored": _NAME, "bytes": 1, "mtimeNs": 1}]},
    {
        "files": [
            {
                "place": f"sessions/{_NAME}",
                "stored": "../../../auth.json",
                "bytes": 1,
                "mtimeNs": 1,
            }
        ]
    },
    {"files": [{}]},
    {"files": "x"},
    {"trashedAt": "yesterday"},
    {"annotation": None},
]


@pytest.mark.parametrize("changed", _HOSTILE)
def test_a_hostile_manifest_is_no_entry(
    home: CodexHome, changed: dict[str, object]
) -> None:
    _write_manifest(home, thread(1), **changed)

    assert list(entries(home)) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", "\ud800"])
def test_a_broken_manifest_is_no_entry_and_its_folder_is_left_alone(
    home: CodexHome, text: str
) -> None:
    _write_manifest(home, thread(1))
    (home.trash / thread(1) / MANIFEST).write_bytes(text.encode("utf-8", "replace"))
    put(home, thread(1))

    with claimed(home):
        put_in_trash(home, leaving(home, ((thread(1),),)), _NOW)

    assert [entry.folder for entry in entries(home)] == [f"{thread(1)}.2"]
    assert (home.trash / thread(1) / _NAME).exists()


def test_a_folder_that_is_not_ours_is_no_entry(home: CodexHome) -> None:
    _write_manifest(home, "something-else")

    assert list(entries(home)) == []
    assert read_manifest(home, "something-else") is None


def test_a_folder_that_is_a_link_is_never_filled(
    home: CodexHome, tmp_path: Path
) -> None:
    home.trash.mkdir(parents=True)
    (home.trash / thread(1)).symlink_to(tmp_path)

    assert free_folder(home, thread(1)) == f"{thread(1)}.2"


def test_erasing_a_folder_that_is_a_link_removes_nothing_behind_it(
    home: CodexHome, tmp_path: Path
) -> None:
    (tmp_path / _NAME).write_text("precious", encoding="utf-8")
    home.trash.mkdir(parents=True)
    (home.trash / thread(1)).symlink_to(tmp_path)

    with claimed(home):
        erase(home, [thread(1)])

    assert (tmp_path / _NAME).exists()


@pytest.mark.parametrize(
    "journal",
    [
        [
            {
                "verb": "archive",
                "folders": [],
                "moves": [["auth.json", f"sessions/{_NAME}"]],
            }
        ],
        [{"verb": "archive", "folders": [], "moves": [[f"sessions/{_NAME}", "../x"]]}],
        [{"verb": "archive", "folders": [], "moves": [[f"sessions/{_NAME}", "/x"]]}],
        [{"verb": "trash", "folders": ["../.."], "moves": []}],
        [{"verb": "delete", "folders": ["../../sessions"], "moves": []}],
        [{"verb": "delete", "folders": 1, "moves": []}],
        [{"verb": "format", "folders": [], "moves": []}],
        [{"verb": "archive", "folders": []}],
        [{"verb": "archive", "folders": [], "moves": [["x"]]}],
        [
            {
                "verb": "restore",
                "folders": [thread(1)],
                "moves": [[".threadbook/trash/../../auth.json", f"sessions/{_NAME}"]],
            }
        ],
        ["x"],
        [None],
    ],
)
def test_a_hostile_journal_is_set_aside_and_nothing_happens(
    home: CodexHome, journal: object
) -> None:
    families(home)
    put(home, thread(1))
    (home.root / "auth.json").write_text("secret", encoding="utf-8")
    transcripts = Transcripts.of(home)
    before = transcripts.where(home)
    home.own.mkdir()
    home.journal.write_text(json.dumps(journal), encoding="utf-8")

    with claimed(home):
        repairs = repair(home)

    assert [each.well for each in repairs] == [False]
    assert not home.journal.exists()
    assert transcripts.where(home) == before
    assert (home.root / "auth.json").read_text(encoding="utf-8") == "secret"


@pytest.mark.parametrize("text", ["", "{", "{}", "null"])
def test_a_journal_that_was_never_complete_means_nothing(
    home: CodexHome, text: str
) -> None:
    home.own.mkdir()
    home.journal.write_text(text, encoding="utf-8")

    with claimed(home):
        assert repair(home) == ()

    assert not home.journal.exists()


def test_a_debt_with_a_hostile_name_is_none(home: CodexHome) -> None:
    home.owed.mkdir(parents=True)
    (home.owed / "not-a-thread").touch()

    assert owed_folders(home) == []


def test_a_file_that_came_back_meanwhile_is_never_overwritten(home: CodexHome) -> None:
    place = put(home, thread(1))
    with claimed(home):
        put_in_trash(home, leaving(home, ((thread(1),),)), _NOW)
    (home.root / place).write_text("a new one", encoding="utf-8")

    with claimed(home):
        faults = bring_back(home, trashed(home, ((thread(1),),)))

    assert faults[thread(1)].kind == "trashConflict"
    assert (home.root / place).read_text(encoding="utf-8") == "a new one"
    assert set(trashed(home, ((thread(1),),))) == {thread(1)}


def test_a_thread_without_files_is_not_trashed(home: CodexHome) -> None:
    with claimed(home):
        nobody = ThreadId(thread(9))
        faults = put_in_trash(
            home, {nobody: [Leaving(thread_id=nobody, places=())]}, _NOW
        ).faults

    assert faults[nobody].kind == "notPossible"
    assert list(entries(home)) == []
