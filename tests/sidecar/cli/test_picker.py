from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from support.rollouts import rollout
from threadbook.cli.picker import fitting, pick
from threadbook.index.types import TaskQuery

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.index.types import TaskRow

_NEWEST_FIRST = ("mend the till", "write the docs", "mend the tiles")


@pytest.fixture
def rows(home: CodexHome, opened: Callable[[], Context]) -> tuple[TaskRow, ...]:
    for age, words in enumerate(_NEWEST_FIRST):
        # Digits are looked for in ids, too: those of all have the same.
        thread_id = f"0199f000-0000-7000-8000-{age:012d}"
        at = 1_790_000_000_000 - age * 60_000
        rollout(home.root, thread_id=thread_id, at=at).user(words).done()
    return opened().index.list_tasks(TaskQuery()).rows


def picked(rows: tuple[TaskRow, ...], typed: str) -> tuple[str | None, str]:
    """Return what was picked, and what was shown on the way."""

    @click.command()
    def command() -> None:
        click.echo(f"PICKED {pick(rows).preview}")

    result = CliRunner().invoke(command, input=typed)
    _, _, found = result.stdout.rpartition("PICKED ")
    return found.strip() or None, result.stderr


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("\n", "mend the till"),
        ("2\n", "write the docs"),
        ("docs\n", "write the docs"),
        ("tiles mend\n", "mend the tiles"),
        ("mend\n2\n", "mend the tiles"),
        ("wdocs\n", "write the docs"),
        ("nothing\n3\n", "mend the tiles"),
        ("9\n1\n", "mend the till"),
    ],
)
def test_numbers_choose_and_words_narrow_down(
    rows: tuple[TaskRow, ...], typed: str, expected: str
) -> None:
    assert picked(rows, typed)[0] == expected


def test_a_single_task_is_taken_without_a_question(rows: tuple[TaskRow, ...]) -> None:
    assert picked(rows[:1], "") == ("mend the till", "")


def test_nobody_there_to_answer_ends_it(rows: tuple[TaskRow, ...]) -> None:
    assert picked(rows, "")[0] is None


def test_literal_fits_come_before_loose_ones(rows: tuple[TaskRow, ...]) -> None:
    assert [row.preview for row in fitting(rows, "till")] == ["mend the till"]
    assert [row.preview for row in fitting(rows, "til")][:2] == [
        "mend the till",
        "mend the tiles",
    ]
    assert [row.preview for row in fitting(rows, "mtl")] == [
        "mend the till",
        "mend the tiles",
    ]
