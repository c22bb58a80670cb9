"""Questions of the real codex, answered at the terminal of `threadbook resume`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from support.asking import asks_by_form, asks_user, let_it_ask
from support.terminal import command_of, environment

if sys.platform == "win32":
    pytest.skip("has no pty", allow_module_level=True)

from support.screen import on_screen

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from support.live import World
    from support.mock_model import MockModel
    from support.screen import Screen


def resuming(world: World, words: str, *options: str) -> AbstractContextManager[Screen]:
    let_it_ask(world.home)
    command = command_of(world.home, "resume", world.target.thread_id, words, *options)
    return on_screen(command, environment() | {"TERM": "dumb"}, world.folder)


def told(model: MockModel) -> str:
    """Return what the agent was told last."""
    return json.dumps(model.requests()[-1]["input"][-1])


def test_a_choice_is_made_by_its_number(world: World, model: MockModel) -> None:
    with resuming(world, asks_user()) as screen:
        screen.until("Codex asks you something")
        screen.until("1. Harbour - By ship")
        screen.until("[a] answer, [d] decline, [c] cancel: ")
        screen.type("a\n")
        screen.until("Where is it to go? ")
        screen.type("2\n")
        code = screen.end()

    assert code == 0, screen.text
    assert "Station" in told(model)


def test_a_form_is_filled_in_and_may_have_gaps(world: World, model: MockModel) -> None:
    with resuming(world, asks_by_form(), "--approval", "on-request") as screen:
        screen.until("Codex wants to use ask of asker")
        screen.until("cancel: ")
        screen.type("a\n")
        screen.until("asker asks you")
        screen.until("cancel: ")
        screen.type("a\n")
        for question, said in (
            ("go to? ", "main"),
            ("Copies ", ""),
            ("Level ", "loud"),
            ("Push it? ", "3"),
            ("Push it? ", "1"),
        ):
            screen.until(question)
            screen.type(f"{said}\n")
        code = screen.end()

    assert code == 0, screen.text
    for value in ("branch", "main", "high", "true"):
        assert value in told(model)
    assert "copies" not in told(model)


@pytest.mark.parametrize("key", ["d", "\x04"])
def test_what_is_declined_goes_on(world: World, key: str) -> None:
    with resuming(world, asks_user()) as screen:
        screen.until("cancel: ")
        screen.type(f"{key}\n" if key == "d" else key)
        code = screen.end()

    assert code == 0, screen.text


def test_ctrl_c_while_it_waits_stops_the_turn_at_once(world: World) -> None:
    with resuming(world, asks_user()) as screen:
        screen.until("cancel: ")
        screen.type("\x03")
        code = screen.end()

    assert code == 130
    assert '"turn_aborted"' in world.rollout()


def test_a_question_that_is_over_waits_for_nobody(world: World) -> None:
    with resuming(world, asks_user(), "--timeout", "3") as screen:
        screen.until("cancel: ")
        code = screen.end()

    assert code == 9
    assert "took longer" in screen.text
