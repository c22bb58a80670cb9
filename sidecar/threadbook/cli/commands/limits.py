"""`threadbook limits`: usage windows, and what waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.handlers.usage import read_usage

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("limits")
@pass_session
def limits(session: Session) -> None:
    """Show how much of the usage windows is used, and when they reset.

    The figures are the account's, as the newest of all tasks heard of them.
    """
    with session.context() as context:
        usage = read_usage(context)
        names = {
            str(each.thread_id): each.display_name
            for each in context.index.rows(one.thread_id for one in usage.scheduled)
        }
        now = context.clock()
    if session.json:
        session.emit(usage)
        return
    from threadbook.cli.limits_tables import print_limits  # noqa: PLC0415

    print_limits(session, usage, names, now)
