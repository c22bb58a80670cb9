"""Names of threads in `session_index.jsonl`: the newest entry of a thread wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.ids import ThreadId
from threadbook.rollout.fields import parse_object, text_of

if TYPE_CHECKING:
    from pathlib import Path


def read_names(path: Path) -> dict[ThreadId, str]:
    """Read the names; a thread whose name was cleared is absent.

    A missing or unreadable file has no names, a damaged line is passed over: names
    are a courtesy, and must not cost the list.
    """
    names: dict[ThreadId, str] = {}
    try:
        content = path.read_bytes()
    except OSError:
        return names
    for line in content.splitlines():
        entry = parse_object(line)
        thread = text_of(entry.get("id")) if entry else None
        if entry is None or thread is None or "thread_name" not in entry:
            continue
        name = (text_of(entry["thread_name"]) or "").strip()
        if name:
            names[ThreadId(thread.lower())] = name
        else:
            names.pop(ThreadId(thread.lower()), None)
    return names
