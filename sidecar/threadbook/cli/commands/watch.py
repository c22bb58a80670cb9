"""`threadbook watch`: what happens in tasks, as JSON Lines."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import click
import orjson

from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.ids import ThreadId
    from threadbook.index.types import Changes
    from threadbook.live.types import Published

_TICK_SECONDS = 1.0


@click.command("watch")
@click.argument("task", required=False)
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@pass_session
def watch(session: Session, *, task: str | None, last: bool, everywhere: bool) -> None:
    """Stream what happens in TASK, or in all tasks, whoever runs them, until Ctrl-C.

    One JSON object a line: the `task/event`s of the protocol. The first line says
    what is watched.
    """
    with session.context() as context:
        thread_id = None
        if task is not None or last:
            row = wanted_task(context, task, last=last, everywhere=everywhere)
            thread_id = row.thread_id
        _stream(session, context, thread_id)


def _stream(session: Session, context: Context, thread_id: ThreadId | None) -> None:
    from threadbook.handlers.convert_live import event_to_wire  # noqa: PLC0415
    from threadbook.live.feed import Feed as Numbering  # noqa: PLC0415
    from threadbook.live.types import TaskEvent  # noqa: PLC0415
    from threadbook.watch.feed import Feed  # noqa: PLC0415
    from threadbook.watch.follow import Follower  # noqa: PLC0415

    heard: SimpleQueue[Published] = SimpleQueue()
    numbering = Numbering(heard.put)
    follower = Follower(context.index, numbering.add, lambda _: False)
    if thread_id is None:
        follower.follow_all()
    else:
        follower.follow(thread_id)

    def changed(changes: Changes) -> None:
        follower.look(changes.changed)

    feed = Feed(context.home, context.index, on_changes=changed)
    feed.start()
    session.emit_line({"watching": thread_id})
    try:
        while True:
            try:
                published = heard.get(timeout=_TICK_SECONDS)
            except Empty:
                continue  # A chance for Ctrl-C, where a wait can't be broken off.
            if isinstance(published, TaskEvent):
                line = event_to_wire(published).model_dump_json(by_alias=True)
                session.emit_line(orjson.Fragment(line))
    finally:
        feed.stop()
