"""Where the index of a home lies: one file per CODEX_HOME in the user's cache."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from threadbook.index.locks import FileLock
from threadbook.index.schema import VERSION

if TYPE_CHECKING:
    from threadbook.home import CodexHome


def index_path(home: CodexHome) -> Path:
    """Return the index file of *home*; its directory exists and can be written.

    `THREADBOOK_CACHE_DIR` says where, else the user's cache directory, else (a
    read-only one) a directory of the user's own under the temporary one.
    """
    digest = hashlib.sha256(os.fsencode(home.root)).hexdigest()[:16]
    return _directory() / f"tasks-{digest}-{VERSION:08x}.sqlite"


def drop_outdated(path: Path) -> None:
    """Delete the indexes that other versions left beside *path*, unless in use."""
    of_home = path.name.rpartition("-")[0]
    for other in path.parent.glob(f"{of_home}-*.sqlite"):
        lease = lease_of(other)
        if other == path or not lease.try_acquire():
            continue
        for part in path.parent.glob(f"{other.name}*"):
            part.unlink(missing_ok=True)
        lease.release()


def lease_of(index_path: Path) -> FileLock:
    """Return the lock that whoever keeps an index up to date holds."""
    return FileLock(index_path.with_name(f"{index_path.name}.lease"))


def _directory() -> Path:
    chosen = os.environ.get("THREADBOOK_CACHE_DIR")
    wanted = Path(chosen) if chosen else platformdirs.user_cache_path("threadbook")
    if _is_usable(wanted):
        return wanted
    spare = Path(tempfile.gettempdir()) / f"threadbook-{_user()}"
    spare.mkdir(mode=0o700, exist_ok=True)
    return spare


def _is_usable(directory: Path) -> bool:
    # Nobody else may read it: the index holds pieces of conversations.
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(directory, os.W_OK | os.X_OK)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ["USERNAME"]
