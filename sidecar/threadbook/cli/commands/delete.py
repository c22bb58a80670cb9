"""`threadbook delete`: to the trash, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call, confirm, task_arguments, tell, wanted_ids
from threadbook.export.document import size

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("delete")
@task_arguments
@click.option("--permanently", is_flag=True, help="Not to the trash: for good.")
@click.option("--with-forks", is_flag=True, help="Forks that need a task's file, too.")
@click.option("--force", is_flag=True, help="Also tasks that are in use.")
@click.option("--yes", is_flag=True, help="With --permanently: don't ask.")
@pass_session
def delete(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    tasks: tuple[str, ...],
    last: bool,
    everywhere: bool,
    permanently: bool,
    with_forks: bool,
    force: bool,
    yes: bool,
) -> int:
    """Put tasks with their sub-agents into the trash; `restore` brings them back.

    With --force, what the process that has a task open still writes goes along.
    """
    with session.context() as context:
        ids = wanted_ids(context, tasks, last=last, everywhere=everywhere)
        if permanently:
            stored = sum(row.bytes for row in context.index.rows(ids))
            confirm(f"Delete {len(ids)} tasks ({size(stored)}) for good?", yes=yes)
        params = {"threadIds": ids, "withForks": with_forks, "force": force}
        method = "task/delete" if permanently else "task/trash"
        response = call(context, method, params)
        done = "Deleted for good" if permanently else "In the trash"
        return tell(session, response, response.results, done)
