"""The mock model as a process of its own, and homes that know nothing but it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadbook.home import CodexHome

if TYPE_CHECKING:
    from collections.abc import Generator

    from threadbook.codex.binary import CodexBinary

_ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = _ROOT / "scripts" / "demo" / "mock_model.py"

NO_NETWORK = {
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
}
"""A thread recorded under another provider must not reach out to it."""


@dataclass(frozen=True)
class MockModel:
    """A running mock, and where to find what it was asked."""

    base_url: str
    log: Path

    def write_home(
        self, root: Path, *, approval: str = "never", sandbox: str | None = None
    ) -> CodexHome:
        """Make a CODEX_HOME whose only provider is this mock."""
        # `scripts` is no package of the product: tests reach it by its path.
        if str(_ROOT) not in sys.path:
            sys.path.append(str(_ROOT))
        from scripts.demo.mock_config import write_config  # noqa: PLC0415

        sandbox = sandbox or "danger-full-access"
        write_config(root, self.base_url, approval=approval, sandbox=sandbox)
        return CodexHome(root.resolve())

    def requests(self) -> list[dict[str, Any]]:
        """Return the bodies of all requests so far."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["body"] for line in lines]


@contextmanager
def running_mock_model(place: Path) -> Generator[MockModel]:
    """Run the mock; it ends with its standard input, so it never outlives us."""
    log = place / "mock-requests.jsonl"
    command = [sys.executable, str(_SCRIPT), "--until-eof", "--log", str(log)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        yield MockModel(ready["baseUrl"], log)
        process.communicate()


def run_codex(
    binary: CodexBinary, home: CodexHome, cwd: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run `codex` itself, as a user would."""
    environment = {
        **os.environ,
        **NO_NETWORK,
        "CODEX_HOME": str(home.root),
        "HOME": str(home.root),
    }
    return subprocess.run(
        [str(binary.path), *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        encoding="utf-8",
    )
