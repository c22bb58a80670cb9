"""`threadbook review` as a process, with the real codex."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.driven import driven
from support.terminal import threadbook
from threadbook.handlers.live import task_interrupt
from threadbook.handlers.review import task_review
from threadbook.items import Review, TurnStarted, TurnStatus
from threadbook.protocol.live import TaskInterruptParams
from threadbook.protocol.review import TaskReviewParams

if TYPE_CHECKING:
    from pathlib import Path

    from support.mock_model import MockModel
    from threadbook.home import CodexHome

_FOUND = json.dumps(
    {
        "findings": [
            {
                "title": "[P1] Guard the empty file",
                "body": "It fails.",
                "confidence_score": 0.9,
                "priority": 1,
                "code_location": {
                    "absolute_file_path": "/w/a.py",
                    "line_range": {"start": 3, "end": 5},
                },
            }
        ],
        "overall_correctness": "patch is incorrect",
        "overall_explanation": "Broken.",
        "overall_confidence_score": 0.8,
    }
)
_FINDING = {
    "title": "Guard the empty file",
    "body": "It fails.",
    "path": "/w/a.py",
    "firstLine": 3,
    "lastLine": 5,
    "priority": 1,
}


@pytest.fixture
def home(model: MockModel, tmp_path: Path) -> CodexHome:
    return model.write_home(tmp_path / "codex-home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a repository with a commit and something that is not committed."""
    folder = tmp_path / "project"
    folder.mkdir()
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(folder))
    for words in (
        ("init", "-q", "-b", "main"),
        ("commit", "-q", "--allow-empty", "-m", "first"),
    ):
        subprocess.run([*git, *words], check=True)
    for name in ("a.py", "b.py"):
        (folder / name).write_text("print(1)\n", encoding="utf-8")
    return folder


def last_words(model: MockModel) -> str:
    return json.dumps(model.requests()[-1]["input"])


@pytest.mark.parametrize("version", ["0.169.0", "0.98.0"])
def test_findings_are_printed_and_are_exit_code_11(
    home: CodexHome, folder: Path, version: str
) -> None:
    codex = real_codex(version).path
    words = ("review", "--style", f"[[say:{_FOUND}]]")

    ended = threadbook(home, *words, cwd=folder, codex=codex)
    calm = threadbook(home, *words, "--exit-zero", cwd=folder, codex=codex)
    lines = threadbook(home, "--json", *words, cwd=folder, codex=codex)

    assert (ended.code, calm.code, lines.code) == (11, 0, 11), ended.err
    assert ended.out == (
        "Broken.\n\nP1 /w/a.py:3-5  Guard the empty file\n  It fails.\n"
    )
    first, *_, last = lines.lines()
    assert last == {"review": {"explanation": "Broken.", "findings": [_FINDING]}}
    (end,) = lines.events("turnCompleted")
    assert end["status"] == "completed"
    turns = {line["turnId"] for line in lines.lines() if line.get("turnId")}
    assert turns == {first["started"]["turnId"]}


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ((), "staged, unstaged, and untracked"),
        (("--uncommitted",), "staged, unstaged, and untracked"),
        (("--base", "main"), "base branch 'main'"),
        (("--commit", "HEAD"), "commit HEAD"),
        (("--file", "a.py", "--file", "b.py"), "- b.py"),
        (("only the loops",), "only the loops"),
    ],
)
def test_each_subject_is_asked_for_and_no_finding_is_exit_code_0(
    home: CodexHome,
    folder: Path,
    model: MockModel,
    arguments: tuple[str, ...],
    asked: str,
) -> None:
    ended = threadbook(home, "review", *arguments, cwd=folder)

    assert ended.code == 0, ended.err
    assert ended.out.endswith("No findings\n")
    assert asked in last_words(model)


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        (("--base", "nowhere"), "no branch nowhere"),
        (("--commit", "0123abc"), "no commit 0123abc"),
        (("--commit=--help",), "no commit --help"),
        (("--file", "a.py", "--file", "c.py"), "no file c.py"),
    ],
)
def test_what_is_not_there_is_said_and_no_model_is_asked(
    home: CodexHome,
    folder: Path,
    model: MockModel,
    arguments: tuple[str, ...],
    missing: str,
) -> None:
    before = len(model.requests())

    ended = threadbook(home, "review", "--json", *arguments, cwd=folder)

    assert ended.code == 10
    assert missing in ended.error()["message"]
    assert len(model.requests()) == before


@pytest.mark.parametrize(
    "arguments",
    [("--base", "main", "--commit", "x"), ("--uncommitted", "words"), ("  ",)],
)
def test_two_subjects_are_exit_code_2(
    home: CodexHome, folder: Path, arguments: tuple[str, ...]
) -> None:
    assert threadbook(home, "review", *arguments, cwd=folder).code == 2


def test_a_review_that_fails_is_exit_code_9(home: CodexHome, folder: Path) -> None:
    ended = threadbook(home, "review", "[[failed:server_error]]", cwd=folder)

    assert ended.code == 9


@pytest.mark.parametrize("version", ["0.169.0", "0.148.0"])
async def test_a_review_names_one_turn_and_can_be_stopped(
    home: CodexHome, folder: Path, version: str
) -> None:
    async with driven(home, version=version) as (context, audience):
        begun = await task_review(
            context,
            TaskReviewParams(cwd=str(folder), instructions="look [[slow:60]]"),
        )
        started = await audience.event(TurnStarted)
        stopped = await task_interrupt(
            context, TaskInterruptParams(thread_id=begun.thread_id)
        )
        end = await audience.turn_end()

    assert started.turn_id == end.turn_id == begun.turn_id
    assert stopped.interrupted
    assert end.status is TurnStatus.INTERRUPTED
    assert next(one.entered for one in audience.completed(Review))
