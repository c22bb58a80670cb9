from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from threadbook.ids import ThreadId
from threadbook.rollout.settings import RunSettings, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

Json = dict[str, object]


def settings(
    home: CodexHome, opened: Callable[[], Context], *contexts: Json
) -> RunSettings:
    """Return what a task says that has one turn with each of these contexts."""
    built = rollout(home.root, generation="enveloped")
    for context in contexts:
        built.end_turn()
        built.begin_turn()
        built.lines.pop()
        built.record("turn_context", context)
        built.steer("hello").agent("hi")
    built.done()
    spans = opened().index.spans(ThreadId(built.thread_id))
    return settings_of(span for _, span in reversed(spans))


@pytest.mark.parametrize("key", ["mode", "type"])
def test_the_policy_is_read_in_either_spelling(
    home: CodexHome, opened: Callable[[], Context], key: str
) -> None:
    context: Json = {"approval_policy": "never", "sandbox_policy": {key: "read-only"}}

    assert settings(home, opened, context) == RunSettings("read-only", "never")


def test_the_newest_turn_that_tells_counts(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    older: Json = {"approval_policy": "never"}
    newer: Json = {"approval_policy": "untrusted"}

    assert settings(home, opened, older, newer).approval == "untrusted"


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"approval_policy": "on-failure", "sandbox_policy": {"type": "external"}},
        {"approval_policy": {"granular": {}}, "sandbox_policy": "read-only"},
    ],
)
def test_words_that_codex_no_longer_takes_are_not_passed_on(
    home: CodexHome, opened: Callable[[], Context], context: Json
) -> None:
    assert settings(home, opened, context) == RunSettings()


@pytest.mark.parametrize("generation", ["json", "bare"])
def test_the_oldest_tasks_tell_nothing(
    home: CodexHome, opened: Callable[[], Context], generation: str
) -> None:
    built = rollout(home.root, generation="json" if generation == "json" else "bare")
    built.user("hello").done()
    spans = opened().index.spans(ThreadId(built.thread_id))

    assert settings_of(span for _, span in spans) == RunSettings()
