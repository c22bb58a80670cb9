"""Taking part: a turn in a task that a Threadbook window drives, from the terminal.

What is said goes to the window's own process: a turn of its own, or added to the one
that runs. Both hear the same, and a question is answered wherever somebody does first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from threadbook.cli.asking import has_somebody_to_ask
from threadbook.cli.drive import Drive, judge
from threadbook.cli.output import one_line
from threadbook.errors import (
    TaskError,
    TaskInUseError,
    TurnFailedError,
)
from threadbook.live.announce import announced
from threadbook.protocol import live as wire

if TYPE_CHECKING:
    from threadbook.cli.going_on import Begin
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.server.guest import Guest

_TRIES, _TRY_AGAIN_S = 10, 0.1
"""How often a window is looked for that has loaded the task a moment ago."""
_LAST_WORD_S = 5.0


async def go_on_anywhere(
    session: Session,
    context: Context,
    params: wire.TaskResumeParams,
    begin: Begin,
    timeout_s: float | None,
) -> None:
    """Run a turn where the task is driven, or with *begin* where nobody drives it.

    Raises:
        TaskInUseError: a program has it open that does not share it.
        TaskError: what the turn came to.
    """
    if await TakingPart(session, context, timeout_s=timeout_s).run_there(params):
        return
    try:
        await Drive(session, context, timeout_s=timeout_s).run(begin)
    except TaskInUseError as error:
        if not announced(context.home):
            raise
        # Taken up in this moment; or it is the task that goes on for one of 2025.
        params = params.model_copy(update={"thread_id": error.thread_id})
        for _ in range(_TRIES):
            part = TakingPart(session, context, timeout_s=timeout_s)
            if await part.run_there(params):
                return
            await asyncio.sleep(_TRY_AGAIN_S)
        raise


class TakingPart(Drive):
    """Runs one turn in another process's task, and ends with it."""

    _guest: Guest

    async def run_there(self, params: wire.TaskResumeParams) -> bool:
        """Say the prompt there, and stream until its turn has ended.

        False: nobody drives the task with whom it could be shared.

        Raises:
            UsageLimitError: the account's limit ended the turn.
            TurnFailedError: an error, an interrupt, the timeout or the end of the
                process that drove it did.
            TaskError: the window's process refuses it.
        """
        if not announced(self._context.home):
            return False
        # Imported late: mostly nobody else drives anything.
        from threadbook.server.guest import Guest  # noqa: PLC0415

        self._guest = Guest(
            self._context.home,
            params.thread_id,
            self.hear,
            sees_questions=has_somebody_to_ask(),
        )
        try:
            if not await self._guest.come_in():
                return False
            end = await self._take_part(params)
        finally:
            await self._guest.close()
        if end is not None:
            judge(end)
        return True

    async def _take_part(
        self, params: wire.TaskResumeParams
    ) -> wire.TurnCompletedEvent | None:
        thread_id, turn_id, end = params.thread_id, None, None
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._guest.ask("task/resume", params)
                response = wire.TaskResumeResponse.model_validate(answer)
                thread_id, turn_id = response.thread_id, response.turn_id
                self._session.remark(self._whose_turn(turn_id))
                self._say_started(response)
                if turn_id is not None:
                    end = await self._stream(thread_id, turn_id)
        except TimeoutError as error:
            ended = "goes on there" if self._is_theirs(turn_id) else "was stopped"
            message = f"The turn took longer than {self._timeout_s} s; it {ended}"
            raise TurnFailedError(message, "timeout") from error
        finally:
            if end is None and turn_id is not None and not self._is_theirs(turn_id):
                await self._stop(thread_id)
        return end

    def _is_theirs(self, turn_id: str | None) -> bool:
        """Whether the turn ran before we came: it does not end with us."""
        return turn_id is not None and turn_id == self._guest.joined

    def _whose_turn(self, turn_id: str | None) -> str:
        if self._is_theirs(turn_id):
            return "A Threadbook window drives this task; added to the turn that runs"
        return "A Threadbook window drives this task; the turn runs there"

    async def _stop(self, thread_id: str) -> None:
        params = wire.TaskInterruptParams(thread_id=thread_id)
        try:
            async with asyncio.timeout(_LAST_WORD_S):
                await self._guest.ask("task/interrupt", params)
        except (TimeoutError, TaskError):
            # It ended by itself, or with its process.
            return

    async def _ask_nobody(self, approval: wire.Approval) -> None:
        title = one_line(approval.title)
        self._session.remark(f"waits for an answer in a window: {title}")

    async def _send_answer(self, params: wire.TaskAnswerParams) -> None:
        await self._guest.ask("task/answer", params)
