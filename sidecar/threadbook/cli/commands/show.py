"""`threadbook show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task
from threadbook.handlers.seen import note_seen
from threadbook.handlers.tasks import task_read
from threadbook.protocol.thread import TaskReadParams

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("show")
@click.argument("task", required=False)
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@click.option(
    "--turns",
    type=click.IntRange(0, 500),
    default=5,
    show_default=True,
    help="How many turns.",
)
@click.option("--from-step", type=click.IntRange(min=1), help="Begin with this step.")
@click.option("--dropped", is_flag=True, help="List steps that a rollback dropped.")
@click.option("--diff", is_flag=True, help="Print the diffs of file changes.")
@pass_session
def show(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    task: str | None,
    last: bool,
    everywhere: bool,
    turns: int,
    from_step: int | None,
    dropped: bool,
    diff: bool,
) -> None:
    """Show a task: metadata, its last turns, commands, file changes, who holds it."""
    with session.context() as context:
        row = wanted_task(context, task, last=last, everywhere=everywhere)
        response = task_read(
            context,
            TaskReadParams(
                thread_id=row.thread_id,
                turns=turns,
                from_step=from_step,
                dropped=dropped,
            ),
        )
        if not session.json:
            # What a script reads, nobody has looked at.
            note_seen(context, row.thread_id)
    if session.json:
        session.emit(response)
        return
    from threadbook.cli.transcript import print_task  # noqa: PLC0415

    print_task(session, response, diffs=diff)
    if from_step is not None and from_step > response.task.turn_count:
        count = response.task.turn_count
        steps = "1 step" if count == 1 else f"{count} steps"
        session.remark(f"There is no step {from_step}: the task has {steps}")
