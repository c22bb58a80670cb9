"""`threadbook index`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("index")
@click.option("--rebuild", is_flag=True, help="Forget what was read; read all again.")
@pass_session
def index(session: Session, *, rebuild: bool) -> None:
    """Bring the index up to date: rows first, then what search needs."""
    from threadbook.cli.progress import (  # noqa: PLC0415
        fill_with_progress,
        scan_with_progress,
    )
    from threadbook.index.health import check_index  # noqa: PLC0415

    began = time.monotonic()
    with session.context(scan=False) as context:
        if rebuild:
            context.index.database.rebuild()
        scan_with_progress(context)
        fill_with_progress(context, outputs=False)
        facts = {
            "tasks": context.index.count(),
            "indexPath": str(context.index_path),
            "bytes": check_index(context.index, thorough=False).bytes,
            "seconds": round(time.monotonic() - began, 3),
        }
    if session.json:
        session.emit_line(facts)
        return
    sys.stdout.write(
        f"{facts['tasks']} tasks indexed in {facts['indexPath']}"
        f" ({facts['seconds']} s).\n"
    )
