"""The `threadbook` command as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.codex_binary import real_codex

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome


@dataclass(frozen=True)
class Ended:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    def lines(self) -> list[dict[str, Any]]:
        """Return the JSON Lines of its output."""
        return [json.loads(line) for line in self.out.splitlines()]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a type."""
        return [
            line["event"]
            for line in self.lines()
            if "event" in line and line["event"]["type"] == kind
        ]

    def error(self) -> dict[str, Any]:
        """Return the error that `--json` prints."""
        error: dict[str, Any] = json.loads(self.err.splitlines()[-1])["error"]
        return error


def command_of(home: CodexHome, *arguments: str) -> list[str]:
    """Return the command line."""
    options = ["--codex-home", str(home.root)]
    return [sys.executable, "-m", "threadbook", *options, *arguments]


def environment(codex: Path | None = None) -> dict[str, str]:
    """Return the environment with a codex, the newest real one unless named."""
    path = codex or real_codex().path
    return {**os.environ, "THREADBOOK_CODEX": str(path)}


def threadbook(
    home: CodexHome,
    *arguments: str,
    cwd: Path | None = None,
    codex: Path | None = None,
    stdin: str = "",
) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(
        command_of(home, *arguments),
        cwd=cwd,
        env=environment(codex),
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        encoding="utf-8",
    )
    return Ended(done.returncode, done.stdout, done.stderr)
