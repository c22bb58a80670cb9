"""Neighbours: tasks that other Threadbook processes drive, as if they were driven here.

What our client asks of such a task is asked of its driver, and what the driver tells
goes to our client, numbered on from what it has heard of the task so far.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from threadbook.ids import ThreadId, TurnId
from threadbook.items import Stop, StopKind, TurnCompleted, TurnStatus
from threadbook.live.announce import announced, has_private_address
from threadbook.server.link import Link
from threadbook.server.peer import PeerGoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from threadbook.home import CodexHome
    from threadbook.live.announce import Announcement
    from threadbook.live.feed import Feed

_DRIVER_GONE = "The Threadbook process that drove it is gone"
_LOOK_SECONDS = 10.0
"""So often those who announced themselves are looked for, if nothing says so."""


class Neighbours:
    """The other processes of one home; `drives` and `waiting` ask from any thread."""

    def __init__(
        self,
        home: CodexHome,
        feed: Feed,
        notify: Callable[[str, Any], None],
        touched: Callable[[ThreadId], None],
        *,
        sees_questions: bool = True,
    ) -> None:
        """Tell our client with *notify*, on from the numbers of *feed*.

        *touched* hears whose row may differ. Questions do not wait for a client who
        does not see them.
        """
        self._home = home
        self._feed = feed
        self._sees_questions = sees_questions
        self._notify = notify
        self._touched = touched
        self._links: dict[int, Link] = {}
        self.strangers: tuple[Announcement, ...] = ()
        """Processes of other versions, with whom we do not speak."""
        self._wanted: set[ThreadId] = set()
        """The tasks that our client looks at, whoever drives them."""
        self._wants_all = False
        self._seen: int | None = None
        """When the folder of announcements last changed, as of our last look."""
        self._lock = asyncio.Lock()
        self._work: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self) -> None:
        """Look around, now and again; on the loop."""
        self._begin(self._keep_looking())

    def nudge(self) -> None:
        """Look for new ones, if our client looks at anything; on the loop."""
        if (self._wanted or self._wants_all) and not self._lock.locked():
            self._begin(self.look())

    async def close(self) -> None:
        """Leave everybody."""
        self._closed = True
        work = list(self._work)
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await asyncio.gather(*(link.close() for link in self._links.values()))

    def drives(self, thread_id: ThreadId) -> bool:
        """Whether our client sees a task through its driver; from any thread."""
        return any(thread_id in link.heard for link in list(self._links.values()))

    def waiting(self) -> frozenset[ThreadId]:
        """Return the tasks of others with a question that waits; from any thread."""
        return frozenset(
            ThreadId(approval["threadId"])
            for link in list(self._links.values())
            for approval in list(link.approvals.values())
        )

    def approvals(self, thread_id: ThreadId) -> list[dict[str, Any]]:
        """Return the questions of a task that wait at its driver."""
        return [
            approval
            for link in self._links.values()
            for approval in link.approvals.values()
            if approval["threadId"] == thread_id
        ]

    def reaches(self, thread_id: ThreadId) -> bool:
        """Whether a task is driven where our client can drive it; from any thread."""
        return self.driver_of(thread_id) is not None

    def driver_of(self, thread_id: ThreadId) -> Link | None:
        """Return who drives a task, as far as is known."""
        for link in list(self._links.values()):
            if thread_id in link.driven:
                return link
        return None

    async def look(self) -> None:
        """Meet those who announced themselves since the last look."""
        async with self._lock:
            changed = await asyncio.to_thread(self._changed)
            if changed is None or self._closed:
                return
            found = await asyncio.to_thread(announced, self._home)
            # Before the meeting: who comes in the meantime is met the next time.
            self._seen = changed
            self.strangers = tuple(one for one in found if not one.speaks_as_we_do)
            await asyncio.gather(*map(self._meet, found))

    async def want(self, thread_id: ThreadId, after: int | None) -> list[Any] | None:
        """Hear a task whenever others drive it; return its events after *after*.

        None: some of them are forgotten.

        Raises:
            PeerGoneError: nobody else drives it.
        """
        self._wanted.add(thread_id)
        link = self.driver_of(thread_id)
        if link is None:
            raise PeerGoneError
        return await link.look(thread_id, after)

    def want_all(self) -> None:
        """Hear every task that others drive, from now on."""
        self._wants_all = True

    async def leave(self, thread_id: ThreadId) -> bool:
        """Hear a task no more; returns whether it was held by others."""
        self._wanted.discard(thread_id)
        held = False
        for link in list(self._links.values()):
            try:
                held = await link.leave(thread_id) or held
            except PeerGoneError:
                continue
        return held

    def heard_first(self, thread_id: ThreadId, started: list[Any] | None) -> int:
        """Tell our client that a turn runs, of which it has not heard all.

        A number is left out, so that it reads the task again: by the driver.
        """
        feed = self._feed
        feed.flush(thread_id)
        seq = feed.seq(thread_id)
        if started is not None:
            seq += 2
            turn_id, at = started
            event = {"type": "turnStarted", "turnId": turn_id, "at": at}
            body = {"threadId": thread_id, "turnId": turn_id, "seq": seq}
            self._tell("task/event", {**body, "event": event})
        feed.skip_to(thread_id, seq)
        self._touched(thread_id)
        return seq

    def event(self, body: dict[str, Any]) -> None:
        """Pass on an event."""
        thread_id = ThreadId(body["threadId"])
        self._feed.skip_to(thread_id, body["seq"])
        self._tell("task/event", body)
        if body["event"]["type"] in {"turnStarted", "turnCompleted"}:
            self._touched(thread_id)

    def asked(self, approval: dict[str, Any]) -> None:
        """Pass on a question."""
        self._tell("task/approval", {"approval": approval})
        self._touched(ThreadId(approval["threadId"]))

    def resolved(self, thread_id: ThreadId, request_id: str) -> None:
        """Pass on that a question is not open any more."""
        body = {"threadId": thread_id, "requestId": request_id}
        self._tell("task/approvalResolved", body)
        self._touched(thread_id)

    def lost(self, thread_id: ThreadId, turn_id: str | None) -> None:
        """Say of a turn whose driver died that it is over."""
        if turn_id is not None and not self._closed:
            turn = TurnId(turn_id)
            stop = Stop(StopKind.PROCESS_DIED, _DRIVER_GONE)
            now = int(time.time() * 1000)
            event = TurnCompleted(turn, TurnStatus.INTERRUPTED, stop, now)
            self._feed.add(thread_id, turn, event)
        self._touched(thread_id)

    def driven_changed(self, link: Link) -> None:
        """Hear what our client looks at, and forget who is gone."""
        if not link.is_open and self._links.get(link.announcement.pid) is link:
            del self._links[link.announcement.pid]
            self._seen = None
        wanted = link.driven if self._wants_all else self._wanted & link.driven
        for thread_id in wanted - link.heard.keys():
            self._begin(self._hear(link, thread_id))

    async def _hear(self, link: Link, thread_id: ThreadId) -> None:
        try:
            await link.look(thread_id, None)
        except PeerGoneError:
            return

    async def _keep_looking(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    def _changed(self) -> int | None:
        """Return when the folder changed; None: it did not."""
        try:
            changed = self._home.live.stat().st_mtime_ns
        except OSError:
            return None
        return None if changed == self._seen else changed

    async def _meet(self, one: Announcement) -> None:
        known = self._links.get(one.pid)
        if known is not None and known.is_open:
            return
        if not one.speaks_as_we_do or not has_private_address(one):
            return
        link = Link(one, self, sees_questions=self._sees_questions)
        if await link.connect():
            self._links[one.pid] = link
            self.driven_changed(link)
        else:
            self._seen = None

    def _tell(self, method: str, body: dict[str, Any]) -> None:
        if not self._closed:
            self._notify(method, body)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
