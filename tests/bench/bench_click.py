"""Click to content in the real VS Code, of a gigabyte: `click.bench.mjs`, as figures.

`python -m bench click`; see `__main__`. Needs what the tests in VS Code need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.bench_page import printed_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place
    from bench.table import Figure


def measure(_: Place | None) -> Iterator[Figure]:
    """Yield how long it takes from the click on a row to its steps."""
    yield from printed_by("tests/bench/click.bench.mjs")
