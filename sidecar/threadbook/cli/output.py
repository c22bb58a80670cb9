"""Human output: tables and transcripts that fit the terminal, with rich."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from threadbook.cli.session import Session
    from threadbook.protocol.task import Task

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEKS_FROM = 14 * _DAY
_MONTHS_FROM = 60 * _DAY
_YEARS_FROM = 730 * _DAY

STATUS_STYLE = {
    "running": "bold cyan",
    "waiting": "bold yellow",
    "idle": "green",
    "interrupted": "yellow",
    "failed": "red",
    "limited": "magenta",
    "empty": "dim",
    "damaged": "red",
}


def console(session: Session) -> Console:
    """Return a console on stdout; plain when that is no terminal or not wanted."""
    from rich.console import Console  # noqa: PLC0415

    class OnStdout(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to `main`: a reader who has had enough is no fault."""
            raise BrokenPipeError

    terminal = sys.stdout.isatty()
    return OnStdout(
        # None: as NO_COLOR says.
        no_color=None if session.color else True,
        highlight=False,
        soft_wrap=not terminal,
        width=None if terminal else max(160, shutil.get_terminal_size().columns),
        legacy_windows=False,
    )


def age(at_ms: int, now_ms: int | None = None) -> str:
    """Spell how long ago something was: `now`, `5m`, `3h`, `2d`, `6w`, `8mo`, `2y`."""
    now = now_ms if now_ms is not None else time.time_ns() // 1_000_000
    seconds = max(0, (now - at_ms) // 1000)
    if seconds < _MINUTE:
        return "now"
    for limit, size, unit in (
        (_HOUR, _MINUTE, "m"),
        (_DAY, _HOUR, "h"),
        (_WEEKS_FROM, _DAY, "d"),
        (_MONTHS_FROM, 7 * _DAY, "w"),
        (_YEARS_FROM, 30 * _DAY, "mo"),
    ):
        if seconds < limit:
            return f"{seconds // size}{unit}"
    return f"{seconds // (365 * _DAY)}y"


def span(duration_ms: int) -> str:
    """Spell how long something takes, by its two largest units: `4h 59m`, `2d 3h`."""
    seconds = max(0, -(-duration_ms // 1000))
    parts: list[str] = []
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count or (parts and len(parts) < 2):  # noqa: PLR2004 - the second unit
            parts.append(f"{count}{unit}")
    return " ".join(part for part in parts[:2] if part[0] != "0") or "0s"


def clock_time(at_ms: int | None) -> str:
    """Spell a time in the user's zone; "" when it is not known."""
    if at_ms is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at_ms / 1000))


def model_and_effort(task: Task) -> str:
    """Return `model/effort`, or what of it is known."""
    return "/".join(part for part in (task.model, task.effort) if part)


def one_line(text: str) -> str:
    """Return *text* as one line that can't play with the terminal."""
    return harmless(" ".join(text.split()))


def harmless(text: str) -> str:
    """Return *text* without characters that steer a terminal.

    Control characters (so all escape sequences) and bidi overrides are replaced;
    newlines and tabs stay.
    """
    return "".join(
        character
        if character in "\n\t" or (character.isprintable() and not _bidi(character))
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def _bidi(character: str) -> bool:
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
