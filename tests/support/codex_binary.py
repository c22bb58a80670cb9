"""The real codex, fetched once into `.heavy/`; nothing here is ever skipped."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.codex.binary import find_codex

if TYPE_CHECKING:
    from threadbook.codex.binary import CodexBinary

_ROOT = Path(__file__).resolve().parents[2]
NEWEST = "0.169.0"


@cache
def real_codex(version: str = NEWEST) -> CodexBinary:
    """Return codex *version*, fetched if need be; blocks for seconds the first time."""
    chosen = os.environ.get("THREADBOOK_TEST_CODEX") if version == NEWEST else None
    return find_codex(chosen or _fetch(version))


def _fetch(version: str) -> str:
    script = _ROOT / "scripts" / "fetch.mjs"
    fetched = subprocess.run(
        ["node", str(script), "codex", version],
        cwd=_ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return fetched.stdout.strip()
