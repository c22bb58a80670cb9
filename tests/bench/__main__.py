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
    bench_click,
    bench_deltas,
    bench_engines,
    bench_exact,
    bench_index,
    bench_list,
    bench_live,
    bench_page,
    bench_rivals,
    bench_rollout,
    bench_start,
    bench_tree,
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
_HOMELESS: dict[str, Callable[[Place | None], Iterator[Figure]]] = {
    "page": bench_page.measure,
    "click": bench_click.measure,
}
"""What asks nothing of a home of tasks: where only these are named, none is written."""
_ON_REQUEST: dict[str, Callable[[Place], Iterator[Figure]]] = {
    "engines": bench_engines.measure,
    "tree": bench_tree.measure,
}


def main() -> None:
    """Measure, and print each row as soon as it is known."""
    known = [*_ALL, *_HOMELESS, *_ON_REQUEST]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--tasks", type=int, default=10_000)
    options = parser.parse_args()
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    names = options.names or [*_ALL, *_HOMELESS]
    if set(names) <= set(_HOMELESS):
        _print(None, names)
        return
    with made(options.tasks) as place:
        print(f"{place.count:,} tasks, {place.size / 1e6:,.0f} MB")
        _print(place, names)


def _print(place: Place | None, names: list[str]) -> None:
    print(f"{machine()}\n\n{HEAD}")
    for name in names:
        for figure in _figures(name, place):
            print(figure.line(), flush=True)
    print(f"\nAfterwards: {machine()}")


def _figures(name: str, place: Place | None) -> Iterator[Figure]:
    if place is None or name in _HOMELESS:
        return _HOMELESS[name](place)
    return {**_ALL, **_ON_REQUEST}[name](place)


if __name__ == "__main__":
    main()
