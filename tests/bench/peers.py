"""Programs and libraries to compare with, from the registry that pip is set up for."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bench.place import Place

_PATIENCE_S = 300


def install(place: Place, requirement: str) -> Path | None:
    """Install *requirement* beside the home; None (and a word on it) if that fails."""
    folder = place.root / "peers"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    try:
        subprocess.run(
            [*command, "--target", str(folder), "--upgrade", requirement],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.SubprocessError):
        print(f"| {requirement} could not be installed | | | |", flush=True)
        return None
    return folder
