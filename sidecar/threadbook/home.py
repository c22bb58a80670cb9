"""CodexHome: every path under CODEX_HOME, and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from threadbook.errors import HomeNotFoundError


@dataclass(frozen=True, slots=True)
class CodexHome:
    """The directory in which Codex keeps its files (codex-facts.md section 1)."""

    root: Path
    """Absolute; symbolic links are resolved, as Codex does."""

    @property
    def sessions(self) -> Path:
        """Active rollouts: `YYYY/MM/DD/` below it, or flat in 2025."""
        return self.root / "sessions"

    @property
    def archived_sessions(self) -> Path:
        """Archived rollouts, flat."""
        return self.root / "archived_sessions"

    @property
    def session_index(self) -> Path:
        """Names of threads, one JSON object a line, the last one of an id wins."""
        return self.root / "session_index.jsonl"

    @property
    def config(self) -> Path:
        """Codex's settings; never written by us."""
        return self.root / "config.toml"

    @property
    def writer_locks(self) -> Path:
        """Codex's flock files, one a loaded thread (0.147 and later)."""
        return self.root / "thread-writer-locks"

    def writer_lock(self, thread_id: str) -> Path:
        """The flock file of one thread; its existence alone means nothing."""
        return self.writer_locks / f"{thread_id}.lock"

    @property
    def own(self) -> Path:
        """The only directory here that is ours."""
        return self.root / ".threadbook"

    @property
    def trash(self) -> Path:
        """Our trash: on the same file system, so that moves are atomic."""
        return self.own / "trash"

    @property
    def move_lock(self) -> Path:
        """The flock file that whoever moves tasks holds."""
        return self.own / "lock"

    @property
    def journal(self) -> Path:
        """What is being moved right now; there is none otherwise."""
        return self.own / "journal.json"

    @property
    def owed(self) -> Path:
        """One empty file for each thread of which Codex has yet to be told."""
        return self.own / "owed"

    @property
    def live(self) -> Path:
        """One small file for each Threadbook process that drives tasks."""
        return self.own / "live"

    @property
    def own_locks(self) -> Path:
        """One file for each thread that we drive with a Codex that takes no lock."""
        return self.own / "writers"

    def own_lock(self, thread_id: str) -> Path:
        """The file of one thread; its existence alone means little."""
        return self.own_locks / f"{thread_id}.json"

    @property
    def daemon_socket(self) -> Path:
        """The Unix socket of Codex's own daemon."""
        return self.root / "app-server-control" / "app-server-control.sock"

    @property
    def sqlite_home(self) -> Path:
        """Where Codex keeps its SQLite files: its config says, else the environment."""
        return self._sqlite_home() or self._place(os.environ.get("CODEX_SQLITE_HOME"))

    def config_fault(self) -> str | None:
        """Why `config.toml` can't be read, so that nothing in it counts; else None."""
        import tomllib  # noqa: PLC0415 - only for those few who need it

        try:
            tomllib.loads(self.config.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            return str(error)
        return None

    def _sqlite_home(self) -> Path | None:
        try:
            status = self.config.stat()
            chosen = _chosen_sqlite_home(
                self.config, status.st_mtime_ns, status.st_size, status.st_ino
            )
        except (OSError, ValueError):
            return None
        return self._place(chosen) if chosen else None

    def _place(self, chosen: str | None) -> Path:
        return self.root / Path(chosen).expanduser() if chosen else self.root


@lru_cache(maxsize=8)
def _chosen_sqlite_home(
    config: Path, mtime_ns: int, size: int, inode: int
) -> str | None:
    """Return what a config, as it was at that time, says of the SQLite files."""
    del mtime_ns, size, inode
    text = config.read_text("utf-8")
    if "sqlite_home" not in text:
        return None
    import tomllib  # noqa: PLC0415 - most configs don't say it

    chosen = tomllib.loads(text).get("sqlite_home")
    return chosen if isinstance(chosen, str) else None


def open_home(chosen: Path | None = None) -> CodexHome:
    """Find the home: *chosen*, else `$CODEX_HOME`, else `~/.codex`.

    Raises:
        HomeNotFoundError: it does not exist, or is not a directory.
    """
    root = chosen or _default_root()
    try:
        resolved = root.expanduser().resolve(strict=True)
    except OSError as error:
        raise HomeNotFoundError(root) from error
    if not resolved.is_dir():
        raise HomeNotFoundError(root, is_file=True)
    return CodexHome(resolved)


def _default_root() -> Path:
    from_environment = os.environ.get("CODEX_HOME")
    return Path(from_environment) if from_environment else Path.home() / ".codex"
