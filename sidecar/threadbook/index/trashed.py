"""The names of tasks in our trash, as the manifests there tell them.

`lifecycle` writes these; no more of them is read here than the name, and what is not
as it should be is passed over.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import orjson

if TYPE_CHECKING:
    from threadbook.home import CodexHome

_MANIFEST = "manifest.json"


def read_trashed_names(home: CodexHome) -> dict[str, str]:
    """Return the names by thread id; unnamed tasks are left out."""
    names: dict[str, str] = {}
    try:
        folders = [entry.path for entry in os.scandir(home.trash)]
    except OSError:
        return names
    for folder in folders:
        try:
            parsed: object = orjson.loads(Path(folder, _MANIFEST).read_bytes())
        except (OSError, ValueError):
            continue
        if not isinstance(parsed, dict):
            continue
        fields = cast("dict[str, object]", parsed)
        thread, name = fields.get("threadId"), fields.get("name")
        if isinstance(thread, str) and isinstance(name, str):
            names[thread] = name
    return names
