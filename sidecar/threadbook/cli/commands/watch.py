"""`threadbook watch`: what happens in tasks, as JSON Lines."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId


@click.command("watch")
@click.argument("task", required=False)
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@pass_session
def watch(session: Session, *, task: str | None, last: bool, everywhere: bool) -> None:
    """Stream what happens in TASK, or in all tasks, whoever runs them, until Ctrl-C.

    One JSON object a line: the `task/event`s of the protocol. The first line says
    what is watched. What a Threadbook window drives is heard as it is said, what
    others run as it is written.
    """
    with session.context() as context:
        thread_id = None
        if task is not None or last:
            row = wanted_task(context, task, last=last, everywhere=everywhere)
            thread_id = row.thread_id
        asyncio.run(_stream(session, context, thread_id))


async def _stream(
    session: Session, context: Context, thread_id: ThreadId | None
) -> None:
    from threadbook.cli.hearing import Hearing  # noqa: PLC0415
    from threadbook.watch.feed import Feed  # noqa: PLC0415

    hearing = Hearing(context)
    feed = Feed(context.home, context.index, on_changes=hearing.changed)
    await hearing.start(thread_id)
    feed.start()
    session.emit_line({"watching": thread_id})
    try:
        while True:
            session.emit_line(await hearing.heard.get())
    finally:
        await hearing.close()
        await asyncio.to_thread(feed.stop)
