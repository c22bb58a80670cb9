"""Guest: a program at a terminal takes part in a task that a window drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException

from threadbook.errors import NotPossibleError
from threadbook.handlers.convert_live import event_to_wire
from threadbook.ids import ThreadId
from threadbook.live.feed import Feed
from threadbook.protocol import live as wire
from threadbook.protocol.errors import told_error
from threadbook.server.neighbours import Neighbours
from threadbook.server.peer import PeerGoneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.home import CodexHome
    from threadbook.protocol.base import WireModel

Heard = (
    wire.TaskEventNotification
    | wire.TaskApprovalNotification
    | wire.TaskApprovalResolvedNotification
)

_NOTIFICATIONS: dict[str, type[Heard]] = {
    "task/event": wire.TaskEventNotification,
    "task/approval": wire.TaskApprovalNotification,
    "task/approvalResolved": wire.TaskApprovalResolvedNotification,
}


_GONE = "The Threadbook process that drove this task is gone; say it again"


class Guest:
    """Takes part in one task; belongs to one loop."""

    def __init__(
        self,
        home: CodexHome,
        thread_id: str,
        hear: Callable[[Heard], None],
        *,
        sees_questions: bool,
    ) -> None:
        """Tell *hear* what is said and asked in the task, on the loop."""
        self._thread_id = ThreadId(thread_id)
        self._hear = hear
        feed = Feed(lambda event: hear(event_to_wire(event)))
        self._neighbours = Neighbours(
            home,
            feed,
            self._notified,
            lambda _: None,
            sees_questions=sees_questions,
        )
        self.joined: str | None = None
        """The turn that ran already when we came."""

    async def come_in(self) -> bool:
        """Go to who drives the task; False: nobody does whom we can speak to."""
        await self._neighbours.look()
        try:
            await self._neighbours.want(self._thread_id, None)
        except PeerGoneError:
            return False
        link = self._neighbours.driver_of(self._thread_id)
        heard = link.heard.get(self._thread_id) if link is not None else None
        self.joined = heard.turn_id if heard is not None else None
        return heard is not None

    async def ask(self, method: str, params: WireModel) -> Any:
        """Have the driver answer a request.

        Raises:
            TaskError: its answer is a fault; or it is gone.
        """
        link = self._neighbours.driver_of(self._thread_id)
        if link is None:
            raise NotPossibleError(_GONE)
        try:
            body = params.model_dump(mode="json", by_alias=True)
            return await link.ask(method, body)
        except PeerGoneError as error:
            raise NotPossibleError(_GONE) from error
        except JsonRpcException as error:
            data: dict[str, Any] = error.data or {}
            kind = str(data.get("kind", "internal"))
            raise told_error(kind, error.message, data.get("facts", {})) from error

    async def close(self) -> None:
        """Leave; a question that nobody else sees waits a while for somebody."""
        await self._neighbours.close()

    def _notified(self, method: str, body: dict[str, Any]) -> None:
        said = body.get("approval", body)
        if said["threadId"] == self._thread_id:
            heard = _NOTIFICATIONS[method].model_validate(body, by_alias=True)
            self._hear(heard)
