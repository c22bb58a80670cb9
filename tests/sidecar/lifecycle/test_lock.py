from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from threadbook.ids import ThreadId
from threadbook.lifecycle.lock import held_threads, holder_of, writer_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from threadbook.home import CodexHome

_ID = ThreadId("01a1fb42-0000-7000-8000-000000000001")
_OTHER = ThreadId("01a1fb42-0000-7000-8000-000000000002")
_HOLD = """
import fcntl, sys
file = open(sys.argv[1], "r+")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def make_lock(home: CodexHome, thread_id: ThreadId) -> Path:
    home.writer_locks.mkdir(exist_ok=True)
    path = home.writer_lock(thread_id)
    path.touch()
    return path


@contextmanager
def held(
    path: Path, *, program: str = "codex", arguments: tuple[str, ...] = ()
) -> Generator[int]:
    """Hold the lock in another process, which looks like *program*."""
    command = [program, "-c", _HOLD, str(path), *arguments]
    with subprocess.Popen(
        command,
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        yield process.pid
        process.communicate()


@pytest.fixture(params=["kernel's table", "no table"], autouse=True)
def lock_table(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if request.param == "no table":
        monkeypatch.setattr(
            "threadbook.lifecycle.lock._LOCK_TABLE", tmp_path / "no-such-table"
        )


@pytest.mark.parametrize(
    ("arguments", "program"),
    [
        ((), "codex"),
        (("exec", "--json"), "codex exec"),
        (("app-server", "--listen", "x", "--managed-daemon"), "codex daemon"),
    ],
)
def test_a_held_thread_names_its_holder(
    home: CodexHome,
    arguments: tuple[str, ...],
    program: str,
    request: pytest.FixtureRequest,
) -> None:
    path = make_lock(home, _ID)
    with held(path, arguments=arguments) as pid:
        holder = holder_of(home, _ID)

        assert holder
        assert holder.since
        assert list(held_threads(home)) == [_ID]
        if "kernel" in request.node.name:
            assert (holder.pid, holder.program) == (pid, program)
            assert holder.host
    assert holder_of(home, _ID) is None


def test_a_lock_file_that_a_killed_process_left_means_nothing(home: CodexHome) -> None:
    make_lock(home, _ID)

    assert holder_of(home, _ID) is None
    assert held_threads(home) == {}


def test_looking_creates_nothing_and_takes_nothing(home: CodexHome) -> None:
    assert holder_of(home, _ID) is None
    assert held_threads(home) == {}
    assert not home.writer_locks.exists()

    path = make_lock(home, _ID)
    descriptors = psutil.Process().num_fds()
    holder_of(home, _ID)
    with held(path):
        pass
    assert psutil.Process().num_fds() == descriptors


def test_only_the_held_ones_of_many_are_named(home: CodexHome) -> None:
    make_lock(home, _OTHER)
    (home.writer_locks / ".coordination.lock").touch()
    (home.writer_locks / "notes.txt").touch()
    with held(make_lock(home, _ID)):
        assert list(held_threads(home)) == [_ID]


def test_a_codex_without_locks_is_seen_by_the_file_it_has_open(tmp_path: Path) -> None:
    rollout = tmp_path / "rollout.jsonl"
    rollout.touch()
    program = tmp_path / "codex"
    program.symlink_to(sys.executable)
    code = "import sys; f = open(sys.argv[1], 'a'); print(1, flush=True)"
    command = [str(program), "-c", f"{code}; sys.stdin.read()", str(rollout)]
    assert writer_of(rollout) is None
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        holder = writer_of(rollout)
        process.communicate()

    assert holder
    assert holder.pid == process.pid
