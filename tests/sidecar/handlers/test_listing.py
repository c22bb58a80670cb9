from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from support.rollouts import START, rollout
from threadbook.book.annotations import NO_KIN, NOTHING_SAID, Annotation, Kin
from threadbook.handlers.convert_task import Folder, Moment, plain_task
from threadbook.handlers.first_page import first_page_json, is_first_page
from threadbook.handlers.listing import page_json, task_list_json
from threadbook.handlers.ready_task import ReadyFolder, ready_task
from threadbook.ids import ThreadId
from threadbook.index.summaries import pack_row, unpack_row
from threadbook.index.types import RolloutFile, State, Status, TaskQuery, TaskRow
from threadbook.items import (
    GitInfo,
    Holder,
    Problem,
    RateLimits,
    RateWindow,
    Stop,
    StopKind,
    TokenUsage,
)
from threadbook.protocol.task import Task, TaskListParams, TaskListResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

FULL = TaskRow(
    thread_id=ThreadId("t1"),
    name="a name",
    preview="a preview",
    state=State.ARCHIVED,
    status=Status.LIMITED,
    created_at=1,
    updated_at=2,
    cwd="/w/app",
    model="gpt-6",
    effort="high",
    model_provider="openai",
    source="cli",
    originator="codex_cli_rs",
    cli_version="0.169.0",
    git=GitInfo(branch="main", commit="c0ffee", repository_url="git@host:app"),
    turn_count=3,
    message_count=4,
    token_usage=TokenUsage(5, 6, 7, 8, 9, 10),
    rate_limits=None,
    forked_from_id=ThreadId("t0"),
    parent_thread_id=ThreadId("t9"),
    is_sub_agent=True,
    agent_nickname="Ada",
    last_stop=Stop(StopKind.USAGE_LIMIT, "no more", 11),
    open_turn=False,
    rollouts=(RolloutFile("/a.jsonl", 12, "paginated"),),
    bytes=12,
    problems=(Problem(kind="truncated", line=13, message="cut"),),
)
BARE = TaskRow(
    thread_id=ThreadId("t2"),
    name=None,
    preview=None,
    state=State.ACTIVE,
    status=Status.INTERRUPTED,
    created_at=1,
    updated_at=2,
    cwd=None,
    model=None,
    effort=None,
    model_provider=None,
    source=None,
    originator=None,
    cli_version=None,
    git=None,
    turn_count=0,
    message_count=0,
    token_usage=None,
    rate_limits=None,
    forked_from_id=None,
    parent_thread_id=None,
    is_sub_agent=False,
    agent_nickname=None,
    last_stop=None,
    open_turn=True,
    rollouts=(),
    bytes=0,
    problems=(),
)
LIMITS = RateLimits(1, RateWindow(2.5, 300, 4), None)
NOW = Moment(
    holder=Holder(pid=1, program="codex", host="box", since=2, terminal="/dev/pts/1"),
    held_here=False,
    waits=False,
    folder=Folder("/w/app", "app", exists=True),
)
QUIET = Moment(holder=None, held_here=False, waits=False, folder=None)


@pytest.mark.parametrize(
    ("row", "annotation", "moment"),
    [
        (FULL, Annotation(pinned=True, tags=("a", "b"), note="n", seen_at=1), NOW),
        (BARE, Annotation(), QUIET),
        (BARE, Annotation(name="ours", cleared_at=1, scheduled_resume_at=3), NOW),
    ],
)
def test_a_plain_task_is_what_the_model_writes(
    row: TaskRow, annotation: Annotation, moment: Moment
) -> None:
    plain = orjson.dumps(plain_task(row, annotation, Kin(), moment))

    modelled = Task.model_validate_json(plain, strict=True)

    assert modelled.model_dump_json(by_alias=True).encode() == plain


def _quiet_in(row: TaskRow) -> Moment:
    folder = None if row.cwd is None else Folder(row.cwd, "app", exists=True)
    return Moment(holder=None, held_here=False, waits=False, folder=folder)


@pytest.mark.parametrize(
    "row",
    [
        BARE,
        replace(FULL, problems=()),
        replace(BARE, open_turn=False),
        replace(BARE, status=Status.IDLE),
        replace(BARE, name="", preview=""),
        replace(FULL, name=None, problems=(), git=GitInfo("a,b\t[", None, 'x\n"')),
        replace(FULL, problems=(), preview='tabs\t, lines\n, "quotes", [[lists]], 🙂'),
        replace(FULL, problems=(), rollouts=(RolloutFile("/[a]\t.zst", 1, "zst"),)),
        replace(FULL, problems=(), rate_limits=LIMITS, bytes=2**70),
    ],
)
def test_a_ready_task_is_the_plain_one(row: TaskRow) -> None:
    packed = pack_row(row)

    ready = ready_task(packed, lambda path: ReadyFolder(path, b'"app"', b"true"))

    plain = plain_task(row, NOTHING_SAID, NO_KIN, _quiet_in(row))
    assert (
        ready == json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    )
    assert unpack_row(packed) == row


@pytest.mark.parametrize(
    "row",
    [
        FULL,
        replace(BARE, rollouts=(RolloutFile("/a", 1, "bare"),) * 2),
        replace(BARE, preview="half a \ud83d"),
    ],
)
def test_what_is_not_just_put_in_its_place_is_left_to_the_others(row: TaskRow) -> None:
    packed = pack_row(row)

    assert ready_task(packed, lambda path: ReadyFolder(path, b'""', b"true")) is None
    assert unpack_row(packed) == row


def test_a_ready_page_is_what_the_model_of_a_page_writes(
    home: CodexHome, opened: Opened
) -> None:
    for day in range(3):
        built = rollout(home.root, at=START + day * 86_400_000)
        built.user(f"Straße {day}").command("ls").agent("„done“").tokens().done()
    context = opened()

    for params in (
        TaskListParams(),
        TaskListParams(limit=2),
        TaskListParams(model="x"),
    ):
        page = task_list_json(context, params)

        response = TaskListResponse.model_validate_json(page, strict=True)
        assert response.model_dump_json(by_alias=True).encode() == page


def test_a_task_that_died_says_so_unless_somebody_holds_it() -> None:
    dead = plain_task(BARE, Annotation(), Kin(), QUIET)
    held = plain_task(BARE, Annotation(), Kin(), NOW)

    assert dead["lastStop"]["kind"] == "processDied"
    assert (held["lastStop"], held["status"]) == (None, "running")


def test_who_asks_is_not_told_that_he_holds_it_himself() -> None:
    here = Moment(holder=NOW.holder, held_here=True, waits=True, folder=None)

    plain = plain_task(FULL, Annotation(), Kin(), here)

    assert (plain["holder"], plain["status"]) == (None, "waiting")


@pytest.mark.parametrize(
    "params",
    [
        None,
        {},
        {"cwd": "/code/project", "subAgents": False, "limit": 2, "cursor": None},
        {"cwd": None, "state": "archived"},
        {"state": "any", "limit": 1},
    ],
)
def test_a_first_page_read_by_hand_is_that_of_the_models(
    params: dict[str, Any] | None, home: CodexHome, opened: Opened
) -> None:
    for day in range(3):
        rollout(home.root, at=START + day * 86_400_000).user("hi").done()
    cleared = rollout(home.root, at=START - 86_400_000).user("bye")
    rollout(home.root, archived=True).user("old").done()
    cleared.done()
    context = opened()
    context.book.set_cleared(ThreadId(cleared.thread_id), 1)

    by_hand = first_page_json(context, params)

    assert is_first_page(params)
    modelled = TaskListParams.model_validate(params or {}, by_name=False)
    assert by_hand == task_list_json(context, modelled)


@pytest.mark.parametrize(
    "params",
    [
        {"limt": 3},
        {"limit": 0},
        {"limit": True},
        {"limit": "3"},
        {"cwd": 3},
        {"state": "lost"},
        {"state": []},
        {"subAgents": None},
        {"cursor": "x"},
        {"model": "gpt-6"},
        [],
        "",
    ],
)
def test_all_other_params_are_left_to_the_models(params: object) -> None:
    assert not is_first_page(params)


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_a_file_whose_name_is_no_text_does_not_keep_the_others_from_the_list(
    home: CodexHome, opened: Opened
) -> None:
    odd = rollout(home.root).user("odd").done()
    rollout(home.root, at=START - 86_400_000).user("plain").done()
    folder = os.fsencode(odd.parent.parent) + b"/\xff\xfe"
    os.rename(os.fsencode(odd.parent), folder)  # noqa: PTH104 - paths are no bytes

    page: dict[str, Any] = orjson.loads(page_json(opened(), TaskQuery()))

    assert {task["preview"] for task in page["tasks"]} == {"odd", "plain"}
