"""`threadbook resume --when-reset`, with the real codex."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from support.codex_binary import real_codex
from support.lsp import RawClient
from support.mock_model import run_codex
from support.terminal import command_of, environment, threadbook
from threadbook.book.annotations import Book, book_path
from threadbook.book.schedules import Schedule, Schedules
from threadbook.ids import ThreadId
from threadbook.live.attempt import GO_ON

if TYPE_CHECKING:
    import pytest

    from support.live import World
    from support.mock_model import MockModel


def limit(world: World, seconds: int) -> None:
    """Let somebody else run into the limit with this task."""
    ended = run_codex(
        real_codex(),
        world.home,
        world.folder,
        *("exec", "--skip-git-repo-check", "resume", world.target.thread_id),
        f"[[limit:{seconds}]]",
    )
    assert ended.returncode != 0


def test_a_task_waits_for_the_reset_and_goes_on_also_when_it_is_stopped_again(
    world: World, model: MockModel
) -> None:
    limit(world, 3)
    before = len(model.requests())
    began = time.time()

    ended = threadbook(
        world.home,
        *("--json", "resume", world.target.thread_id, "[[limit:1]] at last"),
        "--when-reset",
    )

    waits = [line["waiting"]["until"] for line in ended.lines() if "waiting" in line]
    assert ended.code == 0, ended.err
    assert len(waits) == 2
    assert began < waits[0] / 1000 < waits[1] / 1000 < time.time()
    assert [end["status"] for end in ended.events("turnCompleted")] == [
        "failed",
        "completed",
    ]
    said = [str(request["input"]) for request in model.requests()[before:]]
    assert "at last" in said[0]
    assert GO_ON not in said[0]
    assert said[-1].count("at last") == 1
    assert said[-1].count(GO_ON) == 1


def test_without_words_it_goes_on_where_it_left_off(
    world: World, model: MockModel
) -> None:
    ended = threadbook(world.home, "resume", world.target.thread_id, "--when-reset")

    assert ended.code == 0, ended.err
    assert GO_ON in str(model.requests()[-1]["input"])


def test_ctrl_c_cancels_the_wait_and_the_terminal_has_taken_the_schedule_over(
    world: World, model: MockModel
) -> None:
    limit(world, 3600)
    before = len(model.requests())
    book = Book(book_path(world.home))
    Schedules(book).put(
        Schedule(thread_id=world.target.thread_id, at=1, when_reset=True, created_at=1)
    )
    command = command_of(
        world.home, "resume", world.target.thread_id, "later", "--when-reset"
    )
    with subprocess.Popen(
        command, env=environment(), stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stderr
        said = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    planned = Schedules(book).all()
    book.close()

    assert process.returncode == 130
    assert "The usage limit resets; going on at" in said
    assert "in 1h" in said or "in 59m" in said
    assert planned == ()
    assert len(model.requests()) == before


def test_a_task_that_is_taken_back_in_a_window_ends_the_wait(
    world: World, model: MockModel
) -> None:
    limit(world, 3600)
    before = len(model.requests())
    thread_id = world.target.thread_id
    command = command_of(world.home, "--json", "resume", thread_id, "--when-reset")
    with subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        process.stdout.readline()
        book = Book(book_path(world.home))
        (planned,) = Schedules(book).all()
        now = int(time.time() * 1000)
        other = Schedules(book).claim(thread_id, "another", planned.at, now + 60_000)
        Schedules(book).cancel(thread_id)
        _, said = process.communicate(timeout=20)
        left = Schedules(book).all()
        book.close()

    assert planned.when_reset
    assert planned.kept_until
    assert planned.kept_until > now
    assert not other
    assert process.returncode == 10
    assert "taken back" in said
    assert left == ()
    assert len(model.requests()) == before


async def test_it_goes_on_once_though_a_window_is_open_and_after_what_was_due_before(
    world: World, model: MockModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(world, 4)
    monkeypatch.setenv("THREADBOOK_CODEX", str(real_codex().path))
    before = len(model.requests())
    thread_id = world.target.thread_id
    command = command_of(
        world.home, "--json", "resume", thread_id, "only once", "--when-reset"
    )
    client = await RawClient.start(world.home.root)
    await client.initialize(autoResume="on")
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=environment(), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        await process.stdout.readline()
        book = Book(book_path(world.home))
        other = Schedule(
            thread_id=ThreadId("0199a213-81a5-7800-8aa1-bbab2a035a53"),
            at=int(time.time() * 1000),
            when_reset=False,
            created_at=1,
        )
        Schedules(book).put(other)
        held = int(time.time() * 1000) + 9_000
        Schedules(book).claim(other.thread_id, "another", other.at, held)
        await process.communicate()
        ended = int(time.time() * 1000)
        left = [each.thread_id for each in Schedules(book).all()]
        book.close()
    finally:
        await client.end()

    said = [str(request["input"]) for request in model.requests()[before:]]
    assert process.returncode == 0
    assert ended > held
    assert len(said) == 1
    assert said[0].count("only once") == 1
    assert thread_id not in left


def test_json_says_until_when_it_waits(world: World) -> None:
    limit(world, 3600)
    command = command_of(
        world.home, "--json", "resume", world.target.thread_id, "--when-reset"
    )
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        line = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert 3500 < line["waiting"]["until"] / 1000 - time.time() < 3700
