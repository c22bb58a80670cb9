"""`threadbook locks`: who has which task open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.output import age, console, one_line
from threadbook.cli.session import pass_session
from threadbook.handlers.locks import task_locks
from threadbook.protocol.locks import TaskLocksParams

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.protocol.locks import TaskLock, TaskLocksResponse

_SHORT_ID = 13


@click.command("locks")
@pass_session
def locks(session: Session) -> None:
    """Show which tasks are in use, and by whom: program, process, host, terminal."""
    with session.context() as context:
        response = task_locks(context, TaskLocksParams())
    if session.json:
        session.emit(response)
    else:
        _print(session, response)


def _print(session: Session, response: TaskLocksResponse) -> None:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    out = console(session)
    if not response.locks:
        out.print("No task is in use")
    else:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name in ("id", "name", "used by", "pid", "for", "where"):
            table.add_column(name, no_wrap=True, overflow="ellipsis")
        for lock in response.locks:
            table.add_row(*map(Text, _cells(lock)))
        out.print(table)
    if response.stale:
        count = len(response.stale)
        left = "lock files were" if count > 1 else "lock file was"
        out.print(f"{count} {left} left behind and mean nothing", style="dim")


def _cells(lock: TaskLock) -> tuple[str, ...]:
    holder = lock.holder
    places = (holder.terminal, holder.host)
    return (
        lock.thread_id[:_SHORT_ID],
        one_line(lock.display_name or "(no message yet)"),
        one_line(holder.program),
        "?" if holder.pid is None else str(holder.pid),
        "" if holder.since is None else age(holder.since),
        one_line(" on ".join(place for place in places if place)),
    )
