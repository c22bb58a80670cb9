"""Resume: load a thread in an app-server, so that it can go on.

A thread goes on in its own folder, with its own model, effort, sandbox and approval
settings. Codex restores them by itself since 0.164; an older one is told them, lest a
thread that could only read goes on with whatever the config allows. Threads of 2025
that no Codex reads any more go on as a new thread which begins with what was said.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.codex.threads import (
    UNLOAD_DELAY_SECONDS,
    inject_history,
    name_thread,
    resume_thread,
    start_thread,
    unarchive_thread,
)
from threadbook.codex.version import Feature
from threadbook.errors import CodexRefusedError, NotPossibleError, TaskInUseError
from threadbook.lifecycle.history import sanitised_history
from threadbook.lifecycle.lock import holder_of, writer_of
from threadbook.lifecycle.own_lock import take_own_lock
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from threadbook.codex.client import AppServer
    from threadbook.codex.threads import (
        LoadedThread,
        ThreadSettings,
    )
    from threadbook.home import CodexHome
    from threadbook.ids import ThreadId
    from threadbook.items import Holder

_UNREADABLE_FOR_CODEX = frozenset({Format.JSON, Format.BARE})
_HAS_WRITER = "already has an active writer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTarget:
    """A task as the index knows it, as far as resuming needs it."""

    thread_id: ThreadId
    cwd: str | None
    format: Format = Format.PAGINATED
    archived: bool = False
    may_unarchive: bool = False
    """Whether an archived task is unarchived rather than refused."""
    name: str | None = None
    history: tuple[dict[str, object], ...] = ()
    """The raw response items; needed for `Format.JSON` and `Format.BARE` only."""
    rollout_path: Path | None = None
    """Where a Codex that takes no lock (before 0.147) would be seen writing."""
    model: str | None = None
    """This and what follows: as recorded; for a Codex that does not restore them."""
    effort: str | None = None
    provider: str | None = None
    sandbox: str | None = None
    approval: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Settings to go on with instead of the task's own."""

    model: str | None = None
    effort: str | None = None
    sandbox: str | None = None
    approval: str | None = None
    cwd: str | None = None


def must_start_anew(target: ResumeTarget) -> bool:
    """Whether the task can only go on as a new thread with injected history."""
    return target.format in _UNREADABLE_FOR_CODEX


def check_resumable(
    home: CodexHome,
    target: ResumeTarget,
    overrides: Overrides,
    *,
    own_server: int | None = None,
) -> None:
    """See beforehand what would stop the task; looks at files, so it may block.

    Raises:
        NotPossibleError: it is archived, or its folder is gone.
        TaskInUseError: a process other than *own_server* has it open.
    """
    if target.archived and not target.may_unarchive and not must_start_anew(target):
        message = f"Task {target.thread_id} is archived; unarchive it first"
        raise NotPossibleError(message)
    check_folder(target, overrides)
    holder = holder_of(home, target.thread_id)
    if holder is None and target.rollout_path is not None:
        holder = writer_of(target.rollout_path)
    if holder is not None and (holder.pid is None or holder.pid != own_server):
        raise task_in_use(target.thread_id, holder)


def check_folder(target: ResumeTarget, overrides: Overrides) -> None:
    """See whether the folder to go on in is there; may block.

    Raises:
        NotPossibleError: it is not.
    """
    cwd = overrides.cwd or target.cwd
    if cwd is not None and not Path(cwd).is_dir():
        message = f"The folder {cwd} is gone; name another one to go on in"
        raise NotPossibleError(message)


async def load_thread(
    server: AppServer, home: CodexHome, target: ResumeTarget, overrides: Overrides
) -> LoadedThread:
    """Load the task in *server*; its thread id is a new one for the oldest formats.

    Raises:
        TaskInUseError: another process took it just now.
        CodexRefusedError: Codex has a reason against it, such as a model provider
            that is no longer configured.
    """
    if must_start_anew(target):
        return await _start_with_history(server, target, overrides)
    if target.format is Format.PAGINATED:
        server.binary.require(Feature.PAGINATED)
    if target.archived:
        await unarchive_thread(server, target.thread_id)
    await _lock_for_old_codex(server, home, target.thread_id)
    settings = settings_for(server, target, overrides)
    try:
        return await resume_thread(server, target.thread_id, settings)
    except CodexRefusedError as error:
        if _HAS_WRITER not in error.message:
            raise
        holder = holder_of(home, target.thread_id)
        raise task_in_use(target.thread_id, holder) from error


async def _lock_for_old_codex(
    server: AppServer, home: CodexHome, thread_id: ThreadId
) -> None:
    if server.binary.can(Feature.LOCK) or server.pid is None:
        return
    holder = await asyncio.to_thread(take_own_lock, home, thread_id, server.pid)
    if holder is not None:
        raise task_in_use(thread_id, holder)


def settings_for(
    server: AppServer, target: ResumeTarget, overrides: Overrides
) -> ThreadSettings:
    """Spell what Codex must be told: the overrides, and what it does not restore."""
    if server.binary.can(Feature.RESTORE):
        return settings_of(overrides)
    return recorded_settings(target, overrides)


def recorded_settings(target: ResumeTarget, overrides: Overrides) -> ThreadSettings:
    """Spell the task's own settings, as far as they are not overridden."""
    recorded = Overrides(
        model=overrides.model or target.model,
        effort=overrides.effort or target.effort,
        sandbox=overrides.sandbox or target.sandbox,
        approval=overrides.approval or target.approval,
        cwd=overrides.cwd,
    )
    settings = settings_of(recorded)
    if target.provider:
        settings["modelProvider"] = target.provider
    return settings


def settings_of(overrides: Overrides) -> ThreadSettings:
    """Spell overrides for Codex, and that it unloads the thread soon when asked to."""
    config: dict[str, object] = {"thread_unload_delay_secs": UNLOAD_DELAY_SECONDS}
    if overrides.effort:
        config["model_reasoning_effort"] = overrides.effort
    settings: ThreadSettings = {"config": config}
    if overrides.model:
        settings["model"] = overrides.model
    if overrides.sandbox:
        settings["sandbox"] = overrides.sandbox
    if overrides.approval:
        settings["approvalPolicy"] = overrides.approval
    if overrides.cwd:
        settings["cwd"] = overrides.cwd
    return settings


def task_in_use(thread_id: ThreadId, holder: Holder | None) -> TaskInUseError:
    """Make the error that names the holder."""
    if holder is None:
        return TaskInUseError(thread_id)
    return TaskInUseError(
        thread_id, program=holder.program, pid=holder.pid, since_ms=holder.since
    )


async def _start_with_history(
    server: AppServer, target: ResumeTarget, overrides: Overrides
) -> LoadedThread:
    settings = settings_of(overrides)
    if target.cwd and "cwd" not in settings:
        settings["cwd"] = target.cwd
    history = sanitised_history(target.history)
    if not history:
        message = f"Nothing of task {target.thread_id} can be said to a model again"
        raise NotPossibleError(message)
    loaded = await start_thread(server, settings)
    await inject_history(server, loaded.thread_id, history)
    if target.name:
        await name_thread(server, loaded.thread_id, target.name)
    return loaded
