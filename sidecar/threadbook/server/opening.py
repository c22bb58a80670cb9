"""Opening: what the requests of one client work on, opened in two steps.

A list needs the index and the book; the rest (what runs, what watches) is built
right after the first page, or when something else is asked for.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from threadbook.errors import TaskError
from threadbook.handlers.assemble import assemble
from threadbook.watch.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import orjson

    from threadbook.handlers.context import Context
    from threadbook.index.types import Changes, Progress
    from threadbook.live.tasks import LiveTasks
    from threadbook.live.types import Published
    from threadbook.server.notify import Notifier
    from threadbook.server.sharing import Sharing

    Notify = Callable[[str, Any], None]

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

_WORKERS = 8


@dataclass(slots=True)
class ServerOptions:
    """What the command line or the client's `initializationOptions` chose."""

    codex_home: Path | None = None
    codex_path: str | None = None
    auto_resume: bool = False
    """Whether tasks that a limit stopped go on by themselves, unasked."""
    trash_keep_days: int = 0
    """How long tasks stay in the trash; 0: for ever."""
    search_outputs: bool = False
    """Whether outputs of commands are findable too."""


class Opening:
    """The context of one client; made on the loop, safe to ask from any thread."""

    def __init__(self, options: ServerOptions, notify: Notify) -> None:
        """Open nothing yet; what there is to tell goes to *notify*, on the loop."""
        self.pool = ThreadPoolExecutor(_WORKERS, "handler")
        self._options = options
        self.notify = notify
        self._loop = asyncio.get_running_loop()
        self._guard = threading.RLock()
        self._context: Context | None = None
        self._notifier: Notifier | None = None
        self._sharing: Sharing | None = None
        self._missed: list[Changes] = []
        """What the feed said before there was anybody to tell it to clients."""

    def choose(self, options: object) -> None:
        """Take the client's `initializationOptions`."""
        if not isinstance(options, dict):
            return
        chosen = cast("dict[str, Any]", options)
        home = chosen.get("codexHome")
        path = chosen.get("codexPath")
        if isinstance(home, str) and home:
            self._options.codex_home = Path(home)
        if isinstance(path, str) and path:
            self._options.codex_path = path
        self._options.auto_resume = chosen.get("autoResume") == "on"
        self._options.search_outputs = chosen.get("searchOutputs") is True
        days = chosen.get("trashKeepDays")
        if isinstance(days, int):
            self._options.trash_keep_days = days

    def work(self, function: Callable[[], _T]) -> Awaitable[_T]:
        """Run something on a worker; on the loop."""
        return self._loop.run_in_executor(self.pool, function)

    def for_lists(self) -> Context:
        """Return the context as far as lists need it.

        A home that is missing now may be there at the next request.

        Raises:
            HomeNotFoundError: CODEX_HOME is missing.
        """
        with self._guard:
            if self._context is None:
                self._context = self._assemble()
            return self._context

    def context(self) -> Context:
        """Return the context, all of it.

        Raises:
            HomeNotFoundError: CODEX_HOME is missing.
        """
        with self._guard:
            context = self.for_lists()
            if self._notifier is None:
                self._begin(context)
            return context

    def begin(self) -> None:
        """Open all of it now, on a worker: the next request finds it open."""
        self.pool.submit(self._try_begin)

    async def share(
        self,
        method: str,
        params: Any,
        local: Callable[[], Awaitable[orjson.Fragment]],
    ) -> orjson.Fragment:
        """Answer a request with *local*, or have another process answer it."""
        from threadbook.server.sharing import SHARED  # noqa: PLC0415

        if self._sharing is None and method in SHARED:
            # The first requests come while the rest is still being built.
            await self.work(self.context)
        if self._sharing is None:
            return await local()
        return await self._sharing.answer(method, params, local)

    async def go_on(self, let_go: Callable[[], None]) -> None:
        """Without a client, go on until the turns that run have ended.

        *let_go* is called before, unless nothing runs that is worth it.
        """
        sharing, context = self._sharing, self._context
        if sharing is None or context is None or not await sharing.may_go_on():
            return
        sharing.heed_signals()
        let_go()
        if self._notifier is not None:
            self._notifier.close()
        if context.scheduler is not None:
            await context.scheduler.retire()
        await self._stop_looking(context)
        await sharing.go_on()

    async def close(self) -> None:
        """Stop what runs; no process and no thread outlives us."""
        if self._notifier is not None:
            self._notifier.close()
        context = self._context
        if context is None:
            self.pool.shutdown(wait=False, cancel_futures=True)
            return
        if context.scheduler is not None:
            await context.scheduler.stop()
        if self._sharing is not None:
            await self._sharing.close()
        if context.live is not None:
            await context.live.close()
        await self._stop_looking(context)
        self.pool.shutdown(wait=True, cancel_futures=True)
        context.index.close()
        context.book.close()

    async def _stop_looking(self, context: Context) -> None:
        """Do no more for the home: other processes do."""
        from threadbook.handlers.condition import stop_tidying  # noqa: PLC0415
        from threadbook.handlers.moving import stop_telling  # noqa: PLC0415
        from threadbook.handlers.seen import look_away  # noqa: PLC0415

        await stop_tidying(context)
        await stop_telling(context)
        if context.annotations is not None:
            await asyncio.to_thread(context.annotations.stop)
        if context.feed is not None:
            await asyncio.to_thread(context.feed.stop)
        # The window took its panels along; nobody is left who would be told.
        context.announce = None
        for thread_id in tuple(context.in_view):
            # It is only a mark in a list: an index that is busy now keeps nobody here.
            with suppress(TaskError):
                await asyncio.to_thread(look_away, context, thread_id)

    def _assemble(self) -> Context:
        context = assemble(self._options.codex_home, self._options.codex_path)
        context.feed = Feed(
            context.home,
            context.index,
            on_changes=self._on_changes,
            on_progress=self._on_progress,
            search_outputs=self._options.search_outputs,
        )
        if context.index.count():
            # What was known last time is worth showing at once; looking for news
            # would only get in its way.
            context.feed.first_batch.set()
        else:
            context.feed.start()
        return context

    def _begin(self, context: Context) -> None:
        from threadbook.handlers.condition import start_tidying  # noqa: PLC0415
        from threadbook.handlers.schedule import ScheduleRunner  # noqa: PLC0415
        from threadbook.live.schedule import Scheduler  # noqa: PLC0415
        from threadbook.live.tasks import LiveTasks  # noqa: PLC0415
        from threadbook.live.timing import Timing  # noqa: PLC0415
        from threadbook.server.notify import Notifier  # noqa: PLC0415
        from threadbook.watch.annotations import AnnotationFeed  # noqa: PLC0415
        from threadbook.watch.follow import Follower  # noqa: PLC0415

        notifier = Notifier(self.notify, self._loop, self.pool)
        live = LiveTasks(
            context.home,
            codex=context.codex,
            publish=self._published,
            held=self._held_changed,
        )
        context.live = live
        sharing = self._share(context, live, notifier)
        context.scheduler = Scheduler(
            context.schedules,
            ScheduleRunner(context),
            Timing(context.clock),
            on_change=notifier.touched,
            is_automatic=self._options.auto_resume,
        )
        context.follower = Follower(
            context.index,
            partial(notifier.on_loop, live.feed.add),
            sharing.drives,
        )
        context.announce = notifier.changes
        context.annotations = AnnotationFeed(context.book, notifier.changes)
        context.annotations.start()
        notifier.attach(context)
        for changes in self._missed:
            notifier.changes(changes)
        self._missed.clear()
        self._notifier = notifier
        self._sharing = sharing
        if context.feed is not None:
            context.feed.start()
        notifier.on_loop(context.scheduler.start)
        notifier.on_loop(sharing.start)
        notifier.on_loop(start_tidying, context, self._options.trash_keep_days)

    def _share(self, context: Context, live: LiveTasks, notifier: Notifier) -> Sharing:
        from threadbook.server.answer import answer  # noqa: PLC0415
        from threadbook.server.host import Host  # noqa: PLC0415
        from threadbook.server.neighbours import Neighbours  # noqa: PLC0415
        from threadbook.server.sharing import Sharing  # noqa: PLC0415

        def respond(method: str, params: Any) -> Awaitable[orjson.Fragment]:
            return answer(method, self.context, self.pool, self.notify)(params)

        neighbours = Neighbours(context.home, live.feed, self.notify, notifier.touched)
        context.others = neighbours
        return Sharing(context, Host(context.home, live, respond), neighbours)

    def _held_changed(self) -> None:
        if self._sharing is not None:
            self._sharing.held_changed()

    def _try_begin(self) -> None:
        try:
            self.context()
        except Exception as error:  # noqa: BLE001 - the next request meets it again
            _log.warning("the home could not be opened: %s", type(error).__name__)

    def _on_changes(self, changes: Changes) -> None:
        if self._notifier is None:
            with self._guard:
                if self._notifier is None:
                    self._missed.append(changes)
                    return
        self._notifier.changes(changes)
        if self._sharing is not None:
            # Who writes into a task has announced himself.
            self._notifier.on_loop(self._sharing.nudge)

    def _on_progress(self, progress: Progress) -> None:
        if self._notifier is not None:
            self._notifier.progress(progress)

    def _published(self, message: Published) -> None:
        if self._notifier is not None:
            self._notifier.published(message)
        if self._sharing is not None:
            self._sharing.published(message)
        context = self._context
        if context is not None and context.scheduler is not None:
            context.scheduler.heard(message)
