"""What holds for any rollout, however its bytes arrive and whatever hit them."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.rollouts import GENERATIONS, rollout
from threadbook.rollout.elide import Elider, Limits
from threadbook.rollout.lines import Source, read_blocks, split_block
from threadbook.rollout.summary import summarize
from threadbook.rollout.texts import search_texts
from threadbook.rollout.thread import read_turns

if TYPE_CHECKING:
    from support.rollouts import Generation, RolloutBuilder
    from threadbook.rollout.types import RolloutSummary, TurnSpan

QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
THREAD = "01a1fb42-0000-7000-8000-000000000009"
STEPS = (
    "user",
    "agent",
    "command",
    "reasoning",
    "tokens",
    "fewer tokens",
    "another model",
    "later",
    "limit",
    "abort",
    "compact",
    "roll_back",
    "kill",
    "wrapper",
    "unknown",
)


def build(
    home: Path, generation: Generation, steps: list[tuple[str, int]]
) -> RolloutBuilder:
    builder = rollout(home, generation=generation, thread_id=THREAD)
    for step, number in steps:
        take(builder, step, number)
    return builder


def take(builder: RolloutBuilder, step: str, number: int) -> None:
    actions = {
        "user": lambda: builder.user(f"question {number}"),
        "agent": lambda: builder.agent(f"answer {number}"),
        "command": lambda: builder.command("ls", output="x" * number),
        "reasoning": lambda: builder.reasoning("hm"),
        "tokens": lambda: builder.tokens(number, used_percent=number * 10.0),
        "fewer tokens": lambda: builder.tokens(number // 2, last=number // 3),
        "another model": lambda: another_model(builder, number),
        "later": lambda: later(builder, number),
        "limit": lambda: builder.hit_limit(resets_at=1_790_000_000 + number),
        "abort": builder.abort,
        "compact": builder.compact,
        "roll_back": lambda: builder.roll_back(number % 4),
        "kill": builder.kill,
        "wrapper": builder.wrapper,
        "unknown": lambda: builder.record("new_thing", {"n": number}),
    }
    actions[step]()


def another_model(builder: RolloutBuilder, number: int) -> None:
    builder.model = f"gpt-{number % 3}"
    builder.context()


def later(builder: RolloutBuilder, number: int) -> None:
    builder.clock += number * 400_000


histories = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 12)), max_size=25)
lined = st.sampled_from([name for name in GENERATIONS if name != "json"])


def facts(summary: RolloutSummary) -> RolloutSummary:
    return replace(summary, path=Path(), bytes=0, problems=())


@QUICK
@given(lined, histories, st.lists(st.integers(0, 6000), max_size=4))
def test_reading_a_growing_file_tells_the_same_as_reading_it_at_once(
    generation: Generation, steps: list[tuple[str, int]], cuts: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        builder = build(Path(folder), generation, steps)
        path = builder.done()
        content = path.read_bytes()
        at_once = summarize(path)

        checkpoint: bytes | None = None
        spans: list[TurnSpan] = []
        result = at_once
        for cut in [*sorted(cut % (len(content) + 1) for cut in cuts), len(content)]:
            path.write_bytes(content[:cut])
            result = summarize(path, checkpoint)
            checkpoint = result.checkpoint
            spans = [*spans[: result.first_span], *result.spans]

        assert result.summary == at_once.summary
        assert result.spent == at_once.spent
        assert spans == list(at_once.spans)


@QUICK
@given(
    generation=st.sampled_from(GENERATIONS),
    steps=histories,
    piece=st.integers(16, 700),
    compressed=st.booleans(),
)
def test_a_file_that_comes_in_any_pieces_tells_the_same(
    generation: Generation,
    steps: list[tuple[str, int]],
    piece: int,
    *,
    compressed: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        builder = build(Path(folder), generation, steps)
        path = builder.done(compressed=compressed and generation != "json")
        at_once = told(path)

        sizes: list[int | None] = []

        class InPieces(FileIO):
            def read(self, size: int | None = -1, /) -> bytes | None:
                sizes.append(size)
                whole = size is None or size < 0
                return super().read(piece if whole else min(size or 0, piece))

        def open_in_pieces(path: Path, *_: object, **__: object) -> InPieces:
            return InPieces(path)

        patch.setattr("threadbook.rollout.lines.open", open_in_pieces, raising=False)

        assert told(path) == at_once
        assert len(sizes) > path.stat().st_size // piece


def told(path: Path) -> object:
    """Return all that is read of a rollout."""
    read = summarize(path)
    turns = tuple(read_turns(list(enumerate(read.spans, 1))))
    texts = tuple(search_texts(read.spans, outputs=True))
    return read.summary, read.spent, read.spans, turns, texts


@QUICK
@given(histories, st.lists(st.integers(0, 25), max_size=4))
def test_a_document_that_is_written_anew_tells_the_same_as_at_once(
    steps: list[tuple[str, int]], cuts: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkpoint: bytes | None = None
        spans: list[TurnSpan] = []
        # Its program writes the whole of it each time: the older ones are shorter.
        for cut in [*sorted(cuts), len(steps)]:
            path = build(Path(folder), "json", steps[:cut]).done()
            os.utime(path, (1_795_000_000, 1_795_000_000))
            result = summarize(path, checkpoint)
            checkpoint = result.checkpoint
            spans = [*spans[: result.first_span], *result.spans]
            at_once = summarize(path)

            assert result.summary == at_once.summary
            assert spans == list(at_once.spans)


@QUICK
@given(lined, histories)
def test_the_order_of_keys_and_spaces_change_nothing(
    generation: Generation, steps: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        builder = build(Path(folder), generation, steps)
        before = summarize(builder.done())

        builder.lines = [reversed_keys(line) for line in builder.lines]
        after = summarize(builder.done())

    assert facts(after.summary) == facts(before.summary)
    assert after.spent == before.spent
    assert [(s.turn_id, s.status, s.dropped, s.message_count) for s in after.spans] == [
        (s.turn_id, s.status, s.dropped, s.message_count) for s in before.spans
    ]


def reversed_keys(line: bytes) -> bytes:
    return orjson.dumps(turned(orjson.loads(line))).replace(b'","', b'" , "')


def turned(value: object) -> object:
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {key: turned(inner) for key, inner in reversed(list(pairs))}
    return value


@QUICK
@given(
    generation=st.sampled_from(GENERATIONS),
    steps=histories,
    damage=st.lists(
        st.tuples(st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 40)),
        min_size=1,
        max_size=5,
    ),
    compressed=st.booleans(),
)
def test_damage_anywhere_never_raises(
    generation: Generation,
    steps: list[tuple[str, int]],
    damage: list[tuple[int, bytes, int]],
    *,
    compressed: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        builder = build(Path(folder), generation, steps)
        path = builder.done(compressed=compressed and generation != "json")
        content = bytearray(path.read_bytes())
        for somewhere, new, removed in damage:
            place = somewhere % (len(content) + 1)
            content[place : place + removed] = new
        path.write_bytes(bytes(content))

        result = summarize(path)
        turns = list(read_turns(list(enumerate(result.spans, 1))))
        list(search_texts(result.spans, outputs=True))
        again = summarize(path, result.checkpoint)

    assert len(turns) == len(result.spans)
    assert facts(again.summary) == facts(result.summary)
    assert again.spent == result.spent


@QUICK
@given(
    lines=st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line)),
    sizes=st.lists(st.integers(1, 40), min_size=1),
    ended=st.booleans(),
)
def test_lines_read_in_any_pieces_are_the_same_lines(
    lines: list[bytes], sizes: list[int], *, ended: bool
) -> None:
    content = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    position = 0
    turns = 0

    def read(_count: int) -> bytes:
        nonlocal position, turns
        size = sizes[turns % len(sizes)]
        turns += 1
        piece = content[position : position + size]
        position += len(piece)
        return piece

    blocks = read_blocks(Source(read, len(content)), limits=Limits(line=1 << 20))
    found = [line for block in blocks for line in split_block(block)]

    expected = content.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [line.data for line in found] == expected
    assert all(content[line.start :].startswith(line.data) for line in found)


json_values = st.recursive(
    st.text() | st.integers() | st.none() | st.text(min_size=30, max_size=400),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@QUICK
@given(
    value=json_values,
    sizes=st.lists(st.integers(1, 90), min_size=1),
    ascii_only=st.booleans(),
)
def test_an_elided_line_is_the_same_json_with_shorter_texts(
    value: object, sizes: list[int], *, ascii_only: bool
) -> None:
    line = dumped(value, ascii_only=ascii_only)
    elider = Elider(Limits(line=0, string=64, head=20))
    position = turn = 0
    while position < len(line):
        size = sizes[turn % len(sizes)]
        elider.feed(line[position : position + size])
        position += size
        turn += 1

    result = elider.result()

    assert alike(orjson.loads(result), orjson.loads(line))


def dumped(value: object, *, ascii_only: bool) -> bytes:
    import json  # noqa: PLC0415 - orjson can't escape as Codex's older builds did

    try:
        text = json.dumps(value, ensure_ascii=ascii_only)
        line = text.encode()
        orjson.loads(line)
    except (UnicodeEncodeError, orjson.JSONDecodeError):
        return b"null"
    return line


def alike(short: object, whole: object) -> bool:
    if isinstance(whole, dict) and isinstance(short, dict):
        pairs = cast("dict[str, object]", short), cast("dict[str, object]", whole)
        return len(pairs[0]) == len(pairs[1]) and all(
            alike(one, other)
            for one, other in zip(pairs[0].values(), pairs[1].values(), strict=True)
        )
    if isinstance(whole, list) and isinstance(short, list):
        lists = cast("list[object]", short), cast("list[object]", whole)
        return all(alike(a, b) for a, b in zip(*lists, strict=True))
    if isinstance(whole, str) and isinstance(short, str) and short != whole:
        head, _, _ = short.partition("\x00elided:")
        return whole.startswith(head) and len(short) < len(whole) + 40
    return short == whole


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 1000])
def test_the_marker_says_how_long_the_text_was(size: int) -> None:
    elider = Elider(Limits(line=0, string=64, head=20))
    elider.feed(b'{"a":"' + b"x" * size + b'"}')

    text = orjson.loads(elider.result())["a"]

    if size > 64:
        assert text == "x" * 20 + f"\x00elided:{size}\x00"
    else:
        assert text == "x" * size
