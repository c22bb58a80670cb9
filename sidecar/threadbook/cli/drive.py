"""Drive: one turn of one task, streamed to the terminal or as JSON Lines."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import orjson

from threadbook.cli.asking import ask, has_somebody_to_ask
from threadbook.cli.output import console, harmless, one_line
from threadbook.cli.transcript import print_item
from threadbook.errors import ApprovalGoneError, TurnFailedError, UsageLimitError
from threadbook.handlers.convert_live import approval_to_wire, event_to_wire
from threadbook.handlers.live import task_answer
from threadbook.live.tasks import LiveTasks
from threadbook.live.types import ApprovalAsked, ApprovalResolved, TaskEvent
from threadbook.protocol import live as wire
from threadbook.protocol import thread as wire_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from threadbook.cli.asking import Answers, Decision
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.live.types import Published
    from threadbook.protocol.base import WireModel

    Heard = (
        wire.TaskEventNotification
        | wire.TaskApprovalNotification
        | wire.TaskApprovalResolvedNotification
    )


@dataclass(frozen=True, slots=True)
class Started:
    """What a turn began with."""

    thread_id: str
    turn_id: str | None
    """None: the task was only loaded, and is let go of at once."""
    response: WireModel


class Drive:
    """Runs one turn and ends with it."""

    def __init__(
        self, session: Session, context: Context, *, timeout_s: float | None = None
    ) -> None:
        """Print for *session*; give up (interrupting the turn) after *timeout_s*."""
        self.review: str | None = None
        """What a review came to, once it has ended; it is not printed."""
        self._session = session
        self._context = context
        self._timeout_s = timeout_s
        self._queue: asyncio.Queue[Heard] = asyncio.Queue()
        self._later: deque[Heard] = deque()
        self._out = console(session)
        self._streaming: str | None = None

    async def run(self, begin: Callable[[Context], Awaitable[Started]]) -> Started:
        """Begin a turn, and stream until it has ended.

        Raises:
            UsageLimitError: the account's limit ended the turn.
            TurnFailedError: an error, an interrupt or the timeout did.
        """
        live = LiveTasks(
            self._context.home,
            codex=self._context.codex,
            publish=self._published,
        )
        self._context.live = live
        end = None
        try:
            async with asyncio.timeout(self._timeout_s):
                started = await begin(self._context)
                self._say_started(started.response)
                if started.turn_id is not None:
                    end = await self._stream(started.thread_id, started.turn_id)
        except TimeoutError as error:
            message = f"The turn took longer than {self._timeout_s} s; it was stopped"
            raise TurnFailedError(message, "timeout") from error
        finally:
            # Ends a running turn as interrupted, cleanly, in the rollout too.
            await live.close()
        if end is not None:
            judge(end)
        return started

    def hear(self, heard: Heard) -> None:
        """Take what is said or asked in the task; on the loop."""
        self._queue.put_nowait(heard)

    def _published(self, message: Published) -> None:
        match message:
            case TaskEvent():
                self.hear(event_to_wire(message))
            case ApprovalAsked(approval=approval):
                asked = approval_to_wire(approval)
                self.hear(wire.TaskApprovalNotification(approval=asked))
            case ApprovalResolved(thread_id=thread_id, request_id=request_id):
                self.hear(
                    wire.TaskApprovalResolvedNotification(
                        thread_id=thread_id, request_id=request_id
                    )
                )

    def _say_started(self, response: WireModel) -> None:
        if self._session.json:
            body = response.model_dump_json(by_alias=True)
            self._session.emit_line({"started": orjson.Fragment(body)})

    async def _stream(self, thread_id: str, turn_id: str) -> wire.TurnCompletedEvent:
        while True:
            message = self._later.popleft() if self._later else await self._queue.get()
            match message:
                case wire.TaskEventNotification(event=event):
                    self._note_review(event)
                    self._show(message)
                    if (
                        isinstance(event, wire.TurnCompletedEvent)
                        and message.thread_id == thread_id
                        and message.turn_id == turn_id
                    ):
                        return event
                case wire.TaskApprovalNotification(approval=approval):
                    await self._ask(approval)
                case wire.TaskApprovalResolvedNotification():
                    pass

    def _note_review(self, event: wire.Event) -> None:
        match event:
            case wire.ItemCompletedEvent(item=wire_thread.ReviewItem() as item):
                self.review = None if item.entered else item.text.text
            case _:
                pass

    def _show(self, notification: wire.TaskEventNotification) -> None:
        if self._session.json:
            line = notification.model_dump_json(by_alias=True)
            self._session.emit_line(orjson.Fragment(line))
            return
        match notification.event:
            case wire.ItemDeltaEvent(field="text") as delta:
                self._delta(delta)
            case wire.ItemCompletedEvent(item=item):
                self._completed(item)
            case wire.WarningEvent(message=message) | wire.ErrorEvent(message=message):
                self._end_stream()
                # Not on stdout: that is what the agent says and does.
                color = "yellow" if self._session.color else None
                click.secho(harmless(message), fg=color, err=True)
            case _:
                pass

    def _delta(self, delta: wire.ItemDeltaEvent) -> None:
        if self._streaming != delta.item_id:
            self._end_stream()
            self._streaming = delta.item_id
        sys.stdout.write(harmless(delta.delta))
        sys.stdout.flush()

    def _completed(self, item: wire_thread.Item) -> None:
        is_streamed = item.item_id == self._streaming
        self._end_stream()
        match item:
            case wire_thread.ReviewItem() | wire_thread.UserMessageItem():
                pass
            case wire_thread.AgentMessageItem() if item.text.text == self.review:
                # Codex says it twice.
                pass
            case _ if not is_streamed:
                print_item(self._out, item, diffs=True)
            case _:
                pass

    def _end_stream(self) -> None:
        if self._streaming is not None:
            sys.stdout.write("\n")
            self._streaming = None

    async def _ask(self, approval: wire.Approval) -> None:
        self._end_stream()
        if self._session.json:
            body = approval.model_dump_json(by_alias=True)
            self._session.emit_line({"approval": orjson.Fragment(body)})
        if not has_somebody_to_ask():
            await self._ask_nobody(approval)
            return
        asking = asyncio.create_task(ask(approval))
        over = asyncio.create_task(self._over(approval))
        try:
            await asyncio.wait({asking, over}, return_when=asyncio.FIRST_COMPLETED)
            if over.done():
                click.echo("\nThat question is no longer open", err=True)
                return
            try:
                decision, answers = asking.result()
            except EOFError:
                decision, answers = "decline", None
            await self._answer(approval, decision, answers)
        finally:
            for each in (asking, over):
                each.cancel()
            await asyncio.gather(asking, over, return_exceptions=True)

    async def _ask_nobody(self, approval: wire.Approval) -> None:
        title = one_line(approval.title)
        sys.stderr.write(f"threadbook: declined, nobody to ask: {title}\n")
        await self._answer(approval, "decline", None)

    async def _answer(
        self, approval: wire.Approval, decision: Decision, answers: Answers | None
    ) -> None:
        params = wire.TaskAnswerParams(
            thread_id=approval.thread_id,
            request_id=approval.request_id,
            decision=decision,
            answers=answers,
        )
        try:
            await self._send_answer(params)
        except ApprovalGoneError:
            # Its turn ended in the same moment; how, its end says.
            self._session.remark("That question is no longer open")

    async def _send_answer(self, params: wire.TaskAnswerParams) -> None:
        await task_answer(self._context, params)

    async def _over(self, approval: wire.Approval) -> None:
        """Wait until a question needs no answer; what else is said waits its turn."""
        while True:
            message = await self._queue.get()
            match message:
                case wire.TaskApprovalResolvedNotification(
                    request_id=approval.request_id
                ):
                    return
                case _:
                    self._later.append(message)


def judge(end: wire.TurnCompletedEvent) -> None:
    """Raise unless the turn completed."""
    if end.status == "completed":
        return
    stop = end.stop
    message = (stop and stop.message) or f"The turn was {end.status}"
    if stop is not None and stop.kind == "usageLimit":
        raise UsageLimitError(message, stop.resets_at)
    raise TurnFailedError(message, stop.kind if stop else None)
