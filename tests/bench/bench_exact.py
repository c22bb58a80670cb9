"""`--exact` over the raw files, beside ripgrep: `python -m bench exact`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.table import Figure, best
from threadbook.handlers.assemble import assemble
from threadbook.handlers.search import search_files
from threadbook.index.sync import Sync
from threadbook.protocol.search import TaskSearchParams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.place import Place
    from threadbook.handlers.context import Context

_NEEDLES = {
    "that is nowhere": "no such words anywhere at all",
    "of two letters, everywhere": "e ",
}
_RUNS = 5


def measure(place: Place) -> Iterator[Figure]:
    """Yield ours and ripgrep's time for the same text in the same files."""
    os.environ.update(place.environment)
    context = assemble(place.home, None)
    Sync(context.home, context.index).scan()
    ripgrep = shutil.which("rg")
    if ripgrep is None:
        print("| ripgrep is not installed: apt-get install ripgrep | | | |")
    nowhere = _NEEDLES["that is nowhere"]
    rival = None
    if ripgrep is not None:
        rival = best(lambda: _ripgrep(ripgrep, place, nowhere), _RUNS)
        yield Figure("ripgrep, a text that is nowhere", rival.wall, cpu=rival.cpu)
    ours = best(lambda: _search(context, nowhere), _RUNS)
    yield Figure(
        "`search --exact`, a text that is nowhere",
        ours.wall,
        goal=2 * rival.wall if rival else None,
        cpu=ours.cpu,
    )
    common = _NEEDLES["of two letters, everywhere"]
    first = best(lambda: next(search_files(context, _params(common))), _RUNS)
    yield Figure("... the first hit of a common one", first.wall, cpu=first.cpu)
    context.index.close()
    context.book.close()


def _params(text: str) -> TaskSearchParams:
    return TaskSearchParams(query=text, mode="exact")


def _search(context: Context, text: str) -> None:
    found = sum(1 for _ in search_files(context, _params(text)))
    assert found == 0


def _ripgrep(program: str, place: Place, text: str) -> None:
    command = [program, "--fixed-strings", "--count", text, str(place.home)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 1, sys.argv
