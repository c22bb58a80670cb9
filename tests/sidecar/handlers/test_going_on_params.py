from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from threadbook.protocol.fork import TaskForkParams
from threadbook.protocol.review import TaskReviewParams


def test_a_fork_says_one_thing_at_most() -> None:
    TaskForkParams(thread_id="x", from_step=1, amend="a")
    TaskForkParams(thread_id="x", from_step=1, prompt="p")
    with pytest.raises(ValidationError):
        TaskForkParams(thread_id="x", from_step=1, amend="a", prompt="p")


def test_there_is_no_step_before_the_first() -> None:
    with pytest.raises(ValidationError):
        TaskForkParams(thread_id="x", from_step=0)


@pytest.mark.parametrize(
    "fields",
    [
        {"uncommitted": True},
        {"base": "main", "style": "terse"},
        {"files": ("a",)},
        {"files": ("a",), "instructions": "races"},
        {"instructions": "races"},
    ],
)
def test_a_review_has_one_subject(fields: dict[str, Any]) -> None:
    assert TaskReviewParams(cwd="/w", **fields).cwd == "/w"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"style": "terse"},
        {"uncommitted": True, "base": "main"},
        {"uncommitted": True, "instructions": "races"},
        {"commit": "a", "files": ("a",)},
    ],
)
def test_a_review_without_or_with_two_subjects_is_refused(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        TaskReviewParams(cwd="/w", **fields)
