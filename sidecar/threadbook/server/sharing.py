"""Sharing: one task in several windows, and turns that outlive theirs.

Every process drives its own client's tasks, is a host to others who want to take part
(`host`), and takes part in what others drive (`neighbours`). When its window closes in
the middle of a turn it goes on, without a client, until the turn ends.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import orjson

from threadbook.errors import NotPossibleError, TaskInUseError, ThreadNotFoundError
from threadbook.handlers.patience import find
from threadbook.handlers.seen import look_at, look_away
from threadbook.ids import ThreadId
from threadbook.server.peer import PeerGoneError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from threadbook.handlers.context import Context
    from threadbook.live.types import Published
    from threadbook.server.host import Host
    from threadbook.server.neighbours import Neighbours

    Local = Callable[[], Awaitable[orjson.Fragment]]

_log = logging.getLogger(__name__)

SILENCE_S = 6 * 3600.0
"""A turn that runs on without a window and says nothing for so long is stopped."""
_LOOK_S = 0.5
_FAREWELL_S = 0.2
_OURSELVES = "threadbook"
"""What the holder of a lock is called that another process of ours has."""
_TRIES, _TRY_AGAIN_S = 10, 0.1
"""How often one is looked for that has loaded a task and not announced itself yet."""

_PASSED_ON = frozenset(
    {
        "task/send",
        "task/queue",
        "task/steer",
        "task/interrupt",
        "task/compact",
        "task/answer",
    }
)
SHARED = _PASSED_ON | {
    "task/resume",
    "task/read",
    "task/follow",
    "task/release",
    "task/unfollow",
}


class Sharing:
    """What a server does for the other windows of its home; belongs to one loop."""

    def __init__(self, context: Context, host: Host, neighbours: Neighbours) -> None:
        """Take the context whose tasks are shared."""
        self._context = context
        self._host = host
        self._neighbours = neighbours
        self._heard = asyncio.Event()
        self._ended = asyncio.Event()
        self._opening: dict[ThreadId, asyncio.Task[Any]] = {}
        """Tasks that our client begins to look at: pages wait until it does."""
        self._noting: set[asyncio.Task[None]] = set()
        self._in_order = asyncio.Lock()

    def start(self) -> None:
        """Look for others; on the loop."""
        self._neighbours.start()

    def nudge(self) -> None:
        """Look for others soon: something was written; on the loop."""
        self._neighbours.nudge()

    def drives(self, thread_id: ThreadId) -> bool:
        """Whether a task's events come from its driver, not from its file."""
        live = self._context.live
        own = live is not None and live.drives(thread_id)
        return own or self._neighbours.drives(thread_id)

    def held_changed(self) -> None:
        """Take that other tasks are driven here now; on the loop."""
        self._host.held_changed()

    def published(self, message: Published) -> None:
        """Take what a task of ours says; on the loop."""
        self._heard.set()
        self._host.published(message)

    async def answer(self, method: str, params: Any, local: Local) -> orjson.Fragment:
        """Answer our client: by the task's driver, or with *local* where that is us."""
        thread_id = await self._thread_of(method, params)
        if thread_id is None:
            return await local()
        match method:
            case "task/follow":
                answer = await self._follow(thread_id, params, local)
                self._note(look_at, thread_id)
                return answer
            case "task/resume":
                return await self._resume(thread_id, params, local)
            case "task/release" | "task/unfollow":
                answer = await self._leave(thread_id, method, local)
                self._note(look_away, thread_id)
                return answer
            case "task/read":
                return await self._read(thread_id, params, local)
            case _:
                return await self._pass_on(thread_id, method, params, local)

    async def may_go_on(self) -> bool:
        """Whether a turn of ours runs that others can take part in."""
        await self._host.opened()
        return self._host.is_open and self._is_busy()

    def heed_signals(self) -> None:
        """Let signals end us in good order; we are nobody's child any more."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(each, self._ended.set)

    async def go_on(self) -> None:
        """Drive what runs until it has ended; nobody is there who could ask for more.

        Ends early on a signal, or when nothing was said for very long.
        """
        ended, loop = self._ended, asyncio.get_running_loop()
        home = self._home_id()
        await self._host.windowless()
        last = loop.time()
        while self._is_busy() and not ended.is_set():
            if self._heard.is_set():
                self._heard.clear()
                last = loop.time()
            if home is None or self._home_id() != home:
                _log.warning("the home of a turn without a window is gone")
                return
            if loop.time() - last > SILENCE_S:
                _log.warning("a turn without a window says nothing; it is stopped")
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await ended.wait()
        if not ended.is_set():
            await self._farewell()

    async def close(self) -> None:
        """End what is shared; the tasks themselves end after that."""
        await self._neighbours.close()
        await self._host.close()
        await asyncio.gather(*self._noting, return_exceptions=True)

    def _note(
        self, look: Callable[[Context, ThreadId], None], thread_id: ThreadId
    ) -> None:
        """Note what our client looks at: in order, and nobody waits for it."""

        async def note() -> None:
            async with self._in_order:
                await asyncio.to_thread(look, self._context, thread_id)

        noting = asyncio.create_task(note())
        self._noting.add(noting)
        noting.add_done_callback(self._noted)

    def _noted(self, noting: asyncio.Task[None]) -> None:
        self._noting.discard(noting)
        # It is only a mark in a list.
        error = None if noting.cancelled() else noting.exception()
        if error is not None:
            _log.warning("Not noted as seen: %s", type(error).__name__)

    def _home_id(self) -> tuple[int, int] | None:
        """Return which folder the home is: one made anew in its place is another."""
        try:
            found = self._context.home.root.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _is_busy(self) -> bool:
        live = self._context.live
        return live is not None and live.busy

    async def _farewell(self) -> None:
        """Let go of all tasks, so that others can take them up before we are gone."""
        live = self._context.live
        if live is not None:
            for thread_id in live.driven():
                await live.release(thread_id)
        await asyncio.sleep(_FAREWELL_S)

    async def _thread_of(self, method: str, params: Any) -> ThreadId | None:
        """Return the task that a request is about; None: that is nobody else's."""
        if method not in SHARED or not isinstance(params, dict):
            return None
        wanted = cast("dict[str, Any]", params).get("threadId")
        if not isinstance(wanted, str):
            return None
        if len(wanted) == len("00000000-0000-0000-0000-000000000000"):
            return ThreadId(wanted)
        try:
            row = await find(self._context, wanted)
        except ThreadNotFoundError:
            return None
        return row.thread_id

    async def _follow(
        self,
        thread_id: ThreadId,
        params: Any,
        local: Local,
    ) -> orjson.Fragment:
        after: int | None = params.get("afterSeq")
        looking = asyncio.create_task(self._look(thread_id, after))
        self._opening[thread_id] = looking
        try:
            own = await local()
            await asyncio.wait({looking})
        finally:
            looking.cancel()
            if self._opening.get(thread_id) is looking:
                del self._opening[thread_id]
        try:
            missed = looking.result()
        except PeerGoneError:
            return own
        live = self._context.live
        answer = {
            "seq": live.seq(thread_id) if live is not None else 0,
            "approvals": self._neighbours.approvals(thread_id),
            "missed": missed,
        }
        return orjson.Fragment(orjson.dumps(answer))

    async def _look(self, thread_id: ThreadId, after: int | None) -> list[Any] | None:
        self._host.own_looks(thread_id)
        await self._neighbours.look()
        return await self._neighbours.want(thread_id, after)

    async def _resume(
        self,
        thread_id: ThreadId,
        params: Any,
        local: Local,
    ) -> orjson.Fragment:
        self._host.own_looks(thread_id)
        await self._neighbours.look()
        with suppress(PeerGoneError):
            return await self._at_driver(thread_id, "task/resume", params)
        try:
            answer = await local()
        except TaskInUseError as error:
            return await self._resume_after_all(params, error)
        await self._host.opened()
        return answer

    async def _resume_after_all(
        self,
        params: Any,
        error: TaskInUseError,
    ) -> orjson.Fragment:
        """Take part in what another window drives since this very moment.

        Or under another id: that of the task that goes on for one of 2025.
        """
        thread_id = ThreadId(error.thread_id)
        params = {**params, "threadId": thread_id}
        for _ in range(_TRIES if error.program == _OURSELVES else 1):
            await self._neighbours.look()
            with suppress(PeerGoneError):
                return await self._at_driver(thread_id, "task/resume", params)
            if self._neighbours.strangers:
                break
            await asyncio.sleep(_TRY_AGAIN_S)
        raise self._explained(error) from error

    def _explained(self, error: TaskInUseError) -> TaskInUseError:
        if error.program != _OURSELVES or not self._neighbours.strangers:
            return error
        version = self._neighbours.strangers[0].version
        return TaskInUseError(
            error.thread_id,
            program=f"Threadbook {version} in another window, which is not of this "
            "version; reload that window to share the task",
            pid=error.pid,
            since_ms=error.since_ms,
        )

    async def _at_driver(
        self,
        thread_id: ThreadId,
        method: str,
        params: Any,
    ) -> orjson.Fragment:
        """Ask the driver, and number its answer as our client counts.

        Raises:
            PeerGoneError: nobody else drives the task (any more).
        """
        await self._neighbours.want(thread_id, None)
        link = self._neighbours.driver_of(thread_id)
        if link is None:
            raise PeerGoneError
        answer = await link.ask(method, params)
        heard = link.heard.get(thread_id)
        if heard is None:
            raise PeerGoneError
        answer["seq"] += heard.offset
        return orjson.Fragment(orjson.dumps(answer))

    async def _read(
        self,
        thread_id: ThreadId,
        params: Any,
        local: Local,
    ) -> orjson.Fragment:
        looking = self._opening.get(thread_id)
        if looking is not None:
            await asyncio.wait({looking})
        # Who began to drive it just now is no stranger who holds it.
        await self._neighbours.look()
        if self._neighbours.drives(thread_id):
            with suppress(PeerGoneError):
                return await self._at_driver(thread_id, "task/read", params)
        return await local()

    async def _pass_on(
        self,
        thread_id: ThreadId,
        method: str,
        params: Any,
        local: Local,
    ) -> orjson.Fragment:
        link = self._neighbours.driver_of(thread_id)
        if link is None:
            return await local()
        try:
            answer = await link.ask(method, params)
        except PeerGoneError as error:
            message = (
                "The Threadbook process that drove this task is gone; look at what it "
                "has done, and say it again"
            )
            raise NotPossibleError(message) from error
        return orjson.Fragment(orjson.dumps(answer))

    async def _leave(
        self, thread_id: ThreadId, method: str, local: Local
    ) -> orjson.Fragment:
        """Leave a task, and what waits of it to those who still look."""
        held = await self._neighbours.leave(thread_id)
        others_look = self._host.own_leaves(thread_id)
        if method == "task/release" and (held or others_look):
            if self._context.follower is not None:
                await asyncio.to_thread(self._context.follower.unfollow, thread_id)
            return orjson.Fragment(b'{"released":true}')
        return await local()
