"""LiveTask: what is known of one task that we drive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.ids import TurnId
from threadbook.items import FileChange, StopKind, TurnStatus
from threadbook.lifecycle.resume import Overrides
from threadbook.live.types import LiveState

if TYPE_CHECKING:
    from threadbook.codex.threads import LoadedThread
    from threadbook.ids import ThreadId
    from threadbook.items import Item, TurnCompleted
    from threadbook.lifecycle.resume import ResumeTarget
    from threadbook.live.server import SharedServer
    from threadbook.live.types import Approval

_BEGIN_SECONDS = 30.0


@dataclass(slots=True)
class LiveTask:
    """One task; only the loop touches it."""

    target: ResumeTarget
    place: SharedServer
    """The server that has it loaded, or would."""
    overrides: Overrides
    """What it was resumed with; used again whenever it is loaded again."""
    pending: Overrides = field(default_factory=Overrides)
    """What its next turn is to change."""
    continued_from: ThreadId | None = None
    loaded: LoadedThread | None = None
    """None while Codex does not hold it for us."""
    turn_id: TurnId | None = None
    status: str = "idle"
    leaving: bool = False
    """Nobody looks any more: questions are declined, and it goes after its turn."""
    queued: bool = False
    """Something is said as soon as the turn has ended: it is not let go of before."""
    ended_turn: TurnId | None = None
    reviewing: bool = False
    """The turn is a review: what Codex says of it, it says under that turn's id."""
    inner_turn: TurnId | None = None
    """The turn that Codex runs within a review: the one that it can stop."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while it is being loaded, spoken to or let go of."""
    began: asyncio.Event = field(default_factory=asyncio.Event)
    """Codex said that the turn has started: from then on it can be interrupted."""
    idle_timer: asyncio.TimerHandle | None = None
    patches: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    """Paths of the patches of the running turn: questions don't name them."""

    def begin_turn(self, turn_id: TurnId, *, said_by_codex: bool) -> None:
        """Note that a turn runs; its own answer may come after its end."""
        if turn_id == self.ended_turn:
            return
        if turn_id != self.turn_id:
            self.turn_id = turn_id
            self.queued = False
            self.began.clear()
            self.patches.clear()
        if said_by_codex:
            self.began.set()

    def end_turn(self, completed: TurnCompleted) -> None:
        """Note that the turn ended, and how the task stands after it."""
        self.ended_turn = TurnId(completed.turn_id)
        self.turn_id = self.inner_turn = None
        self.reviewing = False
        self.began.set()
        self.patches.clear()
        self.status = status_after(completed)

    def note_item(self, item: Item) -> None:
        """Remember which files a patch is about."""
        if isinstance(item, FileChange):
            self.patches[item.item_id] = tuple(one.path for one in item.changes)

    async def begun(self) -> None:
        """Wait until Codex says that the turn runs: before, there is none to stop."""
        async with asyncio.timeout(_BEGIN_SECONDS):
            await self.began.wait()

    def state(self, seq: int, approvals: tuple[Approval, ...]) -> LiveState:
        """Return how the task is now; *seq* numbers its last event so far."""
        loaded = self.loaded
        return LiveState(
            thread_id=self.target.thread_id,
            continued_from=self.continued_from,
            loaded=loaded is not None,
            turn_id=self.turn_id,
            status=self.status,
            model=self.pending.model or (loaded.model if loaded else None),
            effort=self.pending.effort or (loaded.effort if loaded else None),
            cwd=loaded.cwd if loaded else self.target.cwd,
            sandbox=self.pending.sandbox or (loaded.sandbox if loaded else None),
            approval=self.pending.approval or (loaded.approval if loaded else None),
            seq=seq,
            approvals=approvals,
        )

    def stay(self) -> None:
        """Somebody is back, or is busy with it: it is not let go of."""
        self.leaving = False
        if self.idle_timer is not None:
            self.idle_timer.cancel()
            self.idle_timer = None


def status_after(completed: TurnCompleted) -> str:
    """Return a task's status after a turn ended so."""
    if completed.status is TurnStatus.INTERRUPTED:
        return "interrupted"
    if completed.status is not TurnStatus.FAILED:
        return "idle"
    stop = completed.stop
    return "limited" if stop and stop.kind is StopKind.USAGE_LIMIT else "failed"
