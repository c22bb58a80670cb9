"""Repository: the user's own git, asked; hooks of the repository are not run."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

from threadbook.errors import NotPossibleError

if TYPE_CHECKING:
    from pathlib import Path

_TIMEOUT_SECONDS = 600
"""A large repository takes its time to be written out."""


def commit_named(cwd: Path, *names: str) -> str | None:
    """Return the commit that the first known one of some names stands for.

    Raises:
        NotPossibleError: there is no git, or no repository.
    """
    git(cwd, "rev-parse", "--git-dir")
    for name in names:
        with suppress(NotPossibleError):
            wanted = f"{name}^{{commit}}"
            return git(cwd, "rev-parse", "--verify", "--quiet", wanted).strip()
    return None


def git(cwd: Path, *arguments: str) -> str:
    """Run git in *cwd*; return what it printed. May block.

    Raises:
        NotPossibleError: there is no git, or it refused: the message is its own.
    """
    program = shutil.which("git")
    if program is None:
        message = "There is no git on the PATH"
        raise NotPossibleError(message)
    command = [program, "-C", str(cwd), "-c", f"core.hooksPath={os.devnull}"]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own git
            [*command, *arguments],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"git did not run: {type(error).__name__}"
        raise NotPossibleError(message) from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        message = f"git: {said[-1] if said else f'exit code {done.returncode}'}"
        raise NotPossibleError(message)
    return done.stdout


def _environment() -> dict[str, str]:
    # What names another repository (a hook runs with it) must not lead us there.
    ours = {key: value for key, value in os.environ.items() if key[:4] != "GIT_"}
    return {**ours, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
