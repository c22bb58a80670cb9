"""`threadbook list`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.filters import filter_options
from threadbook.cli.session import pass_session
from threadbook.handlers.choice import with_users_choice
from threadbook.handlers.listing import page_json, page_pieces
from threadbook.index.types import Sort, State, Status, TaskQuery

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("list")
@filter_options(state="active", folder="the current one")
@click.option(
    "--sub-agents",
    is_flag=True,
    help="Tasks of sub-agents too (they always are in --json).",
)
@click.option(
    "--sort",
    type=click.Choice(["updated", "created", "size", "name"]),
    default="updated",
    show_default=True,
)
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True)
@click.option("--cursor", help="`nextCursor` of the page before.")
@pass_session
def list_tasks(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    everywhere: bool,
    cwd: Path | None,
    state: str,
    model: str | None,
    since: int | None,
    until: int | None,
    status: tuple[str, ...],
    source: str | None,
    provider: str | None,
    branch: str | None,
    tag: str | None,
    pinned: bool,
    cleared: bool,
    sub_agents: bool,
    sort: str,
    limit: int,
    cursor: str | None,
) -> None:
    """List this folder's tasks (its subfolders too), or all."""
    if everywhere and cwd is not None:
        message = "--all and --cwd exclude each other"
        raise click.UsageError(message)
    query = TaskQuery(
        states=None if state == "any" else frozenset({State(state)}),
        cwd=None if everywhere else str((cwd or Path.cwd()).absolute()),
        model=model,
        since=since,
        until=until,
        statuses=frozenset(map(Status, status)) if status else None,
        source=source,
        provider=provider,
        branch=branch,
        sub_agents=sub_agents or session.json,
        sort=Sort(sort),
        limit=limit or None,
        cursor=cursor,
    )
    with session.context() as context:
        query = with_users_choice(
            context, query, tag=tag, pinned=pinned, cleared=cleared
        )
        if session.json:
            for piece in page_pieces(context, query):
                session.write_bytes(piece)
            session.write_bytes(b"\n")
        else:
            _print(session, page_json(context, query), everywhere=everywhere)


def _print(session: Session, body: bytes, *, everywhere: bool) -> None:
    from threadbook.cli.table import print_tasks  # noqa: PLC0415
    from threadbook.protocol.task import TaskListResponse  # noqa: PLC0415

    response = TaskListResponse.model_validate_json(body)
    if not response.tasks:
        hint = "" if everywhere else " of this folder; --all lists those of all folders"
        sys.stderr.write(f"No tasks{hint}.\n")
        return
    print_tasks(session, response.tasks, with_folder=everywhere)
    rest = response.total - len(response.tasks)
    if rest > 0 and response.next_cursor is not None:
        sys.stderr.write(f"{rest} more; --limit 0 lists all {response.total}.\n")
