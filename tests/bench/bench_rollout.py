"""Measures `summarize` and `read_turns`: a home of small rollouts, and one huge one.

    python tests/bench/bench_rollout.py [--files 2000] [--big-mb 512] [--processes 2]

Prints one JSON object a measurement. The rollouts are synthetic, shaped like real
ones: 20 KB of instructions in the header, most bytes in outputs and reasoning.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.table import Figure
from support.rollouts import START, rollout
from threadbook.garbage import look_seldom
from threadbook.rollout.summary import summarize
from threadbook.rollout.thread import read_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place
    from support.rollouts import Generation, RolloutBuilder

WORDS = [
    "parser",
    "index",
    "archive",
    "resume",
    "thread",
    "cursor",
    "token",
    "limit",
    "merge",
    "patch",
]
_BIG_MB = 1024


def words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def fill(builder: RolloutBuilder, chance: random.Random, size: int) -> None:
    """Add turns until the rollout has about *size* bytes."""
    written = 0
    done = 0
    while written < size:
        builder.user(f"Fix {words(chance, 12)}")
        for _ in range(chance.randint(1, 5)):
            builder.reasoning(words(chance, 20))
            builder.response("reasoning", summary=[], encrypted_content="g" * 1800)
            builder.command(f"rg {words(chance, 2)}", output=_output(chance))
            builder.tokens(1000, used_percent=12.5, resets_at=START // 1000)
        builder.agent(words(chance, 80))
        written += sum(map(len, builder.lines[done:]))
        done = len(builder.lines)


def _output(chance: random.Random) -> str:
    return words(chance, min(3000, int(chance.lognormvariate(5, 1))))


def make_home(home: Path, count: int) -> list[Path]:
    chance = random.Random(1)  # noqa: S311 - nothing secret here  # noqa: S311 - numbers for a benchmark
    generations: tuple[Generation, ...] = ("enveloped", "paginated", "legacy")
    paths: list[Path] = []
    for index in range(count):
        builder = rollout(
            home,
            generation=generations[index % 3],
            at=START + index * 60_000,
            meta={"base_instructions": {"text": "You are a coding agent. " * 850}},
        )
        size = min(2_000_000, int(chance.lognormvariate(9.6, 1.2)))
        fill(builder, chance, size)
        paths.append(builder.done())
    return paths


def make_big(home: Path, megabytes: int, *, cwd: str = "/code/project") -> Path:
    """Write one rollout of that size, a line of 20 MB in it."""
    chance = random.Random(2)  # noqa: S311 - nothing secret here  # noqa: S311 - numbers for a benchmark
    builder = rollout(home, generation="paginated", cwd=cwd)
    builder.user(
        "Look at this picture", images=("data:image/png;base64," + "A" * 20_000_000,)
    )
    path = builder.done()
    with path.open("ab") as file:
        while file.tell() < megabytes << 20:
            builder.lines.clear()
            fill(builder, chance, 4 << 20)
            builder.end_turn()
            file.write(builder.content())
    return path


def summarize_all(paths: list[Path]) -> int:
    return sum(summarize(path).summary.turn_count for path in paths)


def measure_home(paths: list[Path], processes: int) -> None:
    size = sum(path.stat().st_size for path in paths)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(summarize_all, [paths[:1]] * processes))
        begun = time.perf_counter()
        turns = sum(
            pool.map(summarize_all, [paths[n::processes] for n in range(processes)])
        )
        seconds = time.perf_counter() - begun
    report("home", files=len(paths), turns=turns, size=size, seconds=seconds)


def measure_big(path: Path) -> None:
    # As every process of Threadbook does.
    look_seldom()
    size = path.stat().st_size
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    result = summarize(path)
    seconds = time.perf_counter() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report("big", turns=len(result.spans), size=size, seconds=seconds)
    print(
        json.dumps({"what": "rss", "before_mb": before >> 10, "peak_mb": grown >> 10})
    )

    begun = time.perf_counter()
    again = summarize(path, result.checkpoint)
    report("unchanged", turns=len(again.spans), seconds=time.perf_counter() - begun)

    last = list(enumerate(result.spans, 1))[-20:]
    begun = time.perf_counter()
    items = sum(len(turn.items) for turn in read_turns(last))
    report("last page", items=items, seconds=time.perf_counter() - begun)


def report(what: str, *, seconds: float, size: int | None = None, **facts: int) -> None:
    line: dict[str, object] = {"what": what, "ms": round(seconds * 1000, 1), **facts}
    if size:
        line["mb"] = round(size / 1e6)
        line["mb_per_s"] = round(size / 1e6 / seconds)
    print(json.dumps(line), flush=True)


def measure(place: Place) -> Iterator[Figure]:
    """Yield what one huge rollout costs, in a process that does nothing else."""
    size = str(_BIG_MB)
    facts = {
        fact["what"]: fact
        for fact in map(
            json.loads,
            subprocess.run(
                [sys.executable, __file__, "--files", "10", "--big-mb", size],
                check=True,
                stdout=subprocess.PIPE,
                env={**os.environ, "TMPDIR": str(place.root)},
            ).stdout.splitlines(),
        )
    }
    big = facts["big"]
    slowest = big["mb"] / 400 * 1000
    yield Figure(f"one rollout of {big['mb']:,} MB, first", big["ms"], goal=slowest)
    yield Figure("... most memory", facts["rss"]["peak_mb"], "MB", goal=150)
    yield Figure("... nothing new", facts["unchanged"]["ms"])
    yield Figure("... its last 20 turns", facts["last page"]["ms"], goal=200)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--big-mb", type=int, default=512)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        big = make_big(home / "big", options.big_mb)
        measure_big(big)
        big.unlink()
        measure_home(make_home(home, options.files), options.processes)


if __name__ == "__main__":
    main()
