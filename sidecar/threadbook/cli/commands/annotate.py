"""`threadbook pin`, `unpin`, `tag`, `note`: what only Threadbook knows of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.verbs import call, task_arguments, tell, wanted_ids
from threadbook.cli.wanted import wanted_task

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("pin")
@task_arguments
@pass_session
def pin(
    session: Session, *, tasks: tuple[str, ...], last: bool, everywhere: bool
) -> int:
    """Pin tasks to the top of lists."""
    with session.context() as context:
        ids = wanted_ids(context, tasks, last=last, everywhere=everywhere)
        response = call(context, "task/annotate", {"threadIds": ids, "pinned": True})
        return tell(session, response, response.results, "Pinned")


@click.command("unpin")
@task_arguments
@pass_session
def unpin(
    session: Session, *, tasks: tuple[str, ...], last: bool, everywhere: bool
) -> int:
    """Take pins away."""
    with session.context() as context:
        ids = wanted_ids(context, tasks, last=last, everywhere=everywhere)
        response = call(context, "task/annotate", {"threadIds": ids, "pinned": False})
        return tell(session, response, response.results, "Unpinned")


@click.command(
    "tag",
    # `-draft` is a tag to take away, and `-h` may be one, too.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("task")
@click.argument("changes", metavar="+TAG|-TAG...", nargs=-1, type=click.UNPROCESSED)
@pass_session
def tag(session: Session, *, task: str, changes: tuple[str, ...]) -> int:
    """Add tags (+a) to TASK, and take tags (-b) away."""
    if not changes or any(len(each) < 2 or each[0] not in "+-" for each in changes):  # noqa: PLR2004
        message = "Say +TAG to add one, -TAG to take one away"
        raise click.UsageError(message)
    with session.context() as context:
        row = wanted_task(context, task, last=False, everywhere=False)
        params = {
            "threadIds": [row.thread_id],
            "addTags": [each[1:] for each in changes if each[0] == "+"],
            "removeTags": [each[1:] for each in changes if each[0] == "-"],
        }
        response = call(context, "task/annotate", params)
        return tell(session, response, response.results, "Tagged")


@click.command("note")
@click.argument("task")
@click.argument("text")
@pass_session
def note(session: Session, *, task: str, text: str) -> int:
    """Write a note on TASK; "" takes it away."""
    with session.context() as context:
        row = wanted_task(context, task, last=False, everywhere=False)
        params = {"threadIds": [row.thread_id], "note": text}
        response = call(context, "task/annotate", params)
        return tell(session, response, response.results, "Noted")
