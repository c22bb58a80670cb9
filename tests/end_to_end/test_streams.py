"""The command among others: pipes that close, streams that are not there, odd bytes.

Each in a process of its own, as a shell starts it.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout

if TYPE_CHECKING:
    from threadbook.home import CodexHome

ONE = "0199f000-0000-7000-8000-000000000001"
NOT_TEXT = b"\xff\xfe"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="speaks to a POSIX shell")


@pytest.fixture
def many(home: CodexHome) -> CodexHome:
    """Return a home of which every command has more to say than a pipe takes."""
    task = rollout(home.root, thread_id=ONE)
    for number in range(60):
        task.user(f"teapot {number}").agent("mended, " * 500)
    task.done()
    content = task.content()
    for number in range(2, 300):
        thread = f"0199f000-0000-7000-8000-{number:012x}"
        name = f"rollout-2026-09-21T14-13-20-{thread}.jsonl"
        short = content.replace(ONE.encode(), thread.encode()).splitlines()[:12]
        (task.path().parent / name).write_bytes(b"\n".join(short) + b"\n")
    return home


def shell(
    home: CodexHome, script: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which `tb` is the command."""
    command = shlex.join([sys.executable, "-m", "threadbook"])
    return subprocess.run(
        ["bash", "-c", f'set -o pipefail; tb() {{ {command} "$@"; }}; {script}'],
        env={**os.environ, "CODEX_HOME": str(home.root), **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        "list --all --limit 0",
        "list --all --limit 0 --json",
        "search teapot --limit 1000",
        "search --exact teapot --limit 1000",
        "search teapot --limit 1000 --json",
        f"show {ONE} --turns 60",
        f"show {ONE} --turns 60 --json",
        "stats --largest 1000",
        f"export {ONE} --format md",
        "--help",
    ],
)
def test_a_reader_that_has_had_enough_is_no_fault(
    many: CodexHome, command: str
) -> None:
    ran = shell(many, f"tb {command} | head -c 10")

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert len(ran.stdout) == 10


@pytest.mark.parametrize("stream", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["list --all", "list --all --json"])
def test_a_stream_that_is_closed_is_not_missed(
    many: CodexHome, command: str, stream: str
) -> None:
    ran = shell(many, f"tb {command} {stream}; echo $?; tb index --json {stream}")

    # The index, which is the first file that is opened, did not become the output.
    assert b"0" in ran.stdout.splitlines()
    assert len(orjson.loads(shell(many, "tb list --all --json").stdout)["tasks"]) == 50


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_what_can_not_be_written_has_its_exit_code(many: CodexHome) -> None:
    full = shell(many, "tb list --all >/dev/full")
    assert full.returncode == 1
    assert full.stderr.startswith(b"threadbook: OSError: [Errno 28]")
    assert full.stderr.count(b"\n") == 1

    # An error that can't be said keeps its own.
    assert shell(many, "tb show nobody 2>/dev/full").returncode == 3


@pytest.mark.parametrize(
    "command", ["list --bogus --json", "nosuch --json", "search --json --in x y"]
)
def test_json_is_asked_for_wherever_the_fault_is(many: CodexHome, command: str) -> None:
    ran = shell(many, f"tb {command}")

    assert (ran.returncode, ran.stdout) == (2, b"")
    assert orjson.loads(ran.stderr)["error"]["kind"] == "usage"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("show $ODD", 2),
        ("search --exact $ODD", 2),
        ("list --all --tag $ODD", 2),
        ("search $ODD", 0),
        ("list --cwd /$ODD", 0),
        ("--codex-home /$ODD list", 2),
        ("list --since $ODD", 2),
        ("$ODD", 2),
    ],
)
def test_an_argument_that_is_no_text_is_no_fault_of_ours(
    many: CodexHome, command: str, code: int
) -> None:
    ran = shell(many, rf"ODD=$'\xff\xfe'; tb {command} --json")

    assert ran.returncode == code
    said = orjson.loads(ran.stdout if code == 0 else ran.stderr)
    assert code == 0 or said["error"]["kind"] in {"usage", "homeNotFound"}


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
@pytest.mark.parametrize(
    "command",
    [
        "list --all",
        f"show {ONE}",
        "search teapot",
        "search --exact teapot",
        "stats",
        "doctor",
        "index",
    ],
)
def test_names_of_files_need_be_no_text(home: CodexHome, command: str) -> None:
    odd = home.root / os.fsdecode(b"home" + NOT_TEXT)
    path = rollout(odd, thread_id=ONE).user("mend the teapot").agent("ok").done()
    path.rename(
        path.with_name(os.fsdecode(b"rollout-" + NOT_TEXT + b"-") + f"{ONE}.jsonl")
    )

    plain = shell(home, rf"CODEX_HOME=$CODEX_HOME/home$'\xff\xfe' tb {command}")
    ran = shell(home, rf"CODEX_HOME=$CODEX_HOME/home$'\xff\xfe' tb {command} --json")

    assert (plain.returncode, ran.returncode, ran.stderr) == (0, 0, b"")
    assert plain.stdout
    assert orjson.loads(ran.stdout)


def test_what_an_encoding_lacks_is_printed_as_question_marks(home: CodexHome) -> None:
    rollout(home.root, thread_id=ONE).user("茶壺 mended").done()

    ran = shell(
        home,
        "tb list --all; tb list --all --json",
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
    )

    table, body = ran.stdout.splitlines()
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"?? mended" in table
    assert orjson.loads(body)["tasks"][0]["preview"] == "茶壺 mended"


def test_an_empty_choice_of_a_home_is_none(many: CodexHome) -> None:
    ran = shell(many, "tb --codex-home '' list --all --json")
    assert orjson.loads(ran.stdout)["total"] == 299
