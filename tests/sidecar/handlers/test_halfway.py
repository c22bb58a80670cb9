"""A Codex that died between its own move and its row, and no other to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.codex_state import write_state
from support.fake_app_server import HANDSHAKE, fake_codex
from support.rollouts import rollout
from support.verbs import call, kind, one, states
from threadbook.index.sync import Sync

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.protocol.doctor import Finding

    Opened = Callable[[], Context]

pytestmark = pytest.mark.usefixtures("no_codex")
THREAD = "0199f000-0000-7000-8000-000000000001"
VERBS = {"archived": "archive", "active": "unarchive"}


@pytest.fixture(params=VERBS)
def state(request: pytest.FixtureRequest) -> str:
    """Where the file is; Codex looks for it in the other place."""
    return request.param


@pytest.fixture
def stuck(home: CodexHome, opened: Opened, state: str) -> Context:
    """Return a home with one task that Codex can't find."""
    path = rollout(home.root, thread_id=THREAD).user("hi").agent("ok").done()
    home.archived_sessions.mkdir()
    archived = home.archived_sessions / path.name
    noted = path if state == "archived" else archived
    is_archived = int(state == "active")
    write_state(home.root, THREAD, rollout_path=str(noted), archived=is_archived)
    if state == "archived":
        path.rename(archived)
    return opened()


def lost(context: Context) -> list[Finding]:
    findings = call(context, "home/doctor").findings
    return [each for each in findings if "can't find the files" in each.message]


def test_doctor_names_what_codex_can_not_find_and_what_helps(
    stuck: Context, state: str
) -> None:
    (finding,) = lost(stuck)

    assert (finding.check, finding.level) == ("rollouts", "warning")
    assert THREAD in finding.message
    assert f"{VERBS[state]}d 1 task" in finding.message
    assert finding.remedy == f"threadbook {VERBS[state]} {THREAD}"


def test_doctor_says_nothing_of_what_is_where_codex_looks_for_it(
    home: CodexHome, opened: Opened
) -> None:
    path = rollout(home.root, thread_id=THREAD).user("hi").done()
    gone = rollout(home.root).user("of this one only the row is left")
    write_state(home.root, THREAD, rollout_path=str(path))
    write_state(home.root, gone.thread_id, number=4, rollout_path=str(gone.path()))

    assert lost(opened()) == []


def test_without_a_codex_it_stays_where_it_is_and_is_no_success(
    stuck: Context, state: str
) -> None:
    outcome = one(stuck, f"task/{VERBS[state]}", THREAD)

    assert kind(outcome) == "codexUnavailable"
    assert outcome.error is not None
    assert f"until you {VERBS[state]} it once more" in outcome.error.message
    assert states(stuck) == {THREAD: state}


def test_one_that_dies_each_time_leaves_what_doctor_then_names(
    home: CodexHome, opened: Opened, tmp_path: Path
) -> None:
    path = rollout(home.root, thread_id=THREAD).user("hi").agent("ok").done()
    content = path.read_bytes()
    home.archived_sessions.mkdir()
    archived = home.archived_sessions / path.name
    write_state(home.root, THREAD, rollout_path=str(path))
    context = opened()
    dying: list[dict[str, object]] = [
        *HANDSHAKE,
        {"expect": "thread/archive"},
        {"move": [str(path), str(archived)]},
        {"sigkill": True},
    ]
    context.codex_path = str(fake_codex(tmp_path, dying).path)
    assert lost(context) == []

    outcome = one(context, "task/archive", THREAD)

    assert kind(outcome) == "codexUnavailable"
    assert archived.read_bytes() == content
    assert not path.exists()
    assert [finding.remedy for finding in lost(context)] == [
        f"threadbook archive {THREAD}"
    ]


def test_a_task_that_another_process_deleted_meanwhile_is_told_as_gone(
    home: CodexHome, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, gone = (rollout(home.root, generation="bare").user("hi") for _ in range(2))
    here.done()
    file = gone.done()
    context = opened()
    sub_agents = context.index.sub_agents

    def delete_meanwhile(thread_id: str) -> object:
        # The rows were read, what goes along is being looked for.
        file.unlink(missing_ok=True)
        Sync(home, context.index).scan()
        return sub_agents(thread_id)

    monkeypatch.setattr(context.index, "sub_agents", delete_meanwhile)
    ids = [gone.thread_id, here.thread_id]

    results = call(context, "task/archive", threadIds=ids).results

    assert [(each.thread_id, kind(each)) for each in results] == [
        (gone.thread_id, "threadNotFound"),
        (here.thread_id, None),
    ]
    assert states(context) == {here.thread_id: "archived"}
