"""What a Codex that died between its two steps left is set right by our verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout

if TYPE_CHECKING:
    from support.moved_home import MovedHome


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("state", ["active", "archived"])
async def test_what_codex_left_between_a_move_and_its_row_is_set_right(
    moved: MovedHome, state: str, *, legacy: bool
) -> None:
    async with moved.codex() as codex:
        one = await codex.start(moved.cwd, "said", legacy=legacy)
        await codex.ask("thread/name/set", threadId=one, name="its name")
    moved.scan()
    (place,) = moved.files(one)
    before = moved.files(one)[place]
    active = moved.home.root / place
    archived = moved.home.archived_sessions / active.name
    archived.parent.mkdir(exist_ok=True)
    verb = "task/archive"
    if state == "active":
        await moved.done("task/archive", one)
        archived.rename(active)
        verb = "task/unarchive"
    else:
        active.rename(archived)
    moved.scan()
    assert moved.states() == {one: (state, "its name")}
    assert await moved.differences() != {}

    await moved.done(verb, one)

    assert moved.states() == {one: (state, "its name")}
    await moved.codex_finds_no_difference()
    async with moved.codex() as codex:
        is_archived = state == "archived"
        assert await codex.threads(archived=is_archived) == {one: "its name"}
    ((place, (_, content)),) = moved.files(one).items()
    assert content == before[1]
    await moved.done("task/unarchive" if is_archived else "task/archive", one)
    await moved.codex_finds_no_difference()


async def test_a_sub_agent_that_codex_left_halfway_follows_its_parent(
    moved: MovedHome,
) -> None:
    async with moved.codex() as codex:
        parent = await codex.start(moved.cwd, "delegate")
    spawn = {"parent_thread_id": parent, "depth": 1}
    meta: dict[str, object] = {
        "source": {"subagent": {"thread_spawn": spawn}},
        "parent_thread_id": parent,
    }
    child = rollout(moved.home.root, cwd=str(moved.cwd), meta=meta)
    path = child.user("a part of it").agent("done").done()
    async with moved.codex() as codex:
        await codex.ask("thread/read", threadId=child.thread_id, includeTurns=False)
    moved.scan()
    await moved.done("task/archive", parent)
    await moved.codex_finds_no_difference()
    (moved.home.archived_sessions / path.name).rename(path)
    moved.scan()
    assert await moved.differences() != {}

    await moved.done("task/unarchive", parent)

    assert {state for state, _ in moved.states().values()} == {"active"}
    await moved.codex_finds_no_difference()
