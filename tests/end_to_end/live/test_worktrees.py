"""A fork in a worktree: the repository as it was, and the real codex in it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.mock_model import run_codex
from support.repository import new_repository
from support.terminal import threadbook

if TYPE_CHECKING:
    from pathlib import Path

    from support.mock_model import MockModel
    from support.repository import Repository
    from threadbook.home import CodexHome


@pytest.fixture
def home(model: MockModel, tmp_path: Path) -> CodexHome:
    return model.write_home(tmp_path / "codex-home")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = new_repository(tmp_path / "repo")
    made.commit("a.txt", "before the task")
    return made


def say(home: CodexHome, repository: Repository, *words: str) -> None:
    told = run_codex(real_codex(), home, repository.root, "exec", *words)
    assert told.returncode == 0, told.stderr


def test_a_fork_runs_in_the_repository_as_it_was_after_the_step(
    home: CodexHome, repository: Repository, tmp_path: Path
) -> None:
    say(home, repository, "one [[say:1]]")
    after_one = repository.commit("a.txt", "after step one")
    say(home, repository, "resume", "--last", "two [[say:2]]")
    # Git's log of HEAD knows no less than seconds.
    repository.commit("a.txt", "after step two", at=int(time.time()) + 2)
    then = tmp_path / "then"

    ended = threadbook(
        home,
        *("--json", "fork", "--last", "--from-step", "1", "--worktree", str(then)),
        "[[shell:pwd && cat a.txt]]",
        cwd=repository.root,
    )

    assert ended.code == 0, ended.err
    started = ended.lines()[0]["started"]
    assert started["worktree"] == {"path": str(then), "commit": after_one}
    outputs = json.dumps(ended.events("itemCompleted"))
    assert "after step one" in outputs
    assert str(then) in outputs
    assert (repository.root / "a.txt").read_text("utf-8") == "after step two"
    listed = json.loads(
        threadbook(home, "list", "--all", "--json", cwd=repository.root).out
    )
    folders = {task["threadId"]: task["cwd"] for task in listed["tasks"]}
    assert folders[started["threadId"]] == str(then)


def test_a_place_that_exists_is_refused_and_nothing_is_begun(
    home: CodexHome, repository: Repository, tmp_path: Path
) -> None:
    say(home, repository, "one [[say:1]]")

    ended = threadbook(
        home,
        *("--json", "fork", "--last", "--from-step", "1"),
        *("--worktree", str(tmp_path / "codex-home"), "two"),
        cwd=repository.root,
    )

    assert ended.code == 10
    assert "exists" in ended.error()["message"]
    assert ended.out == ""


def test_what_was_checked_out_in_vain_is_taken_away_again(
    home: CodexHome, repository: Repository, tmp_path: Path
) -> None:
    say(home, repository, "one [[say:1]]")
    broken = tmp_path / "codex"
    broken.write_text("#!/bin/sh\necho codex-cli 0.169.0\n", encoding="utf-8")
    broken.chmod(0o755)

    ended = threadbook(
        home,
        *("fork", "--last", "--from-step", "1", "--worktree", str(tmp_path / "then")),
        cwd=repository.root,
        codex=broken,
    )

    assert ended.code == 7, ended.err
    assert not (tmp_path / "then").exists()
    assert len(repository.git("worktree", "list").splitlines()) == 1
