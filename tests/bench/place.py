"""A home with its own index and book, for benchmarks that start real processes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of one run lies."""

    root: Path
    count: int
    """How many tasks there are."""

    @property
    def home(self) -> Path:
        """CODEX_HOME."""
        return self.root / "home"

    @property
    def environment(self) -> dict[str, str]:
        """Keeps the processes out of the user's own files."""
        return {
            "HOME": str(self.root),
            "THREADBOOK_CACHE_DIR": str(self.root / "cache"),
            "THREADBOOK_DATA_DIR": str(self.root / "data"),
        }

    @property
    def size(self) -> int:
        """The bytes of all rollouts."""
        return sum(path.stat().st_size for path in self.home.rglob("*.jsonl"))

    def forget(self) -> None:
        """Delete the index."""
        for file in (self.root / "cache").glob("*"):
            file.unlink()


@contextmanager
def made(count: int) -> Generator[Place]:
    """Write a home of *count* rollouts; delete it afterwards.

    In a process of its own: what the generator keeps in memory is not ours.
    """
    with tempfile.TemporaryDirectory(prefix="threadbook-bench-") as folder:
        place = Place(Path(folder).resolve(), count)
        generator = Path(__file__).with_name("homes.py")
        subprocess.run(
            [sys.executable, "-m", f"bench.{generator.stem}", place.home, str(count)],
            check=True,
            cwd=generator.parents[1],
            stdout=subprocess.DEVNULL,
        )
        yield place
