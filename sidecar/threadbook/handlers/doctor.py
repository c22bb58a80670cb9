"""`home/doctor`: what is well and what is not, each with a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from threadbook import __version__
from threadbook.codex.binary import find_codex
from threadbook.errors import CodexUnavailableError
from threadbook.handlers.condition import trash_findings
from threadbook.index.types import TaskQuery
from threadbook.protocol.doctor import (
    Finding,
    HomeDoctorResponse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.codex.binary import CodexBinary
    from threadbook.handlers.context import Context
    from threadbook.protocol.doctor import (
        HomeDoctorParams,
    )


def home_doctor(context: Context, params: HomeDoctorParams) -> HomeDoctorResponse:
    """Look at the home, the codex binary, the index, the rollouts and the locks."""
    del params
    binary, codex_finding = _codex(context)
    return HomeDoctorResponse(
        findings=(
            *_home(context),
            codex_finding,
            _index(context),
            *_rollouts(context),
            _locks(context),
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


def _finding(
    check: str,
    level: Literal["ok", "warning", "error"],
    message: str,
    remedy: str | None = None,
) -> Finding:
    return Finding(check=check, level=level, message=message, remedy=remedy)


def _home(context: Context) -> Iterator[Finding]:
    home = context.home
    yield _finding("home", "ok", f"The Codex home is {home.root}")
    if not home.sessions.is_dir():
        yield _finding(
            "home",
            "warning",
            "It has no folder sessions: Codex has written no task here yet",
            "Run codex once, or choose another home",
        )


def _codex(context: Context) -> tuple[CodexBinary | None, Finding]:
    try:
        binary = find_codex(context.codex_path)
    except CodexUnavailableError as error:
        return None, _finding(
            "codex",
            "warning",
            str(error),
            "Install it with: npm install -g @openai/codex",
        )
    return binary, _finding("codex", "ok", f"codex {binary.version} at {binary.path}")


def _index(context: Context) -> Finding:
    count = context.index.count()
    return _finding("index", "ok", f"{count} tasks indexed in {context.index_path}")


def _rollouts(context: Context) -> Iterator[Finding]:
    query = TaskQuery(states=None, limit=None)
    for row in context.index.list_tasks(query).rows:
        if not row.problems:
            continue
        first = row.problems[0]
        more = f" (and {len(row.problems) - 1} more)" if len(row.problems) > 1 else ""
        yield _finding(
            "rollouts",
            "warning",
            f"{row.rollouts[0].path}: {first.message}{more}",
            "Nothing to do: all that can be read is shown",
        )


def _locks(context: Context) -> Finding:
    holders = context.holders()
    if not holders:
        return _finding("locks", "ok", "No task is in use")
    users = ", ".join(
        f"{thread_id} by {holder.program}" for thread_id, holder in holders.items()
    )
    return _finding("locks", "ok", f"{len(holders)} tasks are in use: {users}")


def _watch(context: Context) -> Iterator[Finding]:
    feed = context.feed
    if feed is not None and feed.polls:
        yield _finding(
            "watch",
            "warning",
            "The system's limit of file watches is reached; changes are polled",
            "Raise fs.inotify.max_user_watches",
        )
