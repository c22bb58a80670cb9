"""Verbs on tasks: name the tasks, do it with progress, say what became of each."""

from __future__ import annotations

import asyncio
import inspect
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

import click

from threadbook.cli.output import one_line
from threadbook.cli.wanted import wanted_task
from threadbook.handlers import handler
from threadbook.handlers.progress import reporting
from threadbook.protocol.errors import exit_code_of
from threadbook.protocol.methods import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.protocol.base import WireModel
    from threadbook.protocol.lifecycle import TaskOutcome

_LONG_S = 0.5
_DOING = {
    "task/archive": "Archiving",
    "task/unarchive": "Unarchiving",
    "task/trash": "Deleting",
    "task/restore": "Restoring",
    "task/delete": "Deleting for good",
    "task/purge": "Purging",
}

_Command = TypeVar("_Command", bound="Callable[..., Any]")


def task_arguments(command: _Command) -> _Command:
    """Let a command take TASK... or --last."""
    everywhere = "With --last: any folder."
    last = "The task of this folder active last."
    wrapped: Any = click.option("--all", "everywhere", is_flag=True, help=everywhere)(
        command
    )
    wrapped = click.option("--last", is_flag=True, help=last)(wrapped)
    return click.argument("tasks", metavar="TASK...", nargs=-1)(wrapped)


def wanted_ids(
    context: Context, tasks: Sequence[str], *, last: bool, everywhere: bool
) -> list[str]:
    """Return the ids of the tasks that the user named; all of them, or it fails.

    Raises:
        ThreadNotFoundError: one is not there.
        AmbiguousTaskError: one may be several.
    """
    if last and tasks:
        message = "Name tasks, or give --last"
        raise click.UsageError(message)
    named: Sequence[str | None] = tasks or (None,)
    return [
        wanted_task(context, task, last=last, everywhere=everywhere).thread_id
        for task in named
    ]


def call(context: Context, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401
    """Handle a request as the sidecar would; a long one shows how far it is."""
    body = REQUESTS[method][0].model_validate(params, by_alias=True)
    function = handler(method)
    bar = _Bar(_DOING.get(method, "")) if sys.stderr.isatty() else None
    try:
        with reporting(bar or _ignore):
            if inspect.iscoroutinefunction(function):
                return asyncio.run(function(context, body))
            return function(context, body)
    finally:
        if bar is not None:
            bar.clear()


def tell(
    session: Session,
    response: WireModel,
    results: Sequence[TaskOutcome],
    done: str,
) -> int:
    """Print a response, and what failed on stderr; return the exit code."""
    faults = [result.error for result in results if result.error is not None]
    if session.json:
        session.emit(response)
    elif len(faults) < len(results):
        along = {each for result in results if result.ok for each in result.along}
        others = along - {result.thread_id for result in results}
        more = f" (and {len(others)} that belong to them)" if others else ""
        click.echo(f"{done}: {_count(len(results) - len(faults))}{more}")
    for fault in faults:
        session.fail(fault.kind, fault.message, fault.facts)
    return exit_code_of(faults[0].kind) if faults else 0


def confirm(question: str, *, yes: bool) -> None:
    """Ask on a terminal; without one only --yes will do.

    Raises:
        click.UsageError: nobody can be asked.
        click.Abort: the user does not want it.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        message = "Nobody can be asked here; --yes says that you mean it"
        raise click.UsageError(message)
    click.confirm(one_line(question), abort=True, err=True)


def _count(number: int) -> str:
    return "1 task" if number == 1 else f"{number} tasks"


def _ignore(done: int, total: int) -> None:
    del done, total


class _Bar:
    """A line on stderr that counts up, once it has taken a while."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._started = time.monotonic()
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._started > _LONG_S:
            self._drawn = True
            line = f"{self._doing} {done}/{total}".lstrip()
            sys.stderr.write(f"\r{line}\x1b[K")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
