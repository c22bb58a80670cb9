"""A repository as it was at a step, beside the user's own work tree."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.repository import new_repository
from threadbook.errors import NotPossibleError
from threadbook.lifecycle.worktree import check_out, commit_at

if TYPE_CHECKING:
    from pathlib import Path

    from support.repository import Repository

_FIRST, _SECOND = 1_700_000_000, 1_700_001_000


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repo")


@pytest.fixture
def history(repository: Repository) -> tuple[str, str]:
    """Two commits, at _FIRST and at _SECOND."""
    return (
        repository.commit("sub/a.txt", "one", at=_FIRST),
        repository.commit("sub/a.txt", "two", at=_SECOND),
    )


@pytest.mark.parametrize(
    ("seconds", "which"), [(_FIRST, 0), (_SECOND - 1, 0), (_SECOND, 1), (2**33, 1)]
)
def test_the_commit_is_the_one_that_was_checked_out_then(
    repository: Repository, history: tuple[str, str], seconds: int, which: int
) -> None:
    at = seconds * 1000

    assert commit_at(repository.root, at=at, began=history[0]) == history[which]
    assert commit_at(repository.root, at=at, began=None) == history[which]


def test_a_commit_of_another_clone_is_as_the_task_recorded_it(
    repository: Repository, history: tuple[str, str], tmp_path: Path
) -> None:
    clone = new_repository(tmp_path / "clone")
    clone.git("fetch", "--quiet", str(repository.root), "main")
    clone.git("checkout", "--quiet", "-b", "main", history[1], at=_FIRST)

    assert commit_at(clone.root, at=_SECOND * 1000, began=history[0]) == history[0]
    assert commit_at(clone.root, at=None, began=history[0]) == history[0]


@pytest.mark.parametrize(
    ("began", "message"),
    [
        (None, "Nobody knows at which commit"),
        ("0" * 40, "is not in the repository"),
        ("--help", "is not in the repository"),
    ],
)
@pytest.mark.usefixtures("history")
def test_an_unknown_commit_is_said(
    repository: Repository, began: str | None, message: str
) -> None:
    with pytest.raises(NotPossibleError, match=message):
        commit_at(repository.root, at=(_FIRST - 1) * 1000, began=began)


def test_a_checkout_leaves_the_user_s_work_tree_alone(
    repository: Repository, history: tuple[str, str], tmp_path: Path
) -> None:
    hook = repository.root / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path / 'hooked'}'\n", encoding="utf-8")
    hook.chmod(0o755)
    (repository.root / "sub" / "a.txt").write_text("not committed", encoding="utf-8")
    (repository.root / "new.txt").write_text("not known", encoding="utf-8")
    before = repository.git("status", "--porcelain", "--branch")

    made = check_out(
        repository.root / "sub", tmp_path / "then", at=_FIRST * 1000, began=history[0]
    )

    assert made.commit == history[0]
    assert made.folder == tmp_path / "then" / "sub"
    assert (made.folder / "a.txt").read_text("utf-8") == "one"
    assert repository.git("status", "--porcelain", "--branch") == before
    text = (repository.root / "sub" / "a.txt").read_text("utf-8")
    assert text == "not committed"
    assert not (tmp_path / "hooked").exists()
    assert repository.git("branch", "--list").split() == ["*", "main"]
    made.remove()
    assert not (tmp_path / "then").exists()
    assert len(repository.git("worktree", "list").splitlines()) == 1


def test_a_folder_that_was_not_there_then_is_the_repository_s_own(
    repository: Repository, history: tuple[str, str], tmp_path: Path
) -> None:
    repository.commit("late/b.txt", "three")

    made = check_out(
        repository.root / "late", tmp_path / "then", at=_SECOND * 1000, began=None
    )

    assert made.commit == history[1]
    assert made.folder == tmp_path / "then"


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("place", ["taken", "link", "repo/inside", "repo"])
def test_a_place_that_is_taken_or_in_the_work_tree_is_refused(
    repository: Repository, tmp_path: Path, place: str
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    with pytest.raises(NotPossibleError, match="name a"):
        check_out(repository.root, tmp_path / place, at=_SECOND * 1000, began=None)

    assert len(repository.git("worktree", "list").splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()


def test_without_a_repository_or_without_git_it_is_not_possible(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    with pytest.raises(NotPossibleError, match="not a git repository"):
        check_out(plain, tmp_path / "then", at=None, began="HEAD")
    monkeypatch.setenv("PATH", str(plain))
    assert shutil.which("git") is None
    with pytest.raises(NotPossibleError, match="no git"):
        check_out(repository.root, tmp_path / "then", at=None, began="HEAD")


def test_a_hook_s_environment_does_not_lead_elsewhere(
    repository: Repository,
    history: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = new_repository(tmp_path / "other")
    other.commit("x", "y")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))

    assert commit_at(repository.root, at=2**50, began=None) == history[1]
