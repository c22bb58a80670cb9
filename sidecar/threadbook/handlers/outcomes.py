"""Outcomes: what became of each task of a request, in the order it named them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.protocol.lifecycle import TaskFault, TaskOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from threadbook.errors import TaskError
    from threadbook.ids import ThreadId


class Outcomes:
    """Collects them."""

    def __init__(self, thread_ids: Iterable[str]) -> None:
        self._order = list(dict.fromkeys(thread_ids))
        self._found: dict[str, TaskOutcome] = {}

    def done(self, thread_id: str, along: Iterable[ThreadId] = ()) -> None:
        """Say that it worked, and what went with it."""
        self._found[thread_id] = TaskOutcome(
            thread_id=thread_id, ok=True, error=None, along=tuple(along)
        )

    def failed(self, thread_id: str, error: TaskError) -> None:
        """Say why it did not work."""
        fault = TaskFault.model_validate(
            {"kind": error.kind, "message": str(error), "facts": error.data()}
        )
        self._found[thread_id] = TaskOutcome(
            thread_id=thread_id, ok=False, error=fault, along=()
        )

    def is_open(self, thread_id: str) -> bool:
        """Whether nothing was said of it yet."""
        return thread_id not in self._found

    def results(self) -> tuple[TaskOutcome, ...]:
        """Return all that were asked for; and those that were added."""
        names = dict.fromkeys([*self._order, *self._found])
        return tuple(self._found[name] for name in names if name in self._found)
