"""Usage windows, schedules and tokens on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from threadbook.cli.output import age, clock_time, console, one_line, span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from threadbook.cli.session import Session
    from threadbook.protocol.stats import DayStats
    from threadbook.protocol.usage import AccountUsage, UsageReadResponse, UsageWindow

_MINUTE = 60_000
_BAR = 20
_NEARLY_USED = 80
_SHORT_ID = 13
_DAYS = 7


def print_limits(
    session: Session, usage: UsageReadResponse, names: Mapping[str, str], now: int
) -> None:
    """Print the windows, what is scheduled, and the tokens of the last days."""
    out = console(session)
    _windows(out, usage.account, now)
    if usage.scheduled:
        out.print(Text("\nScheduled", style="bold"))
        table = _table()
        for each in usage.scheduled:
            name = one_line(names.get(each.thread_id, "(gone)"))
            tried = f"tried {each.attempts} times" if each.attempts else ""
            when = "goes on now" if each.running else _when(each.at, now)
            table.add_row(each.thread_id[:_SHORT_ID], Text(name), when, tried)
        out.print(table)
    _days(out, usage.days)


def _windows(out: Console, account: AccountUsage | None, now: int) -> None:
    if account is None:
        out.print("No task was told of usage windows yet (an API key has none)")
        return
    heard = f"heard of {_ago(account.at, now)}"
    out.print(Text(" · ".join(filter(None, (account.plan, heard))), style="dim"))
    table = _table()
    for window in account.windows:
        table.add_row(*_window(window, now))
    out.print(table)
    if account.limited_until is not None:
        until = _when(account.limited_until, now)
        out.print(Text(f"Limited: goes on {until}", style="magenta"))


def _window(window: UsageWindow, now: int) -> tuple[str | Text, ...]:
    length = span(window.window_minutes * _MINUTE) if window.window_minutes else "?"
    if window.stale:
        return (length, Text("has reset since", style="dim"), "", "")
    used = window.used_percent
    filled = min(_BAR, round(used * _BAR / 100))
    style = "red" if used >= _NEARLY_USED else "green"
    resets = f"resets {_when(window.resets_at, now)}" if window.resets_at else ""
    return (
        length,
        Text("█" * filled, style=style) + Text("·" * (_BAR - filled), style="dim"),
        f"{used:.0f} %",
        resets,
    )


def _days(out: Console, days: tuple[DayStats, ...]) -> None:
    tokens: Counter[str] = Counter()
    for each in days:
        tokens[each.day] += each.tokens
    newest = sorted(tokens, reverse=True)[:_DAYS]
    if not any(tokens[day] for day in newest):
        return
    out.print(Text("\nTokens by day", style="bold"))
    table = _table()
    for day in newest:
        models = sorted(
            {one_line(each.model or "?") for each in days if each.day == day}
        )
        table.add_row(day, f"{tokens[day]:,}", Text(", ".join(models), style="dim"))
    out.print(table)


def _table() -> Table:
    return Table(box=None, pad_edge=False, show_header=False)


def _when(at: int, now: int) -> str:
    absolute = clock_time(at)
    return f"{absolute} (in {span(at - now)})" if at > now else f"{absolute} (due)"


def _ago(at: int, now: int) -> str:
    since = age(at, now)
    return "just now" if since == "now" else f"{since} ago"
