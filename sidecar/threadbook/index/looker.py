"""The program of a process that looks into files for another, and what they say.

Ten thousand files are opened, read and closed one after the other, and between two
calls of the system each needs Python's lock: a second thread gains a tenth, a second
process two fifths. Started bare, and importing nearly nothing, such a process looks
into its first file after 20 ms.

What goes through its pipes is a frame each: four bytes that say how long it is, and as
many. First what is looked for, then again and again paths; joined by NUL bytes, which
neither can have. To paths it answers with as many bytes: 1 for a file that may hold it,
else 0. It ends when its input does, so never outlives who started it.
"""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING

from threadbook.rollout.needles import Needles

if TYPE_CHECKING:
    from collections.abc import Iterable

FROZEN_FLAG = "--look-into-files"
"""The only argument with which a frozen program is one of these."""
BARE_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from threadbook.index.looker import main; main()"
)
"""For Python's `-c`, with the folder of our packages behind it."""

_SEPARATOR = b"\0"
_LENGTH_BYTES = 4


def frame(parts: Iterable[bytes]) -> bytes:
    """Return what such a process reads as these parts."""
    joined = _SEPARATOR.join(parts)
    return len(joined).to_bytes(_LENGTH_BYTES, "big") + joined


def _read(pipe: IO[bytes]) -> list[bytes]:
    """Return the parts of the next frame; none at the end."""
    length = int.from_bytes(pipe.read(_LENGTH_BYTES), "big")
    joined = pipe.read(length)
    return joined.split(_SEPARATOR) if joined and len(joined) == length else []


def main() -> None:
    """Be such a process, until the input ends."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    wanted = _read(asked)
    if not wanted:
        return
    needles = Needles(tuple(wanted))
    while paths := _read(asked):
        answers.write(needles.look([os.fsdecode(path) for path in paths]))
        answers.flush()
