"""Verbs that move tasks, without any codex: what is on files, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from support.verbs import child_of, kind, one, results, said, states
from threadbook.lifecycle.manifest import entries
from threadbook.lifecycle.owed import owed_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

pytestmark = pytest.mark.usefixtures("no_codex")


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
