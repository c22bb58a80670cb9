"""Rollouts that real Codex binaries wrote (long prompts shortened), read as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    StopKind,
    TurnStatus,
    UserMessage,
)
from threadbook.rollout.summary import summarize
from threadbook.rollout.thread import read_turns

if TYPE_CHECKING:
    from threadbook.items import (
        Item,
    )

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rollouts"
VERSIONS = ("0.20.0", "0.36.0", "0.58.0", "0.98.0", "0.120.0", "0.148.0", "0.169.0")
LATE_TURN = ("0.98.0", "0.120.0", "0.148.0", "0.169.0")
"""In these somebody resumed the task with a second turn."""


def fixture(version: str, name: str) -> Path:
    (path,) = (FIXTURES / version).glob(f"{name}-*.jsonl")
    return path


def items_of(path: Path) -> list[tuple[Item, ...]]:
    spans = summarize(path).spans
    return [turn.items for turn in read_turns(list(enumerate(spans, 1)))]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_command_that_failed(version: str) -> None:
    path = fixture(version, "command-that-failed")

    turns = items_of(path)

    assert len(turns) == (2 if version in LATE_TURN else 1)
    user, command, agent = turns[0]
    assert isinstance(user, UserMessage)
    assert user.text.text == "JSON output [[shell:echo json; exit 3]]"
    assert isinstance(command, CommandExecution)
    assert (command.command, command.exit_code) == ("echo json; exit 3", 3)
    if version != "0.20.0":
        assert command.output is not None
        assert command.output.text == "json\n"
    assert isinstance(agent, AgentMessage)
    assert agent.text.text.startswith("Mock answer")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_patch(version: str) -> None:
    ((user, change, agent),) = items_of(fixture(version, "patch"))

    assert isinstance(user, UserMessage)
    assert isinstance(change, FileChange)
    (diff,) = change.changes
    assert Path(diff.path).name == f"mock-{version}.txt"
    assert diff.diff.text == "+hello from the mock\n+second line\n"
    assert isinstance(agent, AgentMessage)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_usage_limit(version: str) -> None:
    result = summarize(fixture(version, "usage-limit"))

    summary = result.summary
    assert summary.preview == "This one hits the limit [[limit]]"
    if version in {"0.20.0", "0.36.0"}:
        # These wrote nothing when the limit was hit.
        assert (summary.open_turn, summary.last_stop) == (True, None)
        return
    assert summary.last_stop is not None
    assert summary.last_stop.kind is StopKind.USAGE_LIMIT
    assert summary.rate_limits is not None
    assert summary.rate_limits.primary is not None
    assert summary.last_stop.resets_at == summary.rate_limits.primary.resets_at
    assert result.spans[0].status is TurnStatus.FAILED


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_header_says(version: str) -> None:
    summary = summarize(fixture(version, "patch")).summary

    assert summary.problems == ()
    assert summary.meta.git is not None
    assert summary.meta.git.branch == "main"
    assert summary.message_count == 2
    if version != "0.20.0":
        assert summary.meta.cli_version == version
        assert (summary.model, summary.cwd) == ("gpt-5", "/home/dev/code/work/proj")
        assert summary.token_usage is not None
