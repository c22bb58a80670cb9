"""Every way in which Codex itself hides a thread; Threadbook's list shows each once.

The ways are numbered as Codex's own lists were taken apart; the list is that of the
real command, in a process of its own.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from support.codex_state import write_state
from support.rollouts import START, rollout

if TYPE_CHECKING:
    from support.rollouts import Generation
    from threadbook.home import CodexHome

ONE = "0199f000-0000-7000-8000-000000000001"
TWO = "0199f000-0000-7000-8000-000000000002"
LATER = "0199f000-0000-7000-8000-00000000000f"
Task = dict[str, Any]


def listed(home: CodexHome) -> list[Task]:
    """Ask the command for all there is."""
    command = [sys.executable, "-m", "threadbook", "--codex-home", str(home.root)]
    options = ["list", "--all", "--state", "any", "--limit", "0", "--json"]
    ran = subprocess.run([*command, *options], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    page = orjson.loads(ran.stdout)
    assert page["nextCursor"] is None
    assert page["total"] == len(page["tasks"])
    return page["tasks"]


def only(home: CodexHome) -> Task:
    """Expect one task, ask for it, and return it."""
    [task] = listed(home)
    return task


@pytest.mark.parametrize("generation", ["json", "bare"])
def test_1_rollouts_of_2025_are_listed(home: CodexHome, generation: Generation) -> None:
    rollout(home.root, generation=generation, thread_id=ONE).user("old").done()

    task = only(home)

    assert (task["threadId"], task["preview"]) == (ONE, "old")
    assert [each["format"] for each in task["rollouts"]] == [generation]
    assert task["problems"] == []


def test_2_an_empty_file_is_a_damaged_task(home: CodexHome) -> None:
    rollout(home.root, thread_id=ONE).done().write_bytes(b"")

    task = only(home)

    assert (task["threadId"], task["status"]) == (ONE, "damaged")
    assert [each["kind"] for each in task["problems"]] == ["emptyFile"]


def test_2_a_file_without_its_header_is_listed_with_what_it_says(
    home: CodexHome,
) -> None:
    built = rollout(home.root, thread_id=ONE)
    built.lines.clear()
    built.user("hi").agent("ok").done()

    task = only(home)

    assert (task["threadId"], task["preview"]) == (ONE, "hi")
    assert [each["kind"] for each in task["problems"]] == ["noHeader"]


def test_2_a_history_mode_that_nobody_knows_is_listed_and_named(
    home: CodexHome,
) -> None:
    built = rollout(home.root, thread_id=ONE, meta={"history_mode": "holographic"})
    built.user("hi").agent("ok").done()

    task = only(home)

    assert (task["threadId"], task["preview"]) == (ONE, "hi")
    assert [each["kind"] for each in task["problems"]] == ["unknownFormat"]


def test_3_a_thread_without_a_preview_of_codex_has_one(home: CodexHome) -> None:
    built = rollout(home.root, thread_id=ONE, generation="enveloped")
    words = [{"type": "input_text", "text": "only for the model"}]
    built.response("message", role="user", content=words).done()

    task = only(home)

    assert (task["threadId"], task["preview"]) == (ONE, "only for the model")


def test_3_a_message_that_is_nothing_but_an_attachment_is_listed(
    home: CodexHome,
) -> None:
    built = rollout(home.root, thread_id=ONE, generation="enveloped")
    built.user("", images=("data:image/png;base64,AAAA",)).agent("a cat").done()

    task = only(home)

    assert (task["threadId"], task["turnCount"]) == (ONE, 1)
    assert task["displayName"]


def test_4_a_first_message_after_hundreds_of_records_is_found(home: CodexHome) -> None:
    built = rollout(home.root, thread_id=ONE, generation="enveloped")
    for _ in range(400):
        built.wrapper()
    built.user("late").agent("ok").done()

    task = only(home)

    assert (task["threadId"], task["preview"]) == (ONE, "late")


def test_5_another_model_provider_than_the_configured_one_is_listed(
    home: CodexHome,
) -> None:
    home.config.write_text('model_provider = "openai"\n', encoding="utf-8")
    built = rollout(home.root, thread_id=ONE, meta={"model_provider": "ollama"})
    built.user("hi").done()

    assert only(home)["modelProvider"] == "ollama"


def test_6_whoever_wrote_it_a_task_is_listed_with_its_source(home: CodexHome) -> None:
    sources: dict[str, object] = {
        "exec": "exec",
        "mcp": "mcp",
        "vscode": "vscode",
        "unknown": "carrier-pigeon",
        "custom:bot": {"custom": "bot"},
        "subagent": {"subagent": "review"},
        "internal": {"internal": "memory_consolidation"},
    }
    for number, source in enumerate(sources.values()):
        built = rollout(home.root, at=START + number * 1000, meta={"source": source})
        built.user("hi").done()

    assert sorted(task["source"] for task in listed(home)) == sorted(sources)


def test_6_a_sub_agent_is_listed_with_its_parent(home: CodexHome) -> None:
    rollout(home.root, thread_id=ONE).user("do it").agent("ok").done()
    spawn = {"parent_thread_id": ONE, "depth": 1, "agent_nickname": "Ada"}
    source = {"subagent": {"thread_spawn": spawn}}
    meta: Task = {"source": source, "parent_thread_id": ONE}
    rollout(home.root, thread_id=TWO, meta=meta).user("part of it").done()

    tasks = {task["threadId"]: task for task in listed(home)}

    assert set(tasks) == {ONE, TWO}
    assert (tasks[ONE]["isSubAgent"], tasks[ONE]["parentThreadId"]) == (False, None)
    assert (tasks[TWO]["isSubAgent"], tasks[TWO]["parentThreadId"]) == (True, ONE)
    assert tasks[TWO]["agentNickname"] == "Ada"


@pytest.mark.parametrize("compressed", [True, False])
def test_7_an_archived_task_is_listed_as_such(
    home: CodexHome, *, compressed: bool
) -> None:
    built = rollout(home.root, thread_id=ONE, archived=True).user("hi")
    built.done(compressed=compressed)

    task = only(home)

    assert (task["threadId"], task["state"]) == (ONE, "archived")


def test_8_of_an_ephemeral_thread_nothing_is_invented(home: CodexHome) -> None:
    write_state(home.root, ONE, name="never written", history_mode="paginated")
    name_in_index(home, TWO, "neither")

    assert listed(home) == []


def test_9_a_thread_without_a_turn_is_an_empty_task(home: CodexHome) -> None:
    rollout(home.root, thread_id=ONE).done()

    task = only(home)

    assert (task["threadId"], task["status"], task["turnCount"]) == (ONE, "empty", 0)
    assert task["displayName"] == "(no message yet)"


def test_10_what_the_database_of_codex_lacks_or_misplaces_is_listed_once(
    home: CodexHome,
) -> None:
    rollout(home.root, thread_id=ONE).user("misplaced").done()
    rollout(home.root, thread_id=TWO).user("never told of").done()
    gone = str(home.sessions / f"rollout-2026-01-01T00-00-00-{ONE}.jsonl")
    write_state(home.root, ONE, name="n", history_mode="paginated", rollout_path=gone)

    tasks = {task["threadId"]: task for task in listed(home)}

    assert {key: task["preview"] for key, task in tasks.items()} == {
        ONE: "misplaced",
        TWO: "never told of",
    }
    assert tasks[ONE]["name"] == "n"


def test_11_more_than_ten_thousand_files_are_all_listed(home: CodexHome) -> None:
    source = rollout(home.root, thread_id=ONE).user("hi").agent("ok").done()
    content = source.read_bytes()
    source.unlink()
    for number in range(10_050):
        thread = f"0199f000-0000-7000-8000-{number:012x}"
        name = f"rollout-2026-09-21T14-13-20-{thread}.jsonl"
        (source.parent / name).write_bytes(
            content.replace(ONE.encode(), thread.encode())
        )

    assert len({task["threadId"] for task in listed(home)}) == 10_050


@pytest.mark.parametrize("archived", [True, False])
def test_a_reverted_thread_of_two_files_is_listed_once(
    home: CodexHome, *, archived: bool
) -> None:
    first = rollout(home.root, thread_id=ONE, archived=archived)
    first.user("one").agent("ok")
    end = first.ordinal
    first.user("wrong").agent("oh").done()
    base = {"thread_id": ONE, "end_ordinal_exclusive": end}
    second = rollout(
        home.root,
        thread_id=ONE,
        rollout_id=LATER,
        at=START + 60_000,
        archived=archived,
        meta={"history_base": base},
    )
    second.user("right").agent("yes").done()

    task = only(home)

    assert (task["threadId"], task["turnCount"]) == (ONE, 2)
    assert len(task["rollouts"]) == 2
    assert task["state"] == ("archived" if archived else "active")


def test_a_fork_is_listed_with_what_it_was_forked_from(home: CodexHome) -> None:
    rollout(home.root, thread_id=ONE).user("one").agent("ok").done()
    meta: Task = {"forked_from_id": ONE}
    rollout(home.root, thread_id=TWO, meta=meta).user("other").done()

    tasks = {task["threadId"]: task["forkedFromId"] for task in listed(home)}

    assert tasks == {ONE: None, TWO: ONE}


def test_names_come_from_wherever_codex_keeps_them(home: CodexHome) -> None:
    rollout(home.root, thread_id=ONE).user("a").done()
    rollout(home.root, thread_id=TWO, generation="enveloped").user("b").done()
    rollout(home.root, thread_id=LATER, generation="enveloped").user("c").rename(
        "by event"
    ).done()
    write_state(home.root, ONE, name="by database", history_mode="paginated")
    name_in_index(home, TWO, "first")
    name_in_index(home, TWO, "by index")

    assert {task["threadId"]: task["name"] for task in listed(home)} == {
        ONE: "by database",
        TWO: "by index",
        LATER: "by event",
    }


@pytest.mark.parametrize("fault", ["no table", "no columns", "corrupt", "locked"])
def test_whatever_ails_the_database_of_codex_the_task_is_listed(
    home: CodexHome, fault: str
) -> None:
    rollout(home.root, thread_id=ONE, generation="enveloped").user("hi").done()
    name_in_index(home, ONE, "by index")
    path = home.root / "state_5.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        if fault == "corrupt":
            path.write_bytes(os.urandom(8192))
        elif fault == "no columns":
            connection.execute("CREATE TABLE threads (id TEXT)")
            connection.execute("INSERT INTO threads VALUES (?)", (ONE,))
            connection.commit()
        else:
            connection.execute("CREATE TABLE other (id TEXT)")
            connection.commit()
        if fault == "locked":
            connection.execute("BEGIN EXCLUSIVE")

        task = only(home)

    assert (task["threadId"], task["name"]) == (ONE, "by index")
    assert task["problems"] == []


def test_a_plain_file_and_its_compressed_twin_are_one_task(home: CodexHome) -> None:
    built = rollout(home.root, thread_id=ONE).user("hi").agent("ok")
    built.done()
    built.done(compressed=True)

    task = only(home)

    assert (task["threadId"], task["turnCount"]) == (ONE, 1)


def name_in_index(home: CodexHome, thread_id: str, name: str) -> None:
    entry = {"id": thread_id, "thread_name": name, "updated_at": "2026-03-01T10:00:00Z"}
    with home.session_index.open("ab") as file:
        file.write(orjson.dumps(entry) + b"\n")
