"""`threadbook archive`, `threadbook unarchive`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call, task_arguments, tell, wanted_ids

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("archive")
@task_arguments
@pass_session
def archive(
    session: Session, *, tasks: tuple[str, ...], last: bool, everywhere: bool
) -> int:
    """Archive tasks with their sub-agents, as codex does."""
    with session.context() as context:
        ids = wanted_ids(context, tasks, last=last, everywhere=everywhere)
        response = call(context, "task/archive", {"threadIds": ids})
        return tell(session, response, response.results, "Archived")


@click.command("unarchive")
@task_arguments
@pass_session
def unarchive(
    session: Session, *, tasks: tuple[str, ...], last: bool, everywhere: bool
) -> int:
    """Bring archived tasks back among the active ones, as codex does."""
    with session.context() as context:
        ids = wanted_ids(context, tasks, last=last, everywhere=everywhere)
        response = call(context, "task/unarchive", {"threadIds": ids})
        return tell(session, response, response.results, "Unarchived")
