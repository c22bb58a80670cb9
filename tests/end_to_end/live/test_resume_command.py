"""`threadbook resume` as a process, with the real codex: words in, exit codes out."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.codex_binary import real_codex
from support.mock_model import run_codex
from support.rollouts import rollout
from support.terminal import command_of, environment, threadbook
from threadbook.codex.client import AppServer
from threadbook.lifecycle.lock import held_threads

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


def last_input(model: MockModel) -> str:
    return json.dumps(model.requests()[-1]["input"])


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("ID", "go on [[say:gone on]]"), ""),
        (("ID", "-"), "go on [[say:gone on]]"),
        (("--last", "go on [[say:gone on]]"), ""),
        (("--last", "-"), "go on [[say:gone on]]"),
        (("--last", "--all", "go on [[say:gone on]]"), ""),
    ],
)
def test_words_come_from_the_line_or_from_standard_input(
    world: World, model: MockModel, arguments: tuple[str, ...], stdin: str
) -> None:
    words = [world.target.thread_id[:18] if one == "ID" else one for one in arguments]

    ended = threadbook(world.home, "resume", *words, cwd=world.folder, stdin=stdin)

    assert ended.code == 0, ended.err
    assert ended.out == "gone on\n"
    assert "go on [[say" in last_input(model)


def test_pictures_model_and_effort_go_along(
    world: World, model: MockModel, tmp_path: Path
) -> None:
    (tmp_path / "dot.png").write_bytes(_PIXEL)

    ended = threadbook(
        world.home,
        *("resume", "--last", "look [[say:seen]]", "--image", "dot.png"),
        *("--cwd", str(world.folder), "--all"),
        *("--model", "gpt-5.1-codex", "--effort", "high"),
        cwd=tmp_path,
    )

    assert ended.code == 0, ended.err
    assert "data:image/png;base64," in last_input(model)
    request = model.requests()[-1]
    assert (request["model"], request["reasoning"]["effort"]) == (
        "gpt-5.1-codex",
        "high",
    )


def test_json_lines_begin_with_what_was_resumed_and_end_with_the_turn(
    world: World,
) -> None:
    ended = threadbook(
        world.home, "resume", "--json", world.target.thread_id, "[[say:yes]]"
    )

    first, *rest = ended.lines()
    assert ended.code == 0, ended.err
    assert first["started"]["threadId"] == world.target.thread_id
    assert first["started"]["how"] == "resumed"
    turn_id = first["started"]["turnId"]
    (end,) = ended.events("turnCompleted")
    assert end["status"] == "completed"
    assert rest[-1]["event"]["type"] in {"turnCompleted", "statusChanged"}
    assert {line["turnId"] for line in rest if line["turnId"]} == {turn_id}
    assert [line["seq"] for line in rest] == list(range(1, len(rest) + 1))


def test_a_question_that_nobody_can_answer_is_declined_and_said(world: World) -> None:
    ended = threadbook(
        world.home,
        *("resume", "--json", "--last", "--all", "[[shell:touch made-it]]"),
        *("--approval", "untrusted"),
    )

    assert ended.code == 0, ended.err
    (asked,) = [line["approval"] for line in ended.lines() if "approval" in line]
    assert asked["command"] == "touch made-it"
    assert not (world.folder / "made-it").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--last", "one", "two"),
        ("--last", "--amend", "no step"),
        ("--last", "--from-step", "1", "--amend", "a", "b"),
        ("--last", "--from-step", "1", "a", "--force"),
        ("--last", "-"),
        ("--last", "   "),
        ("--last",),
        (),
    ],
)
def test_a_line_that_makes_no_sense_is_exit_code_2(
    world: World, arguments: tuple[str, ...]
) -> None:
    before = world.rollout()

    ended = threadbook(world.home, "resume", *arguments, cwd=world.folder)

    assert ended.code == 2
    assert world.rollout() == before


def test_an_unknown_name_is_exit_code_3_and_never_a_new_task(world: World) -> None:
    ended = threadbook(world.home, "--json", "resume", "no such name", "hello")

    assert ended.code == 3
    assert ended.error()["kind"] == "threadNotFound"
    assert len(list(world.home.sessions.rglob("*.jsonl"))) == 1


def test_an_ambiguous_name_is_exit_code_4_with_the_candidates(world: World) -> None:
    for tail in ("1", "2"):
        thread_id = f"aaaaaaaa-0000-4000-8000-00000000000{tail}"
        rollout(world.home.root, thread_id=thread_id).user("hi").done()

    ended = threadbook(world.home, "--json", "resume", "aaaaaaaa", "hello")

    assert ended.code == 4
    assert len(ended.error()["data"]["candidates"]) == 2


async def test_a_task_in_use_is_exit_code_5_and_forked_by_force(world: World) -> None:
    thread_id = world.target.thread_id
    other = await AppServer.start(real_codex(), world.home)
    try:
        await other.request("thread/resume", {"threadId": thread_id})
        before = world.rollout()
        refused = threadbook(world.home, "--json", "resume", thread_id, "hello")
        forced = threadbook(
            world.home, "resume", thread_id, "hello [[say:1]]", "--force"
        )
        after = world.rollout()
    finally:
        await other.close()

    assert refused.code == 5
    assert refused.error()["data"]["pid"] == other.pid
    assert forced.code == 0, forced.err
    assert f"(pid {other.pid})" in forced.err
    assert "fork" in forced.err
    assert after == before


def test_a_provider_that_is_gone_is_exit_code_6_and_named(
    world: World,
) -> None:
    meta: dict[str, object] = {"model_provider": "acme"}
    built = rollout(
        world.home.root, generation="enveloped", cwd=str(world.folder), meta=meta
    )
    built.user("hello").agent("hi").done()

    ended = threadbook(world.home, "resume", built.thread_id, "go on")

    assert ended.code == 6
    assert "acme" in ended.err


def test_no_codex_or_one_too_old_is_exit_code_7(world: World, tmp_path: Path) -> None:
    words = ("--json", "resume", world.target.thread_id, "hello")

    none = threadbook(world.home, *words, codex=tmp_path / "none")
    old = threadbook(world.home, *words, codex=real_codex("0.98.0").path)

    assert (none.code, old.code) == (7, 7)
    assert old.error()["data"] == {"found": "0.98.0", "needed": "0.148.0"}


def test_a_usage_limit_is_exit_code_8_with_the_time_of_its_end(world: World) -> None:
    ended = threadbook(
        world.home, "--json", "resume", world.target.thread_id, "[[limit:1800]]"
    )

    assert ended.code == 8
    assert ended.error()["kind"] == "usageLimit"
    assert isinstance(ended.error()["data"]["resetsAt"], int)


def test_a_failed_turn_is_exit_code_9(world: World) -> None:
    ended = threadbook(
        world.home, "resume", world.target.thread_id, "[[failed:server_error]]"
    )

    assert ended.code == 9


def test_a_turn_that_takes_too_long_is_stopped_with_exit_code_9(world: World) -> None:
    ended = threadbook(
        world.home,
        *("--json", "resume", world.target.thread_id, "[[slow:60]]"),
        *("--timeout", "3"),
    )

    assert ended.code == 9
    assert ended.error()["data"]["code"] == "timeout"
    assert '"turn_aborted"' in world.rollout()
    assert held_threads(world.home) == {}


def test_a_folder_that_is_gone_is_exit_code_10_and_another_one_is_taken(
    world: World, tmp_path: Path
) -> None:
    world.folder.rename(tmp_path / "moved")
    thread_id = world.target.thread_id

    gone = threadbook(world.home, "resume", thread_id, "hello")
    moved = threadbook(
        world.home,
        *("resume", thread_id, "[[shell:pwd]]", "--cwd", str(tmp_path / "moved")),
    )

    assert gone.code == 10
    assert str(world.folder) in gone.err
    assert moved.code == 0, moved.err
    assert str(tmp_path / "moved") in moved.out


def test_ctrl_c_is_exit_code_130_and_the_turn_ends_cleanly(world: World) -> None:
    command = command_of(
        world.home, "--json", "resume", world.target.thread_id, "[[shell:sleep 300]]"
    )
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if '"commandExecution"' in line:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert process.returncode == 130
    assert '"turn_aborted"' in world.rollout()
    assert held_threads(world.home) == {}
    again = run_codex(
        real_codex(),
        world.home,
        world.folder,
        *("exec", "--skip-git-repo-check", "resume", world.target.thread_id, "on"),
    )
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("verb", ["resume", "fork"])
def test_a_step_can_be_amended_and_the_task_stays_as_it_is(
    world: World, model: MockModel, verb: str
) -> None:
    before = world.rollout()

    ended = threadbook(
        world.home,
        *(verb, world.target.thread_id, "--from-step", "1"),
        *("--amend", "better words [[say:better]]"),
    )

    assert ended.code == 0, ended.err
    assert ended.out == "better\n"
    assert "Forked as" in ended.err
    assert world.rollout() == before
    assert "first words" not in last_input(model)


def test_a_fork_without_words_is_a_new_task_that_goes_on_later(world: World) -> None:
    ended = threadbook(
        world.home, "--json", "fork", world.target.thread_id, "--from-step", "1"
    )
    (line,) = ended.lines()
    new = line["started"]["threadId"]
    plain = threadbook(world.home, "fork", world.target.thread_id, "--from-step", "1")

    later = threadbook(world.home, "resume", new, "[[say:later]]")
    shown = threadbook(world.home, "--json", "show", new)

    assert later.out == "later\n"
    assert plain.err == ""
    assert threadbook(world.home, "show", plain.out.strip()).code == 0
    assert json.loads(shown.out)["task"]["forkedFromId"] == world.target.thread_id


def test_a_step_that_there_is_not_is_exit_code_3(world: World) -> None:
    ended = threadbook(
        world.home, "fork", world.target.thread_id, "--from-step", "9", "x"
    )

    assert ended.code == 3
    assert "step 9" in ended.err
