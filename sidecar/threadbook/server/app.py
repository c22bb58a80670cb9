"""Build the sidecar: register the handlers, own the context and what runs in it."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from lsprotocol.types import INITIALIZE
from pygls.protocol import default_converter

from threadbook import __version__
from threadbook.handlers import HANDLERS
from threadbook.handlers.assemble import assemble
from threadbook.handlers.moving import stop_telling
from threadbook.handlers.schedule import ScheduleRunner
from threadbook.live.schedule import Scheduler
from threadbook.live.tasks import LiveTasks
from threadbook.live.timing import Timing
from threadbook.server.answer import answer
from threadbook.server.notify import Notifier
from threadbook.server.protocol import TaskProtocol, TaskServer
from threadbook.watch.feed import Feed
from threadbook.watch.follow import Follower

if TYPE_CHECKING:
    from lsprotocol.types import InitializeParams

    from threadbook.handlers.context import Context
    from threadbook.live.types import Published

_log = logging.getLogger(__name__)

_WORKERS = 8


@dataclass(slots=True)
class ServerOptions:
    """What the command line or the client's `initializationOptions` chose."""

    codex_home: Path | None = None
    codex_path: str | None = None
    auto_resume: bool = False
    """Whether tasks that a limit stopped go on by themselves, unasked."""


class Sidecar(TaskServer):
    """The server of one client."""

    def __init__(self, options: ServerOptions) -> None:
        """Register everything; nothing is opened before `initialize`."""
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - pygls' *args
            "threadbook",
            __version__,
            text_document_sync_kind=None,  # pyright: ignore[reportArgumentType]
            protocol_cls=TaskProtocol,
            converter_factory=default_converter,
        )
        self.options = options
        self._pool = ThreadPoolExecutor(_WORKERS, "handler")
        self._context: Context | None = None
        self._opening = threading.Lock()
        self._notifier: Notifier | None = None

        # pygls marks what it registers, which a bound method can't bear.
        def on_initialize(params: InitializeParams) -> None:
            self._on_initialize(params)

        self.feature(INITIALIZE)(on_initialize)
        for method in HANDLERS:
            self.feature(method)(answer(method, self.context, self._pool))

    def context(self) -> Context:
        """Return the context, opened on first use.

        A home that is missing now may be there at the next request.

        Raises:
            HomeNotFoundError: CODEX_HOME is missing.
        """
        with self._opening:
            if self._context is None:
                self._context = self._open()
            return self._context

    def _open(self) -> Context:
        context = assemble(self.options.codex_home, self.options.codex_path)
        notifier = self._notifier
        if notifier is None:
            return context
        live = LiveTasks(context.home, codex=context.codex, publish=self._published)
        context.live = live
        context.scheduler = Scheduler(
            context.schedules,
            ScheduleRunner(context),
            Timing(context.clock),
            on_change=notifier.touched,
            is_automatic=self.options.auto_resume,
        )
        context.follower = Follower(
            context.index,
            partial(notifier.on_loop, live.tell),
            live.drives,
        )
        context.feed = Feed(
            context.home,
            context.index,
            on_changes=notifier.changes,
            on_progress=notifier.progress,
        )
        context.announce = notifier.changes
        notifier.attach(context)
        context.feed.start()
        notifier.on_loop(context.scheduler.start)
        return context

    async def opened(self) -> None:
        """Take hold of the loop."""
        self._notifier = Notifier(
            self._notify_raw, asyncio.get_running_loop(), self._pool
        )

    async def closed(self) -> None:
        """Stop what runs; no process and no thread outlives us."""
        if self._notifier is not None:
            self._notifier.close()
        context = self._context
        if context is None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            return
        await stop_telling(context)
        if context.scheduler is not None:
            await context.scheduler.stop()
        if context.live is not None:
            await context.live.close()
        if context.feed is not None:
            await asyncio.to_thread(context.feed.stop)
        self._pool.shutdown(wait=True, cancel_futures=True)
        context.index.close()
        context.book.close()

    def _published(self, message: Published) -> None:
        if self._notifier is not None:
            self._notifier.published(message)
        context = self._context
        if context is not None and context.scheduler is not None:
            context.scheduler.heard(message)

    def _notify_raw(self, method: str, params: Any) -> None:
        self.protocol.send_raw({"method": method, "params": params})

    def _on_initialize(self, params: InitializeParams) -> None:
        options = params.initialization_options
        if isinstance(options, dict):
            self._take(cast("dict[str, Any]", options))
        # Opened now, on a worker: the first list finds it open.
        self._pool.submit(self._try_open)

    def _take(self, options: dict[str, Any]) -> None:
        home = options.get("codexHome")
        path = options.get("codexPath")
        if isinstance(home, str) and home:
            self.options.codex_home = Path(home)
        if isinstance(path, str) and path:
            self.options.codex_path = path
        self.options.auto_resume = options.get("autoResume") == "on"

    def _try_open(self) -> None:
        try:
            self.context()
        except Exception as error:  # noqa: BLE001 - the next request meets it again
            _log.warning("the home could not be opened: %s", type(error).__name__)


def serve(options: ServerOptions) -> None:
    """Serve one client on stdin and stdout until it leaves."""
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s %(message)s"
    )
    # pygls logs whole bodies and every expected error with a traceback.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    Sidecar(options).serve()
