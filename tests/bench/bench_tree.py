"""The view *Tasks* in the real VS Code: `tree.bench.mjs`, as figures.

`python -m bench tree`; see `__main__`. Needs what the end-to-end tests need: Node, a
browser, code-server and codex.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "tests/bench/tree.bench.mjs"
_LONGEST_S = 900


def measure(place: Place) -> Iterator[Figure]:
    """Yield how soon rows, keystrokes and frames come with all tasks in the list."""
    node = shutil.which("node")
    if node is None:
        message = "node is not on the PATH: VS Code's tree needs it"
        raise FileNotFoundError(message)
    subprocess.run(
        [sys.executable, "-m", "threadbook", "list", "--all", "--limit", "1"],
        check=True,
        env={**os.environ, **place.environment, "CODEX_HOME": str(place.home)},
        stdout=subprocess.DEVNULL,
    )
    run = subprocess.run(
        [node, _PROGRAM, place.home, place.root / "cache", place.root / "data"],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_LONGEST_S,
    )
    for line in run.stdout.splitlines():
        yield Figure(**json.loads(line))
