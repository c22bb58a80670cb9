"""What the user says on a command line: words, standard input, pictures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Command = TypeVar("_Command", bound="Callable[..., Any]")
_STDIN = "-"


def turn_options(command: _Command) -> _Command:
    """Let a command take what a turn can be told besides its words."""
    picture = click.Path(exists=True, dir_okay=False, path_type=Path)
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    wrapped: Any = command
    for option in (
        click.option("--timeout", type=click.FloatRange(min=0), help="Seconds."),
        click.option("--cwd", type=folder, help="Another folder to go on in."),
        click.option("--effort", help="Another reasoning effort from now on."),
        click.option("--model", help="Another model from now on."),
        click.option(
            "--image",
            "images",
            multiple=True,
            type=picture,
            help="A picture to send along.",
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


def words_of(prompt: str | None) -> str | None:
    """Return what PROMPT says, from standard input for `-`; None: nothing is said."""
    text = sys.stdin.read() if prompt == _STDIN else prompt
    if text is not None and not text.strip():
        message = "The prompt is empty"
        raise click.UsageError(message)
    return text


def absolute(paths: Iterable[Path]) -> list[str]:
    """Return paths as Codex, which is in another folder, finds them."""
    return [str(path.absolute()) for path in paths]
