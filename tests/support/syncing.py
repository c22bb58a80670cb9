"""Tasks for the tests of syncs, and the one row that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.rollouts import rollout
from threadbook.index.types import TaskQuery

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index
    from threadbook.index.types import TaskRow

THREAD = "0199f000-0000-7000-8000-000000000001"
OTHER = "0199f000-0000-7000-8000-000000000002"


def only_row(index: Index) -> TaskRow:
    (row,) = index.list_tasks(TaskQuery(states=None)).rows
    return row


def written(home: CodexHome, *, turns: int = 1, thread_id: str = THREAD) -> Path:
    builder = rollout(home.root, thread_id=thread_id)
    for number in range(turns):
        builder.user(f"question {number}").agent(f"answer {number}")
    return builder.done()


def grow(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
