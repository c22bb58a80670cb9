"""Worktree: a repository as it was at a step, checked out beside the user's own.

The user's work tree, branches and index are left alone: a new folder with a detached
HEAD, made by the user's own git. Hooks of the repository are not run.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError
from threadbook.lifecycle.repository import commit_named, git

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Worktree:
    """A checked-out commit."""

    path: Path
    commit: str
    folder: Path
    """In it, the folder that the task's own corresponds to."""
    _root: Path

    def remove(self) -> None:
        """Take it away again, because nothing came of it."""
        with suppress(NotPossibleError):
            git(self._root, "worktree", "remove", "--force", str(self.path))


def check_out(cwd: Path, path: Path, *, at: int | None, began: str | None) -> Worktree:
    """Check out at *path* what HEAD was in *cwd* at the Unix ms *at*; may block.

    *began* is the commit at which the task began, as recorded: it counts where git
    has forgotten where HEAD was.

    Raises:
        NotPossibleError: no repository, no known commit, or *path* is taken.
    """
    root = Path(git(cwd, "rev-parse", "--show-toplevel").strip())
    path = path.absolute()
    if path.exists() or path.is_symlink():
        message = f"{path} exists; name a folder that does not"
        raise NotPossibleError(message)
    if path.resolve().is_relative_to(root.resolve()):
        message = f"{path} is in the work tree {root}; name a place outside of it"
        raise NotPossibleError(message)
    commit = commit_at(cwd, at=at, began=began)
    # By its own rule git leaves nothing behind when this fails.
    git(root, "worktree", "add", "--detach", "--quiet", str(path), commit)
    folder = path / cwd.resolve().relative_to(root.resolve())
    return Worktree(path, commit, folder if folder.is_dir() else path, root)


def commit_at(cwd: Path, *, at: int | None, began: str | None) -> str:
    """Return the commit that HEAD was at; see check_out().

    Raises:
        NotPossibleError: nobody knows it, or it is no longer in the repository.
    """
    moves = _moves_of_head(cwd) if at is not None else ()
    seen = [commit for moved, commit in moves if at is not None and moved * 1000 <= at]
    # A task that began at another commit than HEAD ever was at did not run here: in
    # another clone, say. There only its own record counts.
    commit = seen[0] if seen and began in {None, *seen} else began
    if commit is None:
        message = f"Nobody knows at which commit {cwd} was then"
        raise NotPossibleError(message)
    found = commit_named(cwd, commit)
    if found is None:
        message = f"The commit {commit} is not in the repository of {cwd}"
        raise NotPossibleError(message)
    return found


def _moves_of_head(cwd: Path) -> Iterator[tuple[int, str]]:
    """Yield when (Unix s) HEAD came to which commit, the latest first."""
    try:
        log = git(cwd, "log", "--walk-reflogs", "--date=unix", "--format=%gd %H")
    except NotPossibleError:
        return
    for line in log.splitlines():
        when, _, commit = line.partition(" ")
        with suppress(ValueError):
            yield int(when.partition("{")[2].rstrip("}")), commit
