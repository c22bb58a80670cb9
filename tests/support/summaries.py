"""A rollout's summary, for tests that look at nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.rollout.summary import summarize

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.rollout.types import RolloutSummary


def summary_of(path: Path) -> RolloutSummary:
    """Return what is told of a whole rollout."""
    return summarize(path).summary


def kinds(summary: RolloutSummary) -> list[str]:
    """Return the kinds of its problems, in order."""
    return [problem.kind for problem in summary.problems]
