"""All benchmarks, or those named: `npm run bench -- [NAME...] [--tasks N]`.

Writes a home of 10,000 rollouts (half a gigabyte) to a temporary directory, measures
what people wait for, and prints a Markdown table. Goals are those of a quiet machine
with two cores: beside the wall time stands the processor time, which a busy one
changes less.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bench import (
    bench_deltas,
    bench_engines,
    bench_exact,
    bench_index,
    bench_list,
    bench_live,
    bench_rivals,
    bench_rollout,
    bench_start,
)
from bench.place import made
from bench.table import HEAD, machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.place import Place
    from bench.table import Figure

_ALL: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "start": bench_start.measure,
    "list": bench_list.measure,
    "live": bench_live.measure,
    "deltas": bench_deltas.measure,
    "index": bench_index.measure,
    "exact": bench_exact.measure,
    "rollout": bench_rollout.measure,
    "rivals": bench_rivals.measure,
}
_ON_REQUEST: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "engines": bench_engines.measure,
}


def main() -> None:
    """Measure, and print each row as soon as it is known."""
    known = {**_ALL, **_ON_REQUEST}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--tasks", type=int, default=10_000)
    options = parser.parse_args()
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    with made(options.tasks) as place:
        print(f"{place.count:,} tasks, {place.size / 1e6:,.0f} MB; {machine()}\n")
        print(HEAD)
        for name in options.names or _ALL:
            for figure in known[name](place):
                print(figure.line(), flush=True)
        print(f"\nAfterwards: {machine()}")


if __name__ == "__main__":
    main()
