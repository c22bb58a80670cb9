"""What many look for beside each other is what one finds, in order, whoever dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from threadbook.index import looking
from threadbook.index.looking import worth_reading
from threadbook.rollout.grep import exact, regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_Tasks = list[tuple[int, list[str]]]
_COUNT = 60


@pytest.fixture
def tasks(tmp_path: Path) -> _Tasks:
    """Tasks of one or two files, with odd names; every third has the word."""
    tasks: _Tasks = []
    for number in range(_COUNT):
        files = [
            tmp_path / f"rollout-{number}-{part}-caf\u00e9 \udcff.jsonl"
            for part in range(1 + number % 2)
        ]
        for file in files:
            file.write_text("a needle\n" if number % 3 == 0 else "hay\n")
        tasks.append((number, [str(file) for file in files]))
    return tasks


@pytest.fixture(params=["threads", "processes"], autouse=True)
def beside(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let sixty tasks be many, in small parts; say how many processes will look."""
    monkeypatch.setattr(looking, "_TOGETHER", 4)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    if request.param == "processes":
        monkeypatch.setattr(looking, "_MANY_TASKS", 10)
        return 2
    return 0


def _expected(tasks: _Tasks) -> list[tuple[int, frozenset[str]]]:
    return [(number, frozenset(files)) for number, files in tasks if number % 3 == 0]


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def test_finds_what_is_there_in_order(tasks: _Tasks) -> None:
    assert list(worth_reading(tasks, exact("needle"))) == _expected(tasks)
    assert not list(worth_reading(tasks, exact("neither")))
    either = list(worth_reading(tasks, regex("needle|hay")))
    assert [number for number, _ in either] == list(range(_COUNT))


def test_what_cannot_be_looked_into_may_hold_it(tasks: _Tasks) -> None:
    gone = Path(tasks[-1][1][0])
    gone.unlink()
    tasks[-2][1].append(str(gone.with_suffix(".jsonl.zst")))
    found = dict(worth_reading(tasks, exact("needle")))
    assert str(gone) in found[_COUNT - 1]
    assert found[_COUNT - 2] == {str(gone.with_suffix(".jsonl.zst"))}


def test_nobody_is_left_when_one_has_enough(tasks: _Tasks) -> None:
    before = _children()
    found = worth_reading(tasks, exact("needle"))
    # The third is beyond the part that is looked into alone.
    assert [next(found)[0] for _ in range(3)] == [0, 3, 6]
    found.close()
    assert _children() == before


def _replace_program(monkeypatch: pytest.MonkeyPatch, program: Sequence[str]) -> None:
    class Other(subprocess.Popen[bytes]):
        def __init__(self, _: object, **options: int) -> None:
            super().__init__(list(program), **options)  # pyright: ignore[reportCallIssue, reportArgumentType]

    monkeypatch.setattr(looking, "Popen", Other)


@pytest.mark.parametrize(
    "program",
    [
        ["/nonexistent/python"],
        [sys.executable, "-c", "pass"],
        [sys.executable, "-c", "import sys; sys.stdin.buffer.read(9)"],
        [sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'\\0')"],
    ],
    ids=["not there", "ends at once", "ends when asked", "ends within its answer"],
)
def test_looks_itself_for_a_process_that_cannot(
    tasks: _Tasks, monkeypatch: pytest.MonkeyPatch, program: Sequence[str]
) -> None:
    _replace_program(monkeypatch, program)
    assert list(worth_reading(tasks, exact("needle"))) == _expected(tasks)


def test_looks_on_when_processes_are_killed(tasks: _Tasks, beside: int) -> None:
    before = _children()
    found = worth_reading(tasks, exact("needle"))
    first = [next(found) for _ in range(3)]
    theirs = [child for child in _children() if child not in before]
    assert len(theirs) == beside
    for child in theirs:
        child.kill()
    assert [*first, *found] == _expected(tasks)
