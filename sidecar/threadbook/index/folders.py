"""Folders as the index compares them: a task's folder, and all that lie below one."""

from __future__ import annotations

import os
import re
from contextlib import suppress

_DRIVE = re.compile(r"^[A-Za-z]:[\\/]|^\\\\")


def is_of_windows(path: str) -> bool:
    """Whether *path* is a whole path as Windows has them."""
    return _DRIVE.match(path) is not None


def folder_key(path: str) -> str:
    """Return *path* without trailing separators, Windows paths in one spelling."""
    if is_of_windows(path):
        path = path.replace("\\", "/").casefold()
    return path.rstrip("/")


def spellings(path: str) -> set[str]:
    """Return the keys by which Codex may know the folder that a person names.

    Codex resolves symbolic links before it writes a folder down, editors do not.
    """
    keys = {folder_key(path)}
    # What no system has a folder of has one spelling.
    with suppress(ValueError):
        keys.add(folder_key(os.path.realpath(path)))
    return keys


def below(key: str) -> tuple[str, str]:
    """Return the range of keys, the first and the one behind the last, below *key*."""
    return f"{key}/", f"{key}0"
