from __future__ import annotations

import pytest

from threadbook.codex.reviews import (
    Finding,
    ReviewResult,
    ReviewTarget,
    read_review,
    spelt_target,
)

_TWO = """\
The patch breaks the importer.

Full review comments:

- [P1] Guard the empty file — don't index it — /w/a b.py:3-5
  It fails here.

  - even twice
- Name it better — C:\\w\\b.py:7-7
  A nit."""


def test_findings_are_taken_out_of_the_text() -> None:
    result = read_review(_TWO)

    assert result == ReviewResult(
        "The patch breaks the importer.",
        (
            Finding(
                title="Guard the empty file — don't index it",
                body="It fails here.\n\n- even twice",
                path="/w/a b.py",
                first_line=3,
                last_line=5,
                priority=1,
            ),
            Finding("Name it better", "A nit.", "C:\\w\\b.py", 7, 7, None),
        ),
    )


@pytest.mark.parametrize(
    "text",
    ["", "All is well.", "- a list\n- of words — not:a finding", "See a.py:3-5 there"],
)
def test_a_text_without_findings_explains_itself(text: str) -> None:
    assert read_review(text) == ReviewResult(text, ())


def test_words_behind_the_findings_belong_to_the_explanation() -> None:
    result = read_review(f"{_TWO}\nThat is all.")

    assert result.explanation == "The patch breaks the importer.\n\nThat is all."
    assert len(result.findings) == 2


@pytest.mark.parametrize(
    ("target", "spelt"),
    [
        (ReviewTarget(uncommitted=True), {"type": "uncommittedChanges"}),
        (ReviewTarget(base="main"), {"type": "baseBranch", "branch": "main"}),
        (
            ReviewTarget(commit="abc"),
            {"type": "commit", "sha": "abc", "title": None},
        ),
        (
            ReviewTarget(instructions="the tests"),
            {"type": "custom", "instructions": "the tests"},
        ),
    ],
)
def test_what_codex_knows_is_left_to_codex(
    target: ReviewTarget, spelt: dict[str, object]
) -> None:
    assert spelt_target(target) == spelt


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (ReviewTarget(uncommitted=True, style="be terse"), ("staged", "be terse")),
        (ReviewTarget(base="main", style="be terse"), ("'main'", "be terse")),
        (ReviewTarget(commit="abc", style="be terse"), ("abc", "be terse")),
        (ReviewTarget(files=("a.py", "b.py")), ("- a.py", "- b.py")),
        (
            ReviewTarget(files=("a.py",), instructions="races", style="be terse"),
            ("- a.py", "races", "be terse"),
        ),
    ],
)
def test_a_style_and_files_are_said_in_words(
    target: ReviewTarget, words: tuple[str, ...]
) -> None:
    spelt = spelt_target(target)

    assert spelt["type"] == "custom"
    assert all(word in str(spelt["instructions"]) for word in words)
