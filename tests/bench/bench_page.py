"""The panel's page with 20,000 items in a real Chromium: `page.bench.mts`, as figures.

`python -m bench page`; see `__main__`. Needs what `npm test` needs: Node and a browser.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from bench.table import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "tests/bench/page.bench.mts"
_LONGEST_S = 900


def measure(_: Place | None) -> Iterator[Figure]:
    """Yield how long frames take while one scrolls and while a turn streams."""
    yield from printed_by(_PROGRAM)


def printed_by(program: str) -> Iterator[Figure]:
    """Yield the figures that a program of the extension's side prints, a line each."""
    npx = shutil.which("npx")
    if npx is None:
        message = "npx is not on the PATH: the panel's page needs Node"
        raise FileNotFoundError(message)
    run = subprocess.run(
        [npx, "tsx", program],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_LONGEST_S,
    )
    for line in run.stdout.splitlines():
        yield Figure(**json.loads(line))
