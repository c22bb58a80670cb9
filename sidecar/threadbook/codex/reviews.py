"""Reviews: what Codex is asked to review, and its findings, read from its answer.

A running app-server gives the findings as text only, in a shape that has been the
same since 0.98.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.codex.fields import object_at, text_at
from threadbook.ids import TurnId

if TYPE_CHECKING:
    from threadbook.codex.client import AppServer
    from threadbook.codex.fields import JsonObject
    from threadbook.ids import ThreadId

_HEADING = re.compile(r"^(?:Review comment|Full review comments):$")
_FINDING = re.compile(
    r"^- (?:\[[ x]\] )?(?P<title>.*\S) — (?P<path>.+):(?P<first>\d+)-(?P<last>\d+)$"
)
_PRIORITY = re.compile(r"^\[P(?P<priority>\d)\]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTarget:
    """What is to be reviewed: the first of these that is set, else the custom words."""

    uncommitted: bool = False
    base: str | None = None
    """A branch: what the working tree adds to it."""
    commit: str | None = None
    files: tuple[str, ...] = ()
    instructions: str | None = None
    style: str | None = None
    """What to look at above all, or how to put it; goes with any of the others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the reviewer found."""

    title: str
    body: str
    path: str
    first_line: int
    last_line: int
    priority: int | None
    """0 is the most urgent; None: it was not said."""


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """What came of a review."""

    explanation: str
    findings: tuple[Finding, ...]


async def start_review(
    server: AppServer, thread_id: ThreadId, target: ReviewTarget
) -> TurnId:
    """Begin a review as a turn of the thread; its inner turn has an id of its own."""
    params = {
        "threadId": thread_id,
        "target": spelt_target(target),
        "delivery": "inline",
    }
    result = await server.request("review/start", params)
    return TurnId(text_at(object_at(result, "turn"), "id") or "")


def spelt_target(target: ReviewTarget) -> JsonObject:
    """Spell a target for Codex, which takes a style in custom words only."""
    if target.style is None and not target.files:
        if target.uncommitted:
            return {"type": "uncommittedChanges"}
        if target.base is not None:
            return {"type": "baseBranch", "branch": target.base}
        if target.commit is not None:
            return {"type": "commit", "sha": target.commit, "title": None}
    words = [_subject(target), target.instructions, target.style]
    return {
        "type": "custom",
        "instructions": "\n\n".join(word for word in words if word),
    }


def read_review(text: str) -> ReviewResult:
    """Take the text of a finished review apart; what is no finding explains it."""
    explanation: list[str] = []
    found: list[tuple[re.Match[str], list[str]]] = []
    within = False
    for line in text.splitlines():
        match = _FINDING.match(line) if within else None
        if match is not None:
            found.append((match, []))
        elif within and (line.startswith("  ") or not line.strip()):
            if found:
                found[-1][1].append(line.removeprefix("  "))
        elif _HEADING.match(line):
            within = True
        else:
            within = False
            explanation.append(line)
    return ReviewResult(
        "\n".join(explanation).strip(), tuple(_finding(*one) for one in found)
    )


def _finding(match: re.Match[str], body: list[str]) -> Finding:
    priority = _PRIORITY.match(match["title"])
    return Finding(
        title=_PRIORITY.sub("", match["title"]),
        body="\n".join(body).strip(),
        path=match["path"],
        first_line=int(match["first"]),
        last_line=int(match["last"]),
        priority=int(priority["priority"]) if priority else None,
    )


def _subject(target: ReviewTarget) -> str | None:
    if target.uncommitted:
        return (
            "Review the current code changes (staged, unstaged, and untracked files) "
            "and provide prioritized findings."
        )
    if target.base is not None:
        return (
            f"Review the code changes against the base branch {target.base!r}: "
            f"what `git diff $(git merge-base HEAD {target.base})` shows. "
            "Provide prioritized findings."
        )
    if target.commit is not None:
        return (
            f"Review the code changes introduced by commit {target.commit}. "
            "Provide prioritized findings."
        )
    if target.files:
        listed = "\n".join(f"- {path}" for path in target.files)
        return f"Review these files and provide prioritized findings:\n{listed}"
    return None
