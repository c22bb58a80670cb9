"""`threadbook list`."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.handlers.listing import chosen_by_user, hidden_ids, page_json
from threadbook.index.types import Sort, State, Status, TaskQuery

if TYPE_CHECKING:
    from threadbook.cli.session import Session

_STATUSES = (
    "running",
    "waiting",
    "idle",
    "interrupted",
    "failed",
    "limited",
    "empty",
    "damaged",
)
_AGO = re.compile(r"^(\d+)([mhdw])$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class TimeParam(click.ParamType[int]):
    """A moment: `7d` (ago), `2026-01-31`, or `2026-01-31T12:00`; to Unix ms."""

    name = "time"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the moment in Unix milliseconds; local time unless it says a zone."""
        del param, ctx
        if isinstance(value, int):
            return value
        text = str(value)
        ago = _AGO.match(text)
        now = datetime.now().astimezone()
        if ago is not None:
            moment = now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            return int(moment.timestamp() * 1000)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is neither an age (7d) nor a date (2026-01-31)")
        return int(moment.astimezone().timestamp() * 1000)


TIME = TimeParam()


@click.command("list")
@click.option("--all", "everywhere", is_flag=True, help="Tasks of all folders.")
@click.option(
    "--cwd",
    type=click.Path(path_type=Path),
    help="Tasks of this folder and its subfolders [default: the current one].",
)
@click.option(
    "--state",
    type=click.Choice(["active", "archived", "trashed", "any"]),
    default="active",
    show_default=True,
)
@click.option("--model", help="Tasks whose last turn used this model.")
@click.option("--since", type=TIME, help="Active since: 7d, 2026-01-31.")
@click.option("--until", type=TIME, help="Active before: 7d, 2026-01-31.")
@click.option("--status", type=click.Choice(_STATUSES), multiple=True)
@click.option("--source", help="Who wrote it: cli, vscode, exec, mcp, subagent.")
@click.option("--provider", help="The model provider.")
@click.option("--branch", help="The git branch.")
@click.option("--tag", help="Tasks with this tag.")
@click.option("--pinned", is_flag=True, help="Pinned tasks only.")
@click.option("--cleared", is_flag=True, help="Cleared tasks too.")
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
        query = replace(
            query,
            thread_ids=chosen_by_user(context, tag=tag, pinned=pinned),
            exclude_ids=None if cleared else hidden_ids(context, query),
        )
        response = page_json(context, query)
        if session.json:
            session.write_bytes(response + b"\n")
        else:
            _print(session, response, everywhere=everywhere)


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
