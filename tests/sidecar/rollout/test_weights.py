from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import GENERATIONS, rollout
from threadbook.errors import RolloutUnreadableError
from threadbook.rollout.weights import Kind, weigh

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation, RolloutBuilder

BIG = 200_000
SMALL = 20_000


def about(kind: Kind, path: Path, size: int = BIG) -> bool:
    """Say whether this kind, and no other, has the bytes that a test is about."""
    weights = weigh(path)
    assert sum(weights.values()) == path.stat().st_size
    others = sum(weights.values()) - weights[kind]
    return size <= weights[kind] <= size * 1.1 and others < SMALL


@pytest.mark.parametrize("generation", ["bare", "legacy", "enveloped", "paginated"])
def test_kinds_are_told_apart_in_every_generation(
    tmp_path: Path, generation: Generation
) -> None:
    def begun() -> RolloutBuilder:
        return rollout(tmp_path, generation=generation).user("x")

    text = "w" * BIG
    said = {"bare": 1, "legacy": 2}.get(generation, 3)
    thought = 1 if generation == "bare" else 2
    patched = 2 if generation == "paginated" else 1
    told = [{"type": "input_text", "text": text}]

    assert about(Kind.MESSAGES, begun().agent(text).done(), said * BIG)
    assert about(Kind.REASONING, begun().reasoning(text).done(), thought * BIG)
    assert about(Kind.TOOL_CALLS, begun().patch("a", text).done(), patched * BIG)
    context = begun().response("message", role="developer", content=told)
    assert about(Kind.CONTEXT, context.done())


def test_pictures_weigh_as_pictures_and_their_message_as_a_message(
    tmp_path: Path,
) -> None:
    picture = f"data:image/png;base64,{'A' * BIG}"

    path = rollout(tmp_path, generation="bare").user("x", images=(picture,) * 3).done()

    assert about(Kind.IMAGES, path, 3 * BIG)


def test_a_picture_on_a_line_too_long_to_hold_weighs_as_a_picture(
    tmp_path: Path,
) -> None:
    picture = f"data:image/png;base64,{'A' * 5_000_000}"

    path = rollout(tmp_path, generation="bare").user("x", images=(picture,)).done()

    weights = weigh(path)
    assert sum(weights.values()) == path.stat().st_size
    assert weights[Kind.IMAGES] > 4_900_000


def test_an_output_counts_once_and_its_copies_as_copies(tmp_path: Path) -> None:
    path = rollout(tmp_path).user("x").command("ls", output="o" * BIG).done()

    weights = weigh(path)

    assert BIG <= weights[Kind.OUTPUTS] < BIG + 2000
    assert BIG <= weights[Kind.REPEATED_OUTPUTS] < BIG + 2000


def test_copies_within_one_line_are_copies(tmp_path: Path) -> None:
    built = rollout(tmp_path, generation="enveloped").user("x")
    output = 'say "hi"\\\n' * 1000
    path = built.event(
        "exec_command_end",
        call_id="c1",
        stdout=output,
        stderr="",
        aggregated_output=output,
        formatted_output=output,
    ).done()

    weights = weigh(path)

    written = len(orjson.dumps(output)) - len('""')
    assert weights[Kind.REPEATED_OUTPUTS] == 2 * written
    assert sum(weights.values()) == path.stat().st_size


def test_a_compaction_is_one_with_all_that_it_copies(tmp_path: Path) -> None:
    picture = f'"data:image/png;base64,{"A" * 1000}"'

    path = rollout(tmp_path).user("x").compact(picture + "s" * BIG).done()

    assert about(Kind.COMPACTIONS, path, BIG)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_nothing_is_lost_when_a_rollout_is_damaged(
    tmp_path: Path, generation: Generation
) -> None:
    built = rollout(tmp_path, generation=generation).user("x").agent("y")
    path = built.done(tail=b'\x00\xff{"timestamp":"\n\n{"type":"item_completed"')

    assert sum(weigh(path).values()) == path.stat().st_size


def test_a_compressed_rollout_is_weighed_uncompressed(tmp_path: Path) -> None:
    built = rollout(tmp_path).user("x").agent("w" * BIG)

    path = built.done(compressed=True)

    assert sum(weigh(path).values()) == len(built.content())


def test_a_missing_rollout_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(RolloutUnreadableError):
        weigh(tmp_path / "nosuch.jsonl")
