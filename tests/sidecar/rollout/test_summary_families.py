"""Rollbacks, forks and sub-agents: which turns a rollout calls its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.rollouts import START, rollout
from support.summaries import kinds, summary_of
from threadbook.rollout.summary import summarize
from threadbook.rollout.types import HistoryBase

if TYPE_CHECKING:
    from pathlib import Path


OTHER_THREAD = "01a1fb42-0000-7000-8000-000000000001"


def test_a_rollback_drops_the_last_turns_and_what_followed_them(tmp_path: Path) -> None:
    path = (
        rollout(tmp_path, generation="enveloped")
        .user("one")
        .agent("1")
        .user("two")
        .agent("2")
        .user("three")
        .agent("3")
        .roll_back(2)
        .user("two again")
        .agent("2b")
        .done()
    )

    result = summarize(path)

    assert [span.dropped for span in result.spans] == [False, True, True, False]
    assert (result.summary.turn_count, result.summary.message_count) == (2, 4)


def test_rollbacks_add_up(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy")
    for text in ("one", "two", "three"):
        builder.user(text).agent("ok")
    path = builder.roll_back(1).roll_back(1).done()

    spans = summarize(path).spans

    assert [span.dropped for span in spans] == [False, True, True]


def test_a_rollback_of_more_turns_than_there_are_drops_all(tmp_path: Path) -> None:
    path = rollout(tmp_path, generation="legacy").user("one").roll_back(9).done()

    summary = summary_of(path)

    assert (summary.turn_count, summary.open_turn) == (0, False)


def test_a_legacy_fork_owns_the_turns_that_it_copied(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped")
    builder.record("session_meta", {"id": OTHER_THREAD, "cwd": "/elsewhere"})
    path = builder.user("copied").agent("ok").user("own").agent("ok").done()

    summary = summary_of(path)

    assert summary.turn_count == 2
    assert summary.meta.thread_id == builder.thread_id
    assert summary.meta.forked_from_id == OTHER_THREAD
    assert "idMismatch" not in kinds(summary)


def test_what_a_paginated_sub_agent_inherited_is_not_its_own(tmp_path: Path) -> None:
    builder = rollout(
        tmp_path,
        meta={
            "source": {
                "subagent": {
                    "thread_spawn": {
                        "parent_thread_id": OTHER_THREAD,
                        "agent_nickname": "Ada",
                    }
                }
            },
            "subagent_history_start_ordinal": 9,
        },
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.user("the parent's").agent("ok").end_turn()
    assert builder.ordinal <= 9
    builder.ordinal = 9
    path = builder.user("my task").agent("done").done()

    result = summarize(path)

    meta = result.summary.meta
    assert [span.preview for span in result.spans] == ["my task"]
    assert result.summary.preview == "my task"
    assert (meta.is_sub_agent, meta.agent_nickname) == (True, "Ada")
    assert meta.parent_thread_id == OTHER_THREAD
    assert result.spans[0].start_ordinal == 9


def test_what_a_legacy_sub_agent_inherited_ends_where_it_was_spawned(
    tmp_path: Path,
) -> None:
    builder = rollout(
        tmp_path,
        generation="enveloped",
        meta={"source": {"subagent": {"thread_spawn": {"depth": 1}}}},
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.event("task_started", turn_id="p", started_at=START // 1000 - 60)
    builder.steer("the parent's").agent("ok")
    builder.call("spawn_agent", {"message": "x"}, call_id="c")
    builder.answer("c", "You are the newly spawned agent. The prior conversation")
    path = builder.user("my task").agent("done").done()

    result = summarize(path)

    assert [span.preview for span in result.spans] == ["my task"]
    assert result.summary.message_count == 2


def test_the_prefix_of_a_reverted_file_is_named(tmp_path: Path) -> None:
    base = {"thread_id": OTHER_THREAD, "end_ordinal_exclusive": 17}
    path = rollout(tmp_path, meta={"history_base": base}).user("hi").done()

    result = summarize(path)

    assert result.summary.meta.history_base == HistoryBase(
        result.summary.meta.history_base.rollout_id
        if result.summary.meta.history_base
        else result.summary.rollout_id,
        17,
    )
    assert result.spans[0].start_ordinal == 18


def test_a_sub_agents_task_sent_by_mail_is_its_preview(tmp_path: Path) -> None:
    builder = rollout(tmp_path, meta={"parent_thread_id": OTHER_THREAD}).begin_turn()
    mail = [{"type": "input_text", "text": "Look into it"}]
    path = builder.response("agent_message", content=mail).agent("ok").done()

    summary = summary_of(path)

    assert summary.preview == "Look into it"
    assert summary.meta.is_sub_agent


def test_an_inherited_history_without_marks_ends_at_the_sub_agents_own_time(
    tmp_path: Path,
) -> None:
    builder = rollout(
        tmp_path, generation="enveloped", meta={"source": {"subagent": "review"}}
    )
    builder.record("session_meta", {"id": OTHER_THREAD})
    builder.event("task_started", turn_id="p", started_at=START // 1000 - 60)
    builder.steer("the parent's").agent("ok")
    path = builder.user("mine").agent("ok").done()

    assert [span.preview for span in summarize(path).spans] == ["mine"]
