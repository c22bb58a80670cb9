"""`threadbook resume --when-reset`, with the real codex."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from support.codex_binary import real_codex
from support.mock_model import run_codex
from support.terminal import command_of, environment, threadbook
from threadbook.book.annotations import Book, book_path
from threadbook.book.schedules import Schedule, Schedules
from threadbook.live.attempt import GO_ON

if TYPE_CHECKING:
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
