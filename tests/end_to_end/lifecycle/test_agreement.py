"""After every verb the real codex shows what we show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from support.moving import Transcripts
from support.rollouts import rollout
from threadbook.handlers.progress import reporting
from threadbook.lifecycle.owed import owe, owed_folders

if TYPE_CHECKING:
    from support.moved_home import MovedHome


@pytest.mark.parametrize("legacy", [False, True])
async def test_codex_agrees_after_archive_unarchive_and_rename(
    moved: MovedHome, *, legacy: bool
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "first prompt", legacy=legacy)
        other = await codex.start(moved.cwd, "other prompt", legacy=legacy)
    moved.scan()

    await moved.done("task/archive", one)
    renamed = await moved.call("task/rename", threadId=one, name="put  away")

    assert renamed.task.name == "put away"
    assert renamed.task.state == "archived"
    async with moved.codex() as codex:
        assert await codex.threads(archived=True) == {one: "put away"}
        assert await codex.threads(archived=False) == {other: None}
    await moved.codex_finds_no_difference()
    await moved.done("task/unarchive", one)
    await moved.call("task/rename", threadId=one, name="back again")
    async with moved.codex() as codex:
        assert await codex.threads(archived=True) == {}
        assert await codex.threads(archived=False) == {one: "back again", other: None}
        assert await codex.prompts(one) == ["first prompt"]
    await moved.codex_finds_no_difference()
    assert moved.states() == {one: ("active", "back again"), other: ("active", None)}


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("legacy", [False, True])
async def test_a_deleted_task_is_gone_for_codex_and_comes_back_as_it_was(
    moved: MovedHome, *, legacy: bool, archived: bool
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "first prompt", "second", legacy=legacy)
        await codex.ask("thread/name/set", threadId=one, name="its name")
    moved.scan()
    if archived:
        await moved.done("task/archive", one)
    before = moved.files(one)

    await moved.done("task/trash", one)

    assert moved.states() == {one: ("trashed", "its name")}
    async with moved.codex() as codex:
        assert await codex.threads(archived=False) == {}
        assert await codex.threads(archived=True) == {}
    await moved.codex_finds_no_difference()

    await moved.done("task/restore", one)

    assert moved.files(one) == before
    assert owed_folders(moved.home) == []
    state = "archived" if archived else "active"
    assert moved.states() == {one: (state, "its name")}
    async with moved.codex() as codex:
        assert await codex.threads(archived=archived) == {one: "its name"}
        assert await codex.threads(archived=not archived) == {}
        assert await codex.prompts(one) == ["first prompt", "second"]
    await moved.codex_finds_no_difference()
    if archived:
        await moved.done("task/unarchive", one)
    async with moved.codex() as codex:
        await codex.resume(one)
        await codex.say(one, "third")
        assert await codex.prompts(one) == ["first prompt", "second", "third"]


async def test_a_reverted_task_goes_and_comes_back_with_all_its_files(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "kept", "dropped")
        turns = await codex.ask("thread/turns/list", threadId=one)
        last = turns["data"][0]["id"]
        await codex.ask("thread/revert", threadId=one, beforeTurnId=last)
        await codex.say(one, "instead")
    moved.scan()
    before = moved.files(one)
    assert len(before) == 2
    # Of a task with two files, codex's doctor always misses a row.
    usual = {"missing active rows": "1"}
    assert await moved.differences() == usual

    await moved.done("task/archive", one)
    assert {name.split("/")[0] for name in moved.files(one)} == {"archived_sessions"}
    assert await moved.differences() == {"missing archived rows": "1"}
    await moved.done("task/unarchive", one)
    await moved.done("task/trash", one)
    assert moved.files(one) == {}
    await moved.codex_finds_no_difference()
    await moved.done("task/restore", one)

    contents = {name: data for name, (_, data) in before.items()}
    assert {name: data for name, (_, data) in moved.files(one).items()} == contents
    read = await moved.call("task/read", threadId=one)
    assert read.turn_count == 2
    async with moved.codex() as codex:
        assert await codex.threads(archived=False) == {one: None}
        # Codex's own view of the turns before the revert can't be rebuilt from
        # outside; they are in the file, and in what the model is told.
        assert await codex.prompts(one) == ["instead"]
        await codex.resume(one)
        await codex.say(one, "and on")
    assert await moved.differences() == usual


async def test_a_parent_can_not_go_without_the_fork_that_needs_its_file(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        parent = await codex.start(moved.cwd, "common")
        answer = await codex.ask("thread/fork", threadId=parent)
        fork = answer["thread"]["id"]
        await codex.say(fork, "only in the fork")
    moved.scan()

    refused = await moved.call("task/trash", threadIds=[parent])

    (result,) = refused.results
    assert result.error.kind == "hasDependants"
    assert [each["threadId"] for each in result.error.facts["dependants"]] == [fork]
    assert {state for state, _ in moved.states().values()} == {"active"}

    taken = await moved.call("task/trash", threadIds=[parent], withForks=True)

    assert taken.results[0].along == (fork,)
    async with moved.codex() as codex:
        assert await codex.threads(archived=False) == {}
    await moved.codex_finds_no_difference()
    await moved.done("task/restore", fork)
    async with moved.codex() as codex:
        assert set(await codex.threads(archived=False)) == {parent, fork}
        assert await codex.prompts(fork) == ["common", "only in the fork"]
        await codex.resume(fork)
        await codex.say(fork, "on")
    await moved.codex_finds_no_difference()


async def test_a_fork_may_go_alone_and_a_legacy_parent_without_its_copy(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        parent = await codex.start(moved.cwd, "common", legacy=True)
        copy = (await codex.ask("thread/fork", threadId=parent))["thread"]["id"]
        await codex.say(copy, "more")
        base = await codex.start(moved.cwd, "base")
        fork = (await codex.ask("thread/fork", threadId=base))["thread"]["id"]
        await codex.say(fork, "more")
    moved.scan()

    await moved.done("task/trash", parent, fork)

    async with moved.codex() as codex:
        assert set(await codex.threads(archived=False)) == {copy, base}
        assert await codex.prompts(copy) == ["common", "more"]
    await moved.codex_finds_no_difference()


async def test_sub_agents_go_with_their_parent_and_come_back_with_it(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        parent = await codex.start(moved.cwd, "delegate")
    spawn = {"parent_thread_id": parent, "depth": 1, "agent_nickname": "Ada"}
    child = rollout(
        moved.home.root,
        cwd=str(moved.cwd),
        meta={
            "source": {"subagent": {"thread_spawn": spawn}},
            "parent_thread_id": parent,
        },
    )
    child.user("a part of it").agent("done").done()
    async with moved.codex() as codex:
        await codex.ask("thread/read", threadId=child.thread_id, includeTurns=False)
    moved.scan()
    before = moved.files(parent, child.thread_id)

    archived = await moved.call("task/archive", threadIds=[parent])
    assert archived.results[0].along == (child.thread_id,)
    assert {state for state, _ in moved.states().values()} == {"archived"}
    await moved.done("task/unarchive", parent)
    assert {state for state, _ in moved.states().values()} == {"active"}
    trashed = await moved.call("task/trash", threadIds=[parent])
    assert trashed.results[0].along == (child.thread_id,)
    assert moved.files(parent, child.thread_id) == {}
    await moved.codex_finds_no_difference()
    await moved.done("task/restore", child.thread_id)

    contents = {name: data for name, (_, data) in before.items()}
    found = moved.files(parent, child.thread_id)
    assert {name: data for name, (_, data) in found.items()} == contents
    await moved.codex_finds_no_difference()
    async with moved.codex() as codex:
        listed = await codex.ask("thread/list", ancestorThreadId=parent)
        assert [each["id"] for each in listed["data"]] == [child.thread_id]


async def test_what_was_deleted_for_good_is_gone_for_codex_too(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "one")
        other = await codex.start(moved.cwd, "other", legacy=True)
        kept = await codex.start(moved.cwd, "kept")
    moved.scan()
    await moved.done("task/trash", other)

    await moved.done("task/delete", one, other)

    assert set(moved.states()) == {kept}
    assert list(moved.home.trash.iterdir()) == []
    async with moved.codex() as codex:
        assert set(await codex.threads(archived=False)) == {kept}
    await moved.codex_finds_no_difference()


async def test_a_task_that_codex_has_open_is_left_alone_unless_forced(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "said")
        moved.scan()

        for method in ("task/archive", "task/trash", "task/delete"):
            response = await moved.call(method, threadIds=[one])
            (result,) = response.results
            assert result.error.kind == "taskInUse"
            assert result.error.facts["pid"] == codex.server.pid
        await moved.done("task/trash", one, force=True)
        await codex.say(one, "said after that")

    await moved.done("task/restore", one)
    read = await moved.call("task/read", threadId=one)
    assert read.turn_count == 2
    async with moved.codex() as codex:
        assert await codex.prompts(one) == ["said", "said after that"]


async def test_tasks_that_codex_can_not_read_move_all_the_same(
    moved: MovedHome,
) -> None:
    old = rollout(moved.home.root, generation="bare").user("hi").agent("ok")
    oldest = rollout(moved.home.root, generation="json").user("hi").agent("ok")
    for each in (old, oldest):
        each.done()
    empty = moved.home.sessions / "rollout-2026-09-21T10-00-00-"
    empty = empty.with_name(f"{empty.name}01a00000-0000-7000-8000-000000000001.jsonl")
    empty.touch()
    moved.scan()
    ids = list(moved.states())

    await moved.done("task/archive", *ids)
    assert {state for state, _ in moved.states().values()} == {"archived"}
    await moved.done("task/unarchive", *ids)
    await moved.done("task/trash", *ids)
    assert {state for state, _ in moved.states().values()} == {"trashed"}
    await moved.done("task/restore", *ids)
    assert {state for state, _ in moved.states().values()} == {"active"}
    for each in ids:
        renamed = await moved.call("task/rename", threadId=each, name=f"name {each}")
        assert renamed.task.name == f"name {each}"
    assert len(ids) == 3


async def test_codex_is_never_told_to_delete_what_is_not_in_the_trash(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "alive")
        parent = await codex.start(moved.cwd, "parent")
    spawn = {"parent_thread_id": parent, "depth": 1}
    meta: dict[str, object] = {
        "source": {"subagent": {"thread_spawn": spawn}},
        "parent_thread_id": parent,
    }
    child = rollout(moved.home.root, meta=meta).user("part").agent("ok")
    path = child.done()
    async with moved.codex() as codex:
        await codex.ask("thread/read", threadId=child.thread_id, includeTurns=False)
    # For us the sub-agent is a damaged file of nobody's; Codex knows whose it is.
    path.write_bytes(b"")
    moved.scan()
    owe(moved.home, [one])

    await moved.done("task/trash", parent)

    assert set(moved.files(one, child.thread_id)) == {
        str(each.relative_to(moved.home.root))
        for each in moved.home.sessions.rglob("rollout-*")
    }
    assert len(moved.files(one, child.thread_id)) == 2
    assert owed_folders(moved.home) == [parent]
    async with moved.codex() as codex:
        assert await codex.prompts(one) == ["alive"]


async def test_a_codex_that_dies_in_mid_call_loses_nothing(moved: MovedHome) -> None:
    ids: list[str] = []
    for number in range(40):
        builder = rollout(moved.home.root).user(f"task {number}").agent("ok")
        builder.done()
        ids.append(builder.thread_id)
    moved.scan()
    transcripts = Transcripts.of(moved.home)

    def kill_it(done: int, total: int) -> None:
        if done == total // 4:
            for child in psutil.Process().children():
                if "app-server" in child.cmdline():
                    child.kill()

    with reporting(kill_it):
        response = await moved.call("task/archive", threadIds=ids)

    failed = [each for each in response.results if not each.ok]
    assert {each.error.kind for each in failed} == {"codexUnavailable"}
    assert "gone" not in transcripts.where(moved.home).values()
    await moved.done("task/archive", *ids)
    assert set(transcripts.where(moved.home).values()) == {"archived"}
    await moved.codex_finds_no_difference()
