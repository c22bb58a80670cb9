"""The questions that wait, each of them answered once."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from threadbook.codex.questions import Decision, answer_to
from threadbook.errors import ApprovalGoneError
from threadbook.live.types import Approval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from threadbook.codex.frames import RequestId, ServerRequest
    from threadbook.codex.questions import Asked
    from threadbook.ids import ThreadId
    from threadbook.live.server import SharedServer
    from threadbook.live.task import LiveTask


@dataclass(frozen=True, slots=True)
class OpenApproval:
    """A question with what answering it takes."""

    approval: Approval
    request: ServerRequest
    asked: Asked
    asker: SharedServer

    def answer(
        self, decision: Decision, answers: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Answer it, to who asked."""
        self.asker.answer(self.request, answer_to(self.request, decision, answers))

    def leave(self) -> None:
        """Decline it, unless others see it, too, and may answer."""
        if self.asker.is_ours:
            self.answer(Decision.DECLINE)


class OpenApprovals:
    """All questions that are not answered yet."""

    def __init__(self) -> None:
        # Also unique among the processes of one home: windows answer each other's.
        self._name = secrets.token_hex(4)
        self._numbers = count(1)
        self._open: dict[str, OpenApproval] = {}

    def ask(
        self,
        request: ServerRequest,
        asked: Asked,
        task: LiveTask,
        files: tuple[str, ...],
    ) -> Approval:
        """Take in a question; *task* is the one that a person sees it in."""
        approval = Approval(
            request_id=f"question-{self._name}-{next(self._numbers)}",
            thread_id=task.target.thread_id,
            turn_id=asked.turn_id,
            item_id=asked.item_id,
            kind=asked.kind,
            title=asked.title,
            reason=asked.reason,
            command=asked.command,
            cwd=asked.cwd,
            files=asked.files or files,
            decisions=asked.decisions,
            questions=asked.questions,
            at=asked.at or int(time.time() * 1000),
        )
        one = OpenApproval(approval, request, asked, task.place)
        self._open[approval.request_id] = one
        return approval

    def of(self, thread_id: ThreadId) -> tuple[Approval, ...]:
        """Return the questions of a task, the oldest first."""
        return tuple(one.approval for one in self._of(thread_id))

    def take(self, request_id: str) -> OpenApproval:
        """Take a question out, to answer it.

        Raises:
            ApprovalGoneError: somebody else did, or its turn ended.
        """
        found = self._open.pop(request_id, None)
        if found is None:
            raise ApprovalGoneError(request_id)
        return found

    def take_resolved(
        self, asker: SharedServer, server_id: RequestId
    ) -> Approval | None:
        """Take out the question that its server says is resolved, if it is open."""
        for request_id, one in self._open.items():
            if one.asker is asker and one.request.id == server_id:
                return self._open.pop(request_id).approval
        return None

    def take_all(self, thread_id: ThreadId) -> list[OpenApproval]:
        """Take out all questions of a task."""
        found = list(self._of(thread_id))
        for one in found:
            del self._open[one.approval.request_id]
        return found

    def _of(self, thread_id: ThreadId) -> Iterator[OpenApproval]:
        return (
            one
            for one in list(self._open.values())
            if one.approval.thread_id == thread_id
        )
