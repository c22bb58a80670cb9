"""A picker for a terminal: the newest tasks, narrowed down by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.output import age, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from threadbook.index.types import TaskRow

_PAGE = 15
_WIDTH = 70


def pick(rows: Sequence[TaskRow]) -> TaskRow:
    """Let the user choose one of *rows*, on stderr; a single one is taken."""
    shown = rows
    while len(shown) > 1:
        for number, row in enumerate(shown[:_PAGE], 1):
            click.echo(_line(number, row), err=True)
        if len(shown) > _PAGE:
            click.echo(f"    and {len(shown) - _PAGE} more", err=True)
        answer = click.prompt(
            "Number, or words to narrow down [1]",
            default="1",
            show_default=False,
            err=True,
        )
        if answer.isdecimal() and 1 <= int(answer) <= min(len(shown), _PAGE):
            return shown[int(answer) - 1]
        found = fitting(rows, answer)
        if not found:
            click.echo(f"Nothing fits {one_line(answer)!r}", err=True)
        shown = found or rows
    return shown[0]


def fitting(rows: Sequence[TaskRow], words: str) -> list[TaskRow]:
    """Return the rows that *words* fit, those that contain them literally first.

    A word fits a text that has its letters in their order.
    """
    wanted = words.casefold().split()
    literal: list[TaskRow] = []
    loose: list[TaskRow] = []
    for row in rows:
        text = " ".join(_searched(row)).casefold()
        if all(word in text for word in wanted):
            literal.append(row)
        elif all(_has_letters(text, word) for word in wanted):
            loose.append(row)
    return literal + loose


def _has_letters(text: str, word: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)


def _searched(row: TaskRow) -> Iterator[str]:
    yield row.thread_id
    yield row.display_name
    yield row.cwd or ""
    yield (row.git.branch if row.git else None) or ""


def _line(number: int, row: TaskRow) -> str:
    name = one_line(row.display_name)
    if len(name) > _WIDTH:
        name = name[: _WIDTH - 1] + "…"
    branch = (row.git.branch if row.git else None) or ""
    return f"{number:>3} {age(row.updated_at):>4}  {name}  {one_line(branch)}".rstrip()
