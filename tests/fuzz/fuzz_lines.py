"""Coverage-guided fuzzing of all that reads a rollout's lines: `npm run fuzz`.

Needs atheris. Arguments are libFuzzer's (`-max_total_time=60`, a file to replay).
What it finds lands beside the caller as `crash-...`; once it is understood it
becomes a file of `corpus/`, which the tests replay.
"""

from __future__ import annotations

import importlib
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
ARCHIVE = zstandard.FRAME_HEADER
LEAVES: list[object] = [
    None,
    True,
    0,
    -1,
    2**53,
    2**64 - 1,
    -(2**63),
    1e308,
    "",
    "\x00elided:9\x00",
    "9999-12-31T23:59:59.999Z",
    "0001-01-01T00:00:00+23:59",
    [],
    {},
    [[]],
    ["a"],
    [{}],
    {"type": "x"},
]
"""What stands where something else ought to be."""


def mutate(
    data: bytes, max_size: int, seed: int, blindly: Callable[..., bytes]
) -> bytes:
    """Change a rollout: mostly its lines as JSON, sometimes blindly its bytes."""
    choice = random.Random(seed)  # noqa: S311 - nothing secret
    if data.startswith(ARCHIVE):
        if choice.randrange(2):
            return blindly(data, max_size)
        inner = mutate(unpacked(data, max_size), max_size, seed + 1, blindly)
        return zstandard.compress(inner, 1)[:max_size]
    lines = data.split(b"\n")
    at = choice.randrange(len(lines))
    match choice.randrange(8):
        case 0:
            return blindly(data, max_size)
        case 1:
            lines.insert(at, lines[choice.randrange(len(lines))])
        case 2:
            del lines[at]
        case 3:
            other = choice.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = changed(lines[at], choice)
    return b"\n".join(lines)[:max_size]


def unpacked(data: bytes, max_size: int) -> bytes:
    """Return as much of an archive as can be read."""
    found = bytearray()
    reader = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True)
    try:
        while len(found) < max_size and (piece := reader.read(max_size)):
            found += piece
    except zstandard.ZstdError:
        pass
    return bytes(found)


def changed(line: bytes, choice: random.Random) -> bytes:
    """Put something else into one place of a line's JSON."""
    try:
        value: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line[: choice.randrange(len(line) + 1)]
    places: list[tuple[Any, Any]] = []
    collect(value, places)
    if not places:
        return line
    inside, key = choice.choice(places)
    match choice.randrange(4):
        case 0:
            del inside[key]
        case 1:
            where, name = choice.choice(places)
            try:
                inside[key] = orjson.loads(orjson.dumps(where[name]))
            except (KeyError, IndexError):
                inside[key] = None
        case _:
            inside[key] = choice.choice(LEAVES)
    return orjson.dumps(value)


def collect(value: object, places: list[tuple[Any, Any]]) -> None:
    """Find all places in a value that hold another one."""
    holder: Any = value
    if isinstance(holder, dict):
        inner = list(cast("dict[Any, object]", holder).items())
    elif isinstance(holder, list):
        inner = list(enumerate(cast("list[object]", holder)))
    else:
        return
    for key, below in inner:
        places.append((cast("Any", holder), key))
        collect(below, places)


def main() -> None:
    """Fuzz until something is found, or until the arguments say so."""
    sys.path.insert(0, str(HERE.parent))
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["threadbook"]):
        check: Any = importlib.import_module("support.any_bytes").check

    def mutator(data: bytes, max_size: int, seed: int) -> bytes:
        return mutate(data, max_size, seed, atheris.Mutate)

    with tempfile.TemporaryDirectory(prefix="threadbook-fuzz-") as folder:
        rollouts, found = Path(folder, "rollouts"), Path(folder, "found")
        rollouts.mkdir()
        found.mkdir()

        def test_one(data: bytes) -> None:
            check(rollouts, data)

        given = sys.argv[1:]
        if not any(not word.startswith("-") for word in given):
            # What is new goes to the first folder, so that the corpus stays small.
            given += [str(found), str(CORPUS)]
        atheris.Setup(
            [sys.argv[0], "-max_len=65536", *given], test_one, custom_mutator=mutator
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
