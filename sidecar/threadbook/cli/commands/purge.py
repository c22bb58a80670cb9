"""`threadbook purge`: delete for good all that is stored of the tasks that fit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.filters import TIME
from threadbook.cli.output import age, one_line
from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call, confirm, tell
from threadbook.export.document import size

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.protocol.lifecycle import TaskPurgeResponse

_SHOWN = 20


@click.command("purge")
@click.option("--all", "everywhere", is_flag=True, help="Tasks of all folders.")
@click.option("--older-than", type=TIME, help="Not active since: 7d, 2026-01-31.")
@click.option(
    "--cwd",
    type=click.Path(path_type=Path),
    help="Tasks of this folder and its subfolders [default: the current one].",
)
@click.option(
    "--state",
    type=click.Choice(["active", "archived", "trashed", "any"]),
    default="any",
    show_default=True,
)
@click.option("--dry-run", is_flag=True, help="Say what would go, and do nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@pass_session
def purge(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    everywhere: bool,
    older_than: int | None,
    cwd: Path | None,
    state: str,
    dry_run: bool,
    yes: bool,
) -> int:
    """Delete for good what is stored of this folder's tasks, or of all."""
    if everywhere and cwd is not None:
        message = "--all and --cwd exclude each other"
        raise click.UsageError(message)
    params: dict[str, object] = {
        "cwd": None if everywhere else str((cwd or Path.cwd()).absolute()),
        "olderThan": older_than,
        "state": state,
    }
    with session.context() as context:
        plan = call(context, "task/purge", {**params, "dryRun": True})
        if dry_run and session.json:
            session.emit(plan)
            return 0
        _print(session, plan)
        if dry_run or not plan.tasks:
            if session.json:
                session.emit(plan.model_copy(update={"dry_run": False}))
            return 0
        confirm(f"Delete {len(plan.tasks)} tasks for good?", yes=yes)
        response = call(context, "task/purge", params)
        return tell(session, response, response.results, "Deleted for good")


def _print(session: Session, plan: TaskPurgeResponse) -> None:
    """Say what goes; on stderr when stdout is for the response."""
    out = sys.stderr if session.json else sys.stdout
    for task in plan.tasks[:_SHOWN]:
        name = one_line(task.display_name)[:60]
        out.write(
            f"{task.thread_id}  {task.state:8}  {age(task.updated_at):>4}"
            f"  {size(task.bytes):>9}  {name}\n"
        )
    if len(plan.tasks) > _SHOWN:
        out.write(f"... and {len(plan.tasks) - _SHOWN} more\n")
    out.write(f"{len(plan.tasks)} tasks, {size(plan.bytes)}\n")
    out.flush()
