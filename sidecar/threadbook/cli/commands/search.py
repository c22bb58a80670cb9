"""`threadbook search`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from threadbook.cli.filters import filter_options
from threadbook.cli.session import pass_session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from threadbook.cli.session import Session
    from threadbook.handlers.context import Context
    from threadbook.protocol.search import SearchHit, TaskSearchParams

_KINDS = {
    "messages": "message",
    "commands": "command",
    "files": "file",
    "outputs": "output",
}


@click.command("search")
@click.argument("query", required=False)
@click.option("--exact", is_flag=True, help="Any substring, straight from the files.")
@click.option("--regex", is_flag=True, help="A regular expression, likewise.")
@click.option("--file", "path", help="Where a file was changed: a path or part of it.")
@click.option(
    "--in",
    "where",
    type=click.Choice([*_KINDS, "any"]),
    default="any",
    show_default=True,
    help="Where to look.",
)
@filter_options(state="any", folder="all folders")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--cursor", help="`nextCursor` of the page before.")
@pass_session
def search(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    query: str | None,
    exact: bool,
    regex: bool,
    path: str | None,
    where: str,
    everywhere: bool,
    cwd: Path | None,
    state: str,
    model: str | None,
    since: int | None,
    until: int | None,
    status: tuple[str, ...],
    source: str | None,
    provider: str | None,
    branch: str | None,
    tag: str | None,
    pinned: bool,
    cleared: bool,
    limit: int,
    cursor: str | None,
) -> None:
    """Search all tasks: words, "phrases", beginnings*, AND, OR, NOT.

    Words are looked for in the first 64 KB of each text. --exact and --regex look at
    all of it, and print what they find as they find it, newest task first.
    """
    _refuse_contradictions(query, exact, regex, path, everywhere, cwd)
    _refuse_other_kinds(path, where)
    from threadbook.protocol.search import TaskSearchParams  # noqa: PLC0415

    params = TaskSearchParams.model_validate(
        {
            "query": _wanted(query, path, straight=exact or regex),
            "mode": "exact" if exact else "regex" if regex else "words",
            "kinds": _kinds(where, path),
            "cwd": str(cwd.absolute()) if cwd else None,
            "state": state,
            "model": model,
            "since": since,
            "until": until,
            "status": status or None,
            "source": source,
            "provider": provider,
            "branch": branch,
            "tag": tag,
            "pinned": pinned,
            "cleared": cleared,
            "limit": limit,
            "cursor": cursor,
        }
    )
    with session.context() as context:
        if session.json or params.mode == "words":
            _ranked(session, context, params, outputs=where == "outputs")
        else:
            _streamed(session, context, params)


def _refuse_contradictions(
    query: str | None,
    exact: bool,  # noqa: FBT001
    regex: bool,  # noqa: FBT001
    path: str | None,
    everywhere: bool,  # noqa: FBT001
    cwd: Path | None,
) -> None:
    if exact and regex:
        message = "--exact and --regex exclude each other"
        raise click.UsageError(message)
    if everywhere and cwd is not None:
        message = "--all and --cwd exclude each other"
        raise click.UsageError(message)
    if query is not None and not query.strip():
        message = "QUERY is empty: give words to look for"
        raise click.UsageError(message)
    if (query is None) == (path is None):
        message = "Give a QUERY, or --file PATH"
        raise click.UsageError(message)


def _refuse_other_kinds(path: str | None, where: str) -> None:
    if path is not None and not path.strip():
        message = "--file is empty: give a path, or part of one"
        raise click.UsageError(message)
    if path is not None and where not in ("any", "files"):
        message = f"--file looks into files, --in {where} elsewhere"
        raise click.UsageError(message)


def _wanted(query: str | None, path: str | None, *, straight: bool) -> str:
    if query is not None:
        return query
    if straight:
        return str(path)
    # The last part of a path may be unfinished.
    plain = str(path).replace('"', " ")
    return f'"{plain}"*'


def _kinds(where: str, path: str | None) -> list[str] | None:
    if path is not None:
        return ["file"]
    return None if where == "any" else [_KINDS[where]]


def _ranked(
    session: Session, context: Context, params: TaskSearchParams, *, outputs: bool
) -> None:
    from threadbook.cli.progress import fill_with_progress  # noqa: PLC0415
    from threadbook.handlers.search import task_search  # noqa: PLC0415

    if params.mode == "words":
        fill_with_progress(context, outputs=outputs)
    response = task_search(context, params)
    if session.json:
        session.emit(response)
        return
    _print(session, response.hits)
    rest = response.total - len(response.hits)
    if not response.hits:
        sys.stderr.write(f"Nothing found.{_why_nothing(params.query)}\n")
    elif rest > 0 and response.next_cursor is not None:
        sys.stderr.write(f"{rest} more; --limit N shows more of them.\n")


def _why_nothing(query: str) -> str:
    if any(character.isalnum() for character in query):
        return ""
    return " There is no letter or digit in it; --exact finds any characters."


def _streamed(session: Session, context: Context, params: TaskSearchParams) -> None:
    from threadbook.handlers.search import search_files  # noqa: PLC0415

    found = 0
    for hit in search_files(context, params):
        _print(session, [hit])
        found += 1
        if found == params.limit:
            sys.stderr.write(f"The first {found}; --limit N shows more of them.\n")
            return
    if not found:
        sys.stderr.write("Nothing found.\n")


def _print(session: Session, hits: Iterable[SearchHit]) -> None:
    from threadbook.cli.hits import print_hit  # noqa: PLC0415

    for hit in hits:
        print_hit(session, hit)
