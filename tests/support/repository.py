"""A git repository of a test's own, whatever the machine's user has configured."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A work tree and its history."""

    root: Path

    def git(self, *arguments: str, at: int | None = None) -> str:
        """Run git, at a time (Unix s) of one's choice; return what it said."""
        date = {} if at is None else {"GIT_COMMITTER_DATE": f"{at} +0000"}
        done = subprocess.run(
            ["git", "-c", "user.name=T", "-c", "user.email=t@localhost", *arguments],
            cwd=self.root,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, **date},
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout.strip()

    def commit(self, name: str, text: str, at: int | None = None) -> str:
        """Write a file and commit it; return the commit."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.git("add", name)
        self.git("commit", "--quiet", "--message", f"Change {name}", at=at)
        return self.git("rev-parse", "HEAD")


def new_repository(root: Path) -> Repository:
    """Make an empty one."""
    root.mkdir(exist_ok=True)
    made = Repository(root)
    made.git("init", "--quiet", "--initial-branch=main")
    return made
