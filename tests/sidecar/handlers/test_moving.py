"""Verbs that move tasks, without any codex: what is on files, and what is refused."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.rollouts import GENERATIONS, START, rollout
from threadbook.errors import CodexUnavailableError, NotPossibleError
from threadbook.handlers import handler
from threadbook.handlers.condition import trash_findings
from threadbook.handlers.trash import empty_trash
from threadbook.index.types import TaskQuery
from threadbook.lifecycle.manifest import entries
from threadbook.lifecycle.owed import owed_folders
from threadbook.protocol.methods import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from support.rollouts import Generation, RolloutBuilder
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.protocol.lifecycle import TaskOutcome

    Opened = Callable[[], Context]

_DAY = 86_400_000


@pytest.fixture(autouse=True)
def no_codex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THREADBOOK_CODEX", str(tmp_path / "there-is-none"))


def call(context: Context, method: str, **params: object) -> Any:  # noqa: ANN401
    body = REQUESTS[method][0].model_validate(params, by_alias=True)
    response = handler(method)(context, body)
    if inspect.iscoroutine(response):
        return asyncio.run(response)
    return response


def results(context: Context, method: str, *ids: str, **params: object) -> Any:  # noqa: ANN401
    return call(context, method, threadIds=ids, **params).results


def one(context: Context, method: str, thread_id: str, **params: object) -> TaskOutcome:
    (result,) = results(context, method, thread_id, **params)
    return result


def kind(outcome: TaskOutcome) -> str | None:
    return outcome.error.kind if outcome.error else None


def states(context: Context) -> dict[str, str]:
    page = context.index.list_tasks(TaskQuery(states=None, limit=None))
    return {row.thread_id: row.state.value for row in page.rows}


def said(
    home: CodexHome,
    text: str = "hi",
    *,
    generation: Generation = "bare",
    cwd: str = "/work/project",
    at: int = START,
    meta: dict[str, object] | None = None,
) -> RolloutBuilder:
    builder = rollout(home.root, generation=generation, cwd=cwd, at=at, meta=meta)
    builder.user(text).agent("ok").done()
    return builder


def fork_of(home: CodexHome, parent: RolloutBuilder, text: str) -> RolloutBuilder:
    base = {
        "thread_id": parent.thread_id,
        "end_ordinal_exclusive": parent.ordinal,
        "end_byte_offset": 1,
    }
    meta: dict[str, object] = {
        "history_base": base,
        "forked_from_id": parent.thread_id,
    }
    return said(home, text, generation="paginated", meta=meta, at=parent.clock + 60_000)


def child_of(home: CodexHome, parent: RolloutBuilder) -> RolloutBuilder:
    spawn = {"parent_thread_id": parent.thread_id, "depth": 1}
    meta: dict[str, object] = {
        "source": {"subagent": {"thread_spawn": spawn}},
        "parent_thread_id": parent.thread_id,
    }
    return said(home, "part", generation="paginated", meta=meta)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_task_of_any_generation_goes_and_comes_back_without_codex(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    builder = said(home, generation=generation)
    context = opened()
    (path,) = [p for p in home.sessions.rglob("*") if p.is_file()]
    before = (path.stat().st_mtime_ns, path.read_bytes())

    assert one(context, "task/trash", builder.thread_id).ok
    assert states(context) == {builder.thread_id: "trashed"}
    assert not path.exists()
    assert one(context, "task/restore", builder.thread_id).ok

    assert states(context) == {builder.thread_id: "active"}
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    known = generation not in {"json", "bare"}
    assert (owed_folders(home) == [builder.thread_id]) is known


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_task_that_codex_never_saw_is_archived_on_files(
    home: CodexHome, opened: Opened, generation: Generation
) -> None:
    builder = said(home, generation=generation)
    context = opened()
    before = {p.name: p.read_bytes() for p in home.sessions.rglob("rollout-*")}

    assert one(context, "task/archive", builder.thread_id).ok
    assert states(context) == {builder.thread_id: "archived"}
    archived = {p.name: p.read_bytes() for p in home.archived_sessions.iterdir()}
    assert archived == before
    assert one(context, "task/unarchive", builder.thread_id).ok

    assert states(context) == {builder.thread_id: "active"}
    assert {p.name: p.read_bytes() for p in home.sessions.rglob("rollout-*")} == before


def test_what_is_done_already_is_done(home: CodexHome, opened: Opened) -> None:
    builder = said(home)
    context = opened()

    assert one(context, "task/unarchive", builder.thread_id).ok
    assert one(context, "task/trash", builder.thread_id).ok
    assert one(context, "task/trash", builder.thread_id).ok


def test_each_task_of_a_request_has_its_own_outcome(
    home: CodexHome, opened: Opened
) -> None:
    active, trashed = said(home), said(home)
    context = opened()
    one(context, "task/trash", trashed.thread_id)

    found = results(
        context, "task/archive", "nosuch", active.thread_id, trashed.thread_id
    )

    assert [(each.thread_id, kind(each)) for each in found] == [
        ("nosuch", "threadNotFound"),
        (active.thread_id, None),
        (trashed.thread_id, "notPossible"),
    ]
    assert kind(one(context, "task/restore", active.thread_id)) == "notPossible"
    assert kind(one(context, "task/trash", active.thread_id[:8])) == "threadNotFound"


def test_what_was_deleted_last_comes_back_together(
    home: CodexHome, opened: Opened
) -> None:
    first, second, third = said(home), said(home), said(home)
    context = opened()
    times = iter([1000, 2000])
    context.clock = lambda: next(times)
    results(context, "task/trash", first.thread_id)
    results(context, "task/trash", second.thread_id, third.thread_id)

    found = call(context, "task/restore", lastDeleted=True).results

    assert {each.thread_id for each in found} == {second.thread_id, third.thread_id}
    assert states(context)[first.thread_id] == "trashed"
    call(context, "task/restore", lastDeleted=True)
    with pytest.raises(NotPossibleError, match="trash is empty"):
        call(context, "task/restore", lastDeleted=True)


def test_sub_agents_go_along_and_come_back_along(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    child = child_of(home, parent)
    grandchild = child_of(home, child)
    context = opened()

    gone = one(context, "task/trash", parent.thread_id)

    assert gone.along == (child.thread_id, grandchild.thread_id)
    assert set(states(context).values()) == {"trashed"}
    back = one(context, "task/restore", grandchild.thread_id)
    assert set(back.along) == {parent.thread_id, child.thread_id}
    assert set(states(context).values()) == {"active"}


def test_a_sub_agent_may_go_alone(home: CodexHome, opened: Opened) -> None:
    parent = said(home, generation="paginated")
    child = child_of(home, parent)
    context = opened()

    assert one(context, "task/trash", child.thread_id).along == ()
    assert one(context, "task/trash", parent.thread_id).along == ()
    assert one(context, "task/restore", parent.thread_id).ok

    assert states(context) == {parent.thread_id: "active", child.thread_id: "trashed"}


def test_a_fork_keeps_what_it_needs_from_going_without_it(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    fork = fork_of(home, parent, "fork")
    of_fork = fork_of(home, fork, "fork of the fork")
    context = opened()

    refused = one(context, "task/trash", parent.thread_id)

    assert kind(refused) == "hasDependants"
    assert refused.error is not None
    assert fork.thread_id in refused.error.message
    assert of_fork.thread_id in refused.error.message
    assert set(states(context).values()) == {"active"}
    both = results(
        context, "task/trash", of_fork.thread_id, parent.thread_id, fork.thread_id
    )
    assert [kind(each) for each in both] == [None, None, None]
    assert set(states(context).values()) == {"trashed"}
    assert one(context, "task/restore", fork.thread_id).ok
    assert set(states(context).values()) == {"active"}


def test_a_fork_does_not_come_back_without_what_it_needs(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    fork = fork_of(home, parent, "fork")
    context = opened()
    one(context, "task/trash", fork.thread_id)
    one(context, "task/trash", parent.thread_id)

    alone = one(context, "task/restore", fork.thread_id)

    assert kind(alone) == "notPossible"
    both = results(context, "task/restore", fork.thread_id, parent.thread_id)
    assert [kind(each) for each in both] == [None, None]


def test_what_a_fork_in_the_trash_needs_is_not_deleted_for_good(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    fork = fork_of(home, parent, "fork")
    context = opened()
    one(context, "task/trash", fork.thread_id)

    refused = one(context, "task/delete", parent.thread_id)
    taken = one(context, "task/delete", parent.thread_id, withForks=True)

    assert kind(refused) == "hasDependants"
    assert taken.along == (fork.thread_id,)
    assert states(context) == {}
    assert list(entries(home)) == []


def test_a_task_that_exists_again_is_a_conflict_with_choices(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, "the first")
    context = opened()
    one(context, "task/trash", builder.thread_id)
    again = rollout(home.root, thread_id=builder.thread_id, at=builder.at + _DAY)
    again.user("the second").done()
    context = opened()
    assert states(context) == {builder.thread_id: "active"}

    refused = one(context, "task/restore", builder.thread_id)

    assert kind(refused) == "trashConflict"
    assert refused.error is not None
    assert refused.error.facts["choices"] == ["replace", "delete"]
    assert one(context, "task/restore", builder.thread_id, onConflict="replace").ok
    assert context.index.resolve(builder.thread_id).preview == "the first"
    (entry,) = entries(home)
    assert entry.folder == f"{builder.thread_id}.2"
    assert one(context, "task/trash", builder.thread_id).ok
    assert len(list(entries(home))) == 2
    assert one(context, "task/delete", builder.thread_id).ok
    assert states(context) == {}
    assert list(entries(home)) == []


def test_a_file_that_the_index_has_not_seen_yet_goes_too(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, generation="paginated")
    context = opened()
    other = "01a00000-0000-7000-9000-000000000001"
    rollout(home.root, thread_id=builder.thread_id, rollout_id=other).user("x").done()

    one(context, "task/trash", builder.thread_id)

    (entry,) = entries(home)
    assert len(entry.manifest.files) == 2
    assert not list(home.sessions.rglob("rollout-*"))


def test_a_file_with_a_foreign_name_goes_with_the_thread_in_its_header(
    home: CodexHome, opened: Opened
) -> None:
    named, inside = said(home, generation="paginated"), said(home, "other")
    stranger = said(home, "stranger", generation="paginated")
    (path,) = home.sessions.rglob(f"*{stranger.thread_id}.jsonl")
    path.rename(path.with_name(path.name.replace(stranger.thread_id, named.thread_id)))
    context = opened()

    one(context, "task/trash", named.thread_id)

    assert states(context)[stranger.thread_id] == "active"
    assert states(context)[inside.thread_id] == "active"
    one(context, "task/trash", stranger.thread_id)
    assert states(context)[stranger.thread_id] == "trashed"


def test_deleted_for_good_is_gone_with_all_that_was_said_of_it(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()
    results(context, "task/annotate", builder.thread_id, note="n", pinned=True)

    assert one(context, "task/delete", builder.thread_id).ok

    assert states(context) == {}
    assert context.book.get(builder.thread_id).note is None
    assert [p for p in home.root.rglob("*") if builder.thread_id in p.name] == []


def test_purge_keeps_to_a_folder_and_to_what_is_old(
    home: CodexHome, opened: Opened
) -> None:
    paginated: Generation = "paginated"
    here = said(home, generation=paginated, cwd="/work/here/sub")
    old = said(home, generation=paginated, cwd="/work/here", at=here.at - 30 * _DAY)
    there = said(home, generation=paginated, cwd="/work/hereafter")
    context = opened()
    before = here.at - _DAY

    plan = call(context, "task/purge", cwd="/work/here", dryRun=True)
    assert {each.thread_id for each in plan.tasks} == {here.thread_id, old.thread_id}
    assert plan.bytes == sum(each.bytes for each in plan.tasks) > 0
    assert plan.results == ()
    assert len(states(context)) == 3
    call(context, "task/purge", cwd="/work/here", olderThan=before)
    assert set(states(context)) == {here.thread_id, there.thread_id}
    one(context, "task/trash", here.thread_id)
    call(context, "task/purge", cwd=None, state="trashed")
    assert set(states(context)) == {there.thread_id}
    call(context, "task/purge", cwd=None)
    assert states(context) == {}


def test_purge_leaves_what_a_fork_elsewhere_needs(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated", cwd="/work/a")
    fork = fork_of(home, parent, "fork")
    context = opened()

    purged = call(context, "task/purge", cwd="/work/a")

    assert [kind(each) for each in purged.results] == ["hasDependants"]
    assert set(states(context)) == {parent.thread_id, fork.thread_id}


def test_a_cleared_task_is_never_the_last_one_and_keeps_an_audit_line(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, "secret words", generation="paginated")
    context = opened()

    assert one(context, "task/clear", builder.thread_id).ok

    assert context.index.last(None, context.book.cleared()) is None
    ((_, verb, facts),) = context.book.audit(builder.thread_id)
    assert verb == "cleared"
    assert "secret" not in str(facts)
    assert facts["turnCount"] == 1
    one(context, "task/clear", builder.thread_id, undo=True)
    assert context.index.last(None, context.book.cleared()) is not None


def test_a_forgotten_task_is_in_the_trash_and_its_audit_line_outlives_it(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()

    assert one(context, "task/clear", builder.thread_id, forget=True).ok
    assert states(context) == {builder.thread_id: "trashed"}
    one(context, "task/delete", builder.thread_id)

    assert [verb for _, verb, _ in context.book.audit(builder.thread_id)] == [
        "forgotten"
    ]


def test_pins_tags_and_notes_are_kept_task_by_task(
    home: CodexHome, opened: Opened
) -> None:
    first, second = said(home), said(home)
    context = opened()
    ids = (first.thread_id, second.thread_id)

    results(context, "task/annotate", *ids, addTags=["b", " a ", ""], pinned=True)
    results(context, "task/annotate", second.thread_id, removeTags=["b"], note=" n ")
    results(context, "task/annotate", second.thread_id, pinned=False)

    assert context.book.get(first.thread_id).tags == ("a", "b")
    assert context.book.pinned() == {first.thread_id}
    changed = context.book.get(second.thread_id)
    assert (changed.tags, changed.note) == (("a",), "n")
    results(context, "task/annotate", second.thread_id, note="")
    assert context.book.get(second.thread_id).note is None


def test_a_task_that_codex_can_not_see_has_its_name_from_us(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()

    renamed = call(context, "task/rename", threadId=builder.thread_id, name=" A\nname ")

    assert renamed.task.name == renamed.task.display_name == "A name"
    with pytest.raises(NotPossibleError, match="empty"):
        call(context, "task/rename", threadId=builder.thread_id, name="  ")
    one(context, "task/trash", builder.thread_id)
    with pytest.raises(NotPossibleError, match="in the trash"):
        call(context, "task/rename", threadId=builder.thread_id, name="y")


def test_a_name_that_is_codexs_to_keep_needs_a_codex(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, generation="paginated")
    context = opened()

    with pytest.raises(CodexUnavailableError):
        call(context, "task/rename", threadId=builder.thread_id, name="x")


@contextmanager
def somebody(code: str, *arguments: str) -> Generator[subprocess.Popen[str]]:
    """Run another process that says when it is ready, and ends with us."""
    program = f"import sys, fcntl\n{code}\nprint('ready', flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file")
def test_a_task_that_an_older_codex_has_open_is_left_alone_unless_forced(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()
    (path,) = home.sessions.rglob("rollout-*")

    with somebody("file = open(sys.argv[1], 'a')", str(path)) as process:
        for method in ("task/archive", "task/trash", "task/delete"):
            refused = one(context, method, builder.thread_id)
            assert kind(refused) == "taskInUse"
            assert refused.error is not None
            assert refused.error.facts["pid"] == process.pid
        assert one(context, "task/trash", builder.thread_id, force=True).ok


@pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
def test_a_task_that_somebody_has_locked_is_left_alone_with_its_family(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    child = child_of(home, parent)
    other = said(home)
    context = opened()
    lock = home.writer_lock(child.thread_id)
    lock.parent.mkdir()
    hold = "file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX)"

    with somebody(hold, str(lock)):
        found = results(context, "task/trash", parent.thread_id, other.thread_id)

    assert [kind(each) for each in found] == ["taskInUse", None]
    assert states(context)[child.thread_id] == "active"
    assert one(context, "task/trash", parent.thread_id).ok


def test_the_trash_empties_itself_of_what_is_old(
    home: CodexHome, opened: Opened
) -> None:
    old, new = said(home), said(home)
    context = opened()
    now = 100 * _DAY
    context.clock = lambda: now
    one(context, "task/trash", old.thread_id)
    context.clock = lambda: now + 20 * _DAY
    one(context, "task/trash", new.thread_id)
    context.clock = lambda: now + 31 * _DAY

    assert empty_trash(context, 0) == 0
    assert empty_trash(context, 30) == 1

    assert states(context) == {new.thread_id: "trashed"}
    assert empty_trash(context, 10) == 1


def test_doctor_tells_of_the_trash_of_repairs_and_of_debts(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, generation="paginated")
    context = opened()
    one(context, "task/trash", builder.thread_id)
    journal = '[{"verb": "archive", "folders": [], "moves": []}]'
    home.journal.write_text(journal, encoding="utf-8")
    context = opened()

    messages = [finding.message for finding in trash_findings(context)]

    assert "1 tasks are in the trash" in messages[0]
    assert "An interrupted archive was undone" in messages[1]
    assert "1 deleted or restored" in messages[2]
