"""The options that choose tasks, the same for `list` and `search`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_STATUSES = (
    "running",
    "waiting",
    "idle",
    "interrupted",
    "failed",
    "limited",
    "empty",
    "damaged",
)
_AGO = re.compile(r"^(\d+)([mhdw])$")
_BEFORE_ALL = 0
"""So long ago that no calendar has it."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class TimeParam(click.ParamType[int]):
    """A moment: `7d` (ago), `2026-01-31`, or `2026-01-31T12:00`; to Unix ms."""

    name = "time"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the moment in Unix milliseconds; local time unless it says a zone."""
        del param, ctx
        if isinstance(value, int):
            return value
        text = str(value)
        ago = _AGO.match(text)
        now = datetime.now().astimezone()
        try:
            if ago is not None:
                moment = now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            else:
                moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is neither an age (7d) nor a date (2026-01-31)")
        except OverflowError:
            return _BEFORE_ALL
        try:
            return int(moment.astimezone().timestamp() * 1000)
        except (ValueError, OverflowError):
            # In the calendar's first hours, or behind its last.
            return int(moment.replace(tzinfo=UTC).timestamp() * 1000)


TIME = TimeParam()


def filter_options(*, state: str, folder: str) -> Callable[[Any], Any]:
    """Give a command the filters of `list`, with these defaults."""
    options = (
        click.option("--all", "everywhere", is_flag=True, help="Of all folders."),
        click.option(
            "--cwd",
            type=click.Path(path_type=Path),
            help=f"Of this folder and its subfolders [default: {folder}].",
        ),
        click.option(
            "--state",
            type=click.Choice(["active", "archived", "trashed", "any"]),
            default=state,
            show_default=True,
        ),
        click.option("--model", help="Whose last turn used this model."),
        click.option("--since", type=TIME, help="Active since: 7d, 2026-01-31."),
        click.option("--until", type=TIME, help="Active before: 7d, 2026-01-31."),
        click.option("--status", type=click.Choice(_STATUSES), multiple=True),
        click.option(
            "--source", help="Who wrote it: cli, vscode, exec, mcp, subagent."
        ),
        click.option("--provider", help="The model provider."),
        click.option("--branch", help="The git branch."),
        click.option("--tag", help="With this tag."),
        click.option("--pinned", is_flag=True, help="Pinned tasks only."),
        click.option("--cleared", is_flag=True, help="Cleared tasks too."),
    )

    def decorate(command: Any) -> Any:  # noqa: ANN401 - what click's decorators take
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
