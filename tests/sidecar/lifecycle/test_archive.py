from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.moving import Transcripts, put, thread
from threadbook.lifecycle.archive import archive_files, unarchive_files
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.places import active_place, archived_place, find_rollouts

if TYPE_CHECKING:
    from threadbook.home import CodexHome

_A = thread(1)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        (f"rollout-2026-09-21T10-00-00-{_A}.jsonl", "sessions/2026/09/21"),
        (f"rollout-2026-09-21T10-00-00-{_A}.jsonl.zst", "sessions/2026/09/21"),
        (f"rollout-2025-05-02-{_A}.json", "sessions"),
        (f"odd-{_A}.jsonl", "sessions"),
    ],
)
def test_a_file_comes_back_to_where_codex_would_have_put_it(
    home: CodexHome, name: str, folder: str
) -> None:
    assert archived_place(home, f"{folder}/{name}") == f"archived_sessions/{name}"
    assert active_place(home, f"archived_sessions/{name}") == f"{folder}/{name}"


def test_times_and_bytes_stay(home: CodexHome) -> None:
    place = put(home, _A)
    before = (home.root / place).stat()

    with claimed(home):
        assert archive_files(home, {_A: [place]}) == {}

    after = (home.root / archived_place(home, place)).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert after.st_nlink == 1


def test_a_thread_that_lies_in_both_places_is_left_whole(home: CodexHome) -> None:
    active, archived = put(home, _A), put(home, _A, archived=True)
    other = put(home, thread(2))

    with claimed(home):
        faults = archive_files(home, {_A: [active, archived], thread(2): [other]})

    assert set(faults) == {_A}
    assert sorted(find_rollouts(home, {_A})[_A]) == sorted([active, archived])
    assert find_rollouts(home, {thread(2)})[thread(2)] == [archived_place(home, other)]


def test_a_file_that_is_gone_already_is_said_so(home: CodexHome) -> None:
    first = put(home, _A)
    second = put(home, _A, revision="_01a00000-0000-7000-9000-000000000001")
    transcripts = Transcripts.of(home)
    (home.root / second).unlink()

    with claimed(home):
        faults = archive_files(home, {_A: [first, second]})

    assert faults[_A].kind == "notPossible"
    assert sorted(transcripts.where(home).values()) == ["active", "gone"]


def test_what_is_there_already_does_not_move(home: CodexHome) -> None:
    place = put(home, _A)

    with claimed(home):
        assert unarchive_files(home, {_A: [place]}) == {}

    assert (home.root / place).exists()
