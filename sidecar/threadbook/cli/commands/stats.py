"""`threadbook stats`."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.errors import NotPossibleError
from threadbook.export.document import size
from threadbook.handlers.stats import read_stats
from threadbook.protocol.stats import StatsReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.protocol.stats import StatsReadResponse


@click.command("stats")
@click.option(
    "--whole",
    is_flag=True,
    help="Look into all rollouts; otherwise into the largest, 1 GB in all.",
)
@click.option(
    "--largest",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    help="How many of the largest tasks to name.",
)
@click.option("--open", "opens", is_flag=True, help="Write a page and open it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the page to this file.",
)
@pass_session
def stats(
    session: Session, *, whole: bool, largest: int, opens: bool, output: Path | None
) -> None:
    """Show where disk space went (by kind, folder, model, age), and tokens by day."""
    params = (
        StatsReadParams(largest=largest, weigh_bytes=None)
        if whole
        else StatsReadParams(largest=largest)
    )
    with session.context() as context:
        response = read_stats(context, params, _reporter())
        page = _page(context, response) if opens or output is not None else None
    if page is not None:
        _write_page(session, page, output, opens=opens)
    if session.json:
        session.emit(response)
    elif page is None:
        from threadbook.cli.stats_tables import print_stats  # noqa: PLC0415

        print_stats(session, response)


def _reporter() -> Callable[[int, int], None]:
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def report(done: int, total: int) -> None:
        text = f"Reading rollouts {size(done)}/{size(total)}" if done < total else ""
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()

    return report


def _page(context: Context, response: StatsReadResponse) -> str:
    from threadbook.handlers.usage import read_usage  # noqa: PLC0415
    from threadbook.handlers.usage_page import Figures, scheduled_names  # noqa: PLC0415

    usage = read_usage(context)
    return Figures(usage, response, scheduled_names(context, usage)).page()


def _write_page(
    session: Session, page: str, output: Path | None, *, opens: bool
) -> None:
    path = output or Path(tempfile.mkdtemp(prefix="threadbook-")) / "stats.html"
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        message = f"{path} can't be written: {error.strerror or error}"
        raise NotPossibleError(message) from error
    # Where there is no browser, the path is what helps.
    click.echo(path, err=session.json)
    if opens:
        webbrowser.open(path.absolute().as_uri())
