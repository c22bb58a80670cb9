"""`home/doctor`: what is well and what is not, each with a remedy."""

from __future__ import annotations

import os
import shutil
from itertools import islice
from typing import TYPE_CHECKING

from threadbook import __version__
from threadbook.codex.binary import find_codex
from threadbook.errors import CodexUnavailableError, IndexBusyError
from threadbook.handlers.condition import trash_findings
from threadbook.handlers.context import WINDOWLESS
from threadbook.handlers.diagnosis import (
    codex_findings,
    counted,
    finding,
    rollout_findings,
    spelled,
)
from threadbook.handlers.halfway import halfway_findings
from threadbook.index.health import check_index, unread_names, unread_places
from threadbook.lifecycle.lock import stale_locks
from threadbook.protocol.doctor import HomeDoctorResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from threadbook.codex.binary import CodexBinary
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.items import Holder
    from threadbook.protocol.doctor import Finding, HomeDoctorParams

_LITTLE_SPACE = 200 << 20
_INSTALL = "Install it with: npm install -g @openai/codex@latest"


def home_doctor(context: Context, params: HomeDoctorParams) -> HomeDoctorResponse:
    """Look at the home, the codex binary, the index, the rollouts and the locks."""
    binary, codex_findings = _codex(context)
    return HomeDoctorResponse(
        findings=(
            *_home(context),
            *_places(context, thorough=params.thorough),
            *codex_findings,
            *_index(context, thorough=params.thorough),
            *_names(context),
            *_book(context),
            *rollout_findings(context),
            *halfway_findings(context),
            *_locks(context),
            *trash_findings(context),
            *_watch(context),
        ),
        codex_home=str(context.home.root),
        codex_path=str(binary.path) if binary else None,
        codex_version=str(binary.version) if binary else None,
        index_path=str(context.index_path),
        task_count=context.index.count(),
        version=__version__,
    )


def _home(context: Context) -> Iterator[Finding]:
    root = context.home.root
    yield finding("home", "ok", f"The Codex home is {root}")
    if not os.path.lexists(context.home.sessions):
        yield finding(
            "home",
            "warning",
            "It has no folder sessions: Codex has written no task here yet",
            "Run codex once, or choose another home",
        )
    fault = context.home.config_fault()
    if fault is not None:
        yield finding(
            "config",
            "warning",
            f"config.toml can't be read, so its sqlite_home does not count: {fault}",
            f"Mend {context.home.config}",
        )
    if not os.access(root, os.W_OK | os.X_OK):
        yield finding(
            "permissions",
            "warning",
            "The home can't be written: tasks can be read, but not resumed, archived "
            "or deleted",
            f"Make {root} writable for this user",
        )
    free = shutil.disk_usage(root).free
    if free < _LITTLE_SPACE:
        yield finding(
            "home",
            "warning",
            f"The disk of the home is almost full: {spelled(free)} are free",
            "See where the space is with: threadbook stats",
        )


def _places(context: Context, *, thorough: bool) -> Iterator[Finding]:
    """Find folders that hide what is in them; a file says so in its own row."""
    unread = unread_places(context.home) if thorough else []
    if unread:
        names = ", ".join(map(str, unread[:3]))
        more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""  # noqa: PLR2004
        yield finding(
            "permissions",
            "error",
            f"Tasks may be hidden: {names}{more} can't be read",
            "Make them readable for this user",
        )


def _codex(context: Context) -> tuple[CodexBinary | None, list[Finding]]:
    try:
        binary = find_codex(context.codex_path)
    except CodexUnavailableError as error:
        return None, [finding("codex", "warning", str(error), _INSTALL)]
    return binary, list(codex_findings(binary))


def _index(context: Context, *, thorough: bool) -> Iterator[Finding]:
    try:
        health = check_index(context.index, thorough=thorough)
        count = context.index.count()
    except IndexBusyError as error:
        yield finding("index", "warning", str(error), "Try again in a moment")
        return
    size = spelled(health.bytes)
    yield finding(
        "index",
        "ok",
        f"{counted(count, 'task')} indexed in {context.index_path} ({size})",
    )
    if health.faults:
        yield finding(
            "index",
            "error",
            f"The index is damaged: {'; '.join(health.faults)}",
            "Make it anew with: threadbook index --rebuild (it is derived; "
            "nothing is lost)",
        )
    if health.unfilled:
        yield finding(
            "index",
            "ok",
            f"The texts of {counted(health.unfilled, 'rollout')} can't be searched yet",
            "Nothing to do while a window is open; else: threadbook index",
        )


def _names(context: Context) -> Iterator[Finding]:
    for path in unread_names(context.home):
        yield finding(
            "names",
            "warning",
            f"{path} can't be read: it is locked, damaged or not permitted; names "
            "that are only there are as they were last, or missing",
            "Make it readable; a damaged database is made anew by codex itself",
        )


def _book(context: Context) -> Iterator[Finding]:
    book = context.book
    if book.fault is not None:
        yield finding(
            "book",
            "error",
            f"Pins, tags, notes and schedules can't be kept in {book.path}: "
            f"{book.fault}; what could be read of them is shown, nothing is scheduled",
            "Make the file and its folder writable for this user; if the file is "
            "damaged, put it aside: one of an earlier version may lie beside it",
        )


def _locks(context: Context) -> Iterator[Finding]:
    holders = context.holders()
    if holders:
        users = ", ".join(
            f"{thread_id} by {holder.program} (pid {holder.pid})"
            for thread_id, holder in islice(holders.items(), 20)
        )
        message = f"In use: {counted(len(holders), 'task')}: {users}"
        yield finding("locks", "ok", message, "See all with: threadbook locks")
    else:
        yield finding("locks", "ok", "No task is in use")
    yield from _windowless(context, holders)
    stale = len(stale_locks(context.home))
    if stale:
        yield finding(
            "locks",
            "ok",
            f"Ended processes left {counted(stale, 'lock file')}, which lock nothing",
        )


def _windowless(
    context: Context, holders: Mapping[ThreadId, Holder]
) -> Iterator[Finding]:
    """Name the turns that nobody may see any more."""
    for thread_id, holder in holders.items():
        if holder.program != WINDOWLESS:
            continue
        row = context.index.get(thread_id)
        name = f"{row.display_name} ({thread_id})" if row is not None else thread_id
        yield finding(
            "locks",
            "ok",
            f"A turn runs on though its window is closed: {name}",
            "It ends by itself; to stop it sooner, open the task and interrupt it, "
            f"or end process {holder.pid}",
        )


def _watch(context: Context) -> Iterator[Finding]:
    # Imported late, with watchdog: no other request of the command line needs it.
    from threadbook.watch.observer import Mode, try_watching  # noqa: PLC0415

    feed = context.feed
    if feed is None or feed.is_following:
        mode, reason = try_watching(context.home)
    else:
        mode, reason = feed.mode, feed.reason
    if mode is Mode.EVENTS:
        yield finding("watch", "ok", "Changes are heard of at once")
        return
    why = f" ({reason})" if reason else ""
    yield finding(
        "watch",
        "warning",
        f"Changes are looked for every so often, and seen later{why}",
        "Where the system's limit of file watches is the reason, raise "
        "fs.inotify.max_user_watches",
    )
