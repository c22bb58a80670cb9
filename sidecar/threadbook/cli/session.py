"""Session: the global options of one run, and how its results are written."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from threadbook.handlers.context import Context
    from threadbook.protocol.base import WireModel

_Command = TypeVar("_Command", bound="Callable[..., Any]")


@dataclass(slots=True)
class Session:
    """What holds for every command."""

    codex_home: Path | None = None
    json: bool = False
    color: bool = True

    @contextmanager
    def context(self, *, scan: bool = True) -> Generator[Context]:
        """Open the home, bring the index up to date, and close it afterwards."""
        from threadbook.handlers.assemble import assemble  # noqa: PLC0415

        context = assemble(self.codex_home, None)
        try:
            if scan:
                self._bring_up_to_date(context)
            yield context
        finally:
            context.index.close()
            context.book.close()

    def _bring_up_to_date(self, context: Context) -> None:
        from threadbook.cli.progress import scan_with_progress  # noqa: PLC0415

        scan_with_progress(context)

    def emit(self, response: WireModel) -> None:
        """Write a response as one JSON object."""
        self.write_bytes(response.model_dump_json(by_alias=True).encode() + b"\n")

    def emit_line(self, value: object) -> None:
        """Write one line of a JSON Lines stream, at once."""
        self.write_bytes(orjson.dumps(value) + b"\n")

    def write_bytes(self, data: bytes) -> None:
        """Write to stdout past the text layer: output is UTF-8 everywhere."""
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def remark(self, message: str | None) -> None:
        """Say on stderr what a person should know; a program is told otherwise."""
        if message is not None and not self.json:
            sys.stderr.write(f"threadbook: {message}\n")

    def fail(self, kind: str, message: str, data: dict[str, object]) -> None:
        """Say what went wrong, on stderr."""
        error = {"error": {"kind": kind, "message": message, "data": data}}
        said = _as_json(error) if self.json else f"threadbook: {message}"
        # Where it can't be said, the exit code still tells it.
        with suppress(OSError):
            sys.stderr.write(f"{said}\n")


def _as_json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # A name of a file that is no text.
        return json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()


def pass_session(command: _Command) -> _Command:
    """Give a command the session, and the global options, wherever they stand."""
    wrapped: Any = click.make_pass_decorator(Session)(command)
    for option in _global_options():
        wrapped = option(wrapped)
    return wrapped


def _global_options() -> list[Callable[[Any], Any]]:
    return [
        click.option(
            "--codex-home",
            type=click.Path(),
            expose_value=False,
            callback=_set_home,
            help="Where Codex keeps its files [default: $CODEX_HOME, else ~/.codex].",
        ),
        click.option(
            "--json",
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_json,
            help="Print JSON, as on the wire.",
        ),
        click.option(
            "--no-color",
            is_flag=True,
            expose_value=False,
            callback=_set_no_color,
            help="Print without colours.",
        ),
    ]


def _set_home(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> None:
    del parameter
    # An empty one, as in `--codex-home "$UNSET"`, is no choice; as a path it were ".".
    if value:
        context.ensure_object(Session).codex_home = Path(value)


def _set_json(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001
    del parameter
    if value:
        context.ensure_object(Session).json = True


def _set_no_color(
    context: click.Context,
    parameter: click.Parameter,
    value: bool,  # noqa: FBT001
) -> None:
    del parameter
    if value:
        context.ensure_object(Session).color = False
