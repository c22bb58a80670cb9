from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from support.turns import items_of, turns_of
from threadbook.errors import RolloutUnreadableError
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    Divider,
    FileChange,
    Reasoning,
    RunStatus,
    StopKind,
    TurnStatus,
    UserMessage,
)
from threadbook.rollout.summary import summarize
from threadbook.rollout.thread import read_item, read_turns

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation

EVENTFUL: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_shows_the_same_turn(
    tmp_path: Path, generation: Generation
) -> None:
    path = (
        rollout(tmp_path, generation=generation)
        .wrapper()
        .user("Fix it")
        .reasoning("**Thinking**")
        .command("ls | wc", output="a\nb\n", exit_code=2, seconds=1.5)
        .patch("a.txt", "one\ntwo")
        .agent("Done.")
        .done()
    )

    (turn,) = turns_of(path)

    user, reasoning, command, change, agent = turn.items
    assert isinstance(user, UserMessage)
    assert user.text.text == "Fix it"
    assert isinstance(reasoning, Reasoning)
    assert reasoning.text.text == "**Thinking**"
    assert isinstance(command, CommandExecution)
    assert command.command == "ls | wc"
    assert (command.exit_code, command.duration_ms) == (2, 1500)
    assert command.status is RunStatus.FAILED
    assert command.output is not None
    assert command.output.text == "a\nb\n"
    assert isinstance(change, FileChange)
    (diff,) = change.changes
    assert diff.path.endswith("a.txt")
    assert (diff.kind, diff.diff.text) == ("add", "+one\n+two\n")
    assert change.status is RunStatus.COMPLETED
    assert isinstance(agent, AgentMessage)
    assert agent.text.text == "Done."
    assert turn.status is TurnStatus.COMPLETED
    assert turn.number == 1


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1,), (2, 0)])
def test_turns_come_in_the_order_asked_for(
    tmp_path: Path, generation: Generation, order: tuple[int, ...]
) -> None:
    builder = rollout(tmp_path, generation=generation)
    for text in ("one", "two", "three"):
        builder.user(text).command("x", output=text).agent(f"did {text}")
    spans = summarize(builder.done()).spans

    turns = list(read_turns([(index + 1, spans[index]) for index in order]))

    assert [turn.number for turn in turns] == [index + 1 for index in order]
    texts = ["one", "two", "three"]
    for turn, index in zip(turns, order, strict=True):
        assert isinstance(turn.items[0], UserMessage)
        assert turn.items[0].text.text == texts[index]
        assert len(turn.items) == 3


def test_an_archive_gives_the_turns_of_its_plain_twin(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("one").agent("1").user("two").agent("2")
    plain = turns_of(builder.done())

    packed = summarize(builder.done(compressed=True)).spans

    assert list(read_turns([(2, packed[1]), (1, packed[0])])) == plain[::-1]


def test_ids_are_codexs_own_or_made_from_the_place(tmp_path: Path) -> None:
    legacy = items_of(rollout(tmp_path, generation="legacy").user("a").command("b"))
    modern = items_of(rollout(tmp_path).user("a").command("b"))

    assert legacy[0].item_id.startswith("L")
    assert [legacy[1].item_id, modern[1].item_id] == ["call_1", "call_1"]
    assert modern[0].item_id.startswith("user_")


def test_turns_without_an_id_are_numbered_as_codex_does(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy").user("one").agent("1").user("two")

    assert [turn.turn_id for turn in turns_of(builder.done())] == [
        "rollout-1",
        "rollout-2",
    ]


def test_a_dropped_turn_can_be_read_too(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("one").agent("1")
    path = builder.user("two").agent("2").roll_back(1).done()
    spans = summarize(path).spans

    first, second = read_turns([(1, spans[0]), (0, spans[1])])

    assert (first.dropped, second.dropped) == (False, True)
    assert second.number == 0
    assert second.items[-1] == Divider(
        item_id=second.items[-1].item_id,
        at=builder.clock,
        kind="rollback",
        text="1",
    )


@pytest.mark.parametrize("generation", EVENTFUL)
def test_model_and_effort_are_the_turns_own(
    tmp_path: Path, generation: Generation
) -> None:
    builder = rollout(tmp_path, generation=generation, effort="low")
    builder.user("one").agent("1")
    builder.model, builder.effort = "gpt-6", "high"
    first, second = turns_of(builder.user("two").agent("2").done())

    assert (first.model, first.effort) == ("gpt-5", "low")
    assert (second.model, second.effort) == ("gpt-6", "high")


def test_a_limit_that_no_error_tells_of_is_the_turns_stop(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy").user("hi")
    (turn,) = turns_of(builder.hit_limit(resets_at=1_790_003_600).done())

    assert turn.stop is not None
    assert turn.stop.kind is StopKind.USAGE_LIMIT
    assert turn.stop.resets_at == 1_790_003_600_000


def test_a_call_that_an_interrupt_left_unanswered_failed(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.call("exec_command", {"cmd": "sleep 99"}).abort()
    (turn,) = turns_of(builder.done())

    command = turn.items[1]
    assert isinstance(command, CommandExecution)
    assert command.status is RunStatus.FAILED
    assert turn.stop is not None
    assert turn.stop.kind is StopKind.INTERRUPTED


# Texts.


def test_long_texts_are_cut_and_fetched_whole_by_their_item(tmp_path: Path) -> None:
    long = "é" * 30_000
    path = rollout(tmp_path).user("hi").command("cat", output=long).agent("ok").done()
    span = summarize(path).spans[0]

    command = turns_of(path)[0].items[1]
    whole = read_item(span, command.item_id)

    assert isinstance(command, CommandExecution)
    assert command.output is not None
    assert (command.output.cut, command.output.bytes) == (True, 60_000)
    assert len(command.output.text) == 8192
    assert isinstance(whole, CommandExecution)
    assert whole.output is not None
    assert (whole.output.cut, whole.output.text) == (False, long)


def test_a_text_in_a_line_of_megabytes_is_cut_but_known_in_size(tmp_path: Path) -> None:
    size = 3_000_000
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    path = builder.command("cat", output="x" * size).agent("ok").done()
    span = summarize(path).spans[0]

    command = turns_of(path)[0].items[1]
    whole = read_item(span, command.item_id)

    assert isinstance(command, CommandExecution)
    assert command.output is not None
    assert command.output.cut
    assert command.output.bytes >= size
    assert isinstance(whole, CommandExecution)
    assert whole.output is not None
    assert whole.output.text == "x" * size


def test_an_item_that_is_not_there_is_none(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("hi").done()

    assert read_item(summarize(path).spans[0], "nothing") is None


@pytest.mark.parametrize("generation", ["json", "bare"])
def test_old_rollouts_give_single_items_too(
    tmp_path: Path, generation: Generation
) -> None:
    path = rollout(tmp_path, generation=generation).user("hi").command("ls").done()
    span = summarize(path).spans[0]

    item = read_item(span, "call_1")

    assert isinstance(item, CommandExecution)


def test_a_turn_of_many_long_texts_keeps_less_of_each(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="legacy").user("hi")
    for _ in range(700):
        builder.agent("x" * 50_000)
    (turn,) = turns_of(builder.done(), text_limit=50_000)

    sizes = [len(i.text.text) for i in turn.items if isinstance(i, AgentMessage)]
    assert len(sizes) == 700
    assert (sizes[0], sizes[-1]) == (50_000, 512)


def test_a_file_that_vanished_is_unreadable(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("hi").done()
    spans = summarize(path).spans
    path.unlink()

    with pytest.raises(RolloutUnreadableError):
        list(read_turns([(1, spans[0])]))


# Messages.
