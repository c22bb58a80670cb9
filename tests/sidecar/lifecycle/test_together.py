"""Several processes that move the same tasks at random, against a model.

Ten seconds here; THREADBOOK_LONG_TESTS=1 makes it a minute each.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from support import worker
from support.moving import Transcripts, leftovers, put, thread
from threadbook.lifecycle.claim import claimed
from threadbook.lifecycle.repair import repair

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome

_SECONDS = 60.0 if os.environ.get("THREADBOOK_LONG_TESTS") else 4.0
_AFTER = {
    ("active", "trash"): "trashed",
    ("archived", "trash"): "trashed",
    ("active", "archive"): "archived",
    ("archived", "unarchive"): "active",
}


def _fill(home: CodexHome, log: Path) -> dict[str, str]:
    """Write tasks, some of them of two files; return their states."""
    states: dict[str, str] = {}
    for number in range(8):
        thread_id = thread(number)
        put(home, thread_id, archived=number % 3 == 0)
        if number % 2:
            other = "_01a00000-0000-7000-9000-00000000000" + str(number)
            put(home, thread_id, revision=other, archived=number % 3 == 0)
        states[thread_id] = "archived" if number % 3 == 0 else "active"
    log.with_suffix(".threads").write_text(json.dumps(list(states)), encoding="utf-8")
    return states


def _start(home: CodexHome, seed: int, log: Path) -> subprocess.Popen[bytes]:
    arguments = [str(home.root), str(seed), str(_SECONDS), str(log)]
    return subprocess.Popen([sys.executable, str(worker.__file__), *arguments])


def _by_thread(where: dict[str, str], threads: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for thread_id in threads:
        states = {state for name, state in where.items() if thread_id in name}
        assert len(states) == 1, thread_id
        found[thread_id] = states.pop()
    return found


def test_two_processes_end_where_the_model_does(
    home: CodexHome, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    states = _fill(home, log)
    transcripts = Transcripts.of(home)
    before = dict[str, str]()

    workers = [_start(home, seed, log) for seed in (1, 2)]
    assert [each.wait(_SECONDS + 60) for each in workers] == [0, 0]

    lines = log.read_text(encoding="utf-8").splitlines()
    for line in lines:
        verb, thread_id, done = json.loads(line)
        state = states[thread_id]
        if verb == "restore":
            assert done == (state == "trashed")
            states[thread_id] = before[thread_id] if done else state
            continue
        assert done == ((state, verb) in _AFTER), line
        if done:
            before[thread_id] = state
            states[thread_id] = _AFTER[state, verb]
    assert len(lines) > 50
    assert _by_thread(transcripts.where(home), states) == states
    assert leftovers(home) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_processes_that_are_killed_at_random_lose_nothing(
    home: CodexHome, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    states = _fill(home, log)
    transcripts = Transcripts.of(home)
    choice = random.Random(7)  # noqa: S311 - so that a failure comes again
    until = time.monotonic() + _SECONDS
    kills = 0

    while time.monotonic() < until:
        workers = [_start(home, choice.randrange(1000), log) for _ in range(2)]
        size = log.stat().st_size if log.exists() else 0
        for each in workers:
            # Once they are at work, die in the middle of it.
            while not log.exists() or log.stat().st_size == size:
                with suppress(subprocess.TimeoutExpired):
                    each.wait(0.01)
            with suppress(subprocess.TimeoutExpired):
                each.wait(choice.uniform(0, 0.05))
            each.send_signal(signal.SIGKILL)
            assert each.wait() == -signal.SIGKILL
            kills += 1

    with claimed(home):
        repair(home)
    found = _by_thread(transcripts.where(home), states)
    assert set(found.values()) <= {"active", "archived", "trashed"}
    assert leftovers(home) == []
    assert kills > 1
