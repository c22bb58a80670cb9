"""The three standard streams, whatever state they were handed over in."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def make_ready() -> None:
    """Have three streams that take any text.

    Nothing is put in the place of one that is closed (`>&-`): otherwise the next file
    that is opened, the index say, would be what we print to. What a terminal's
    encoding lacks is printed as `?`.
    """
    if sys.stdin is None:
        sys.stdin = _nothing(0)
    if sys.stdout is None:
        sys.stdout = _nothing(1)
    if sys.stderr is None:
        sys.stderr = _nothing(2)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def settle() -> None:
    """Write out what is buffered, and let nothing be left for Python to stumble on.

    Whoever read it may have gone, or the disk may be full: the exit code says so
    already, or there is nobody to tell.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _drop(stream)


def _nothing(descriptor: int) -> TextIO:
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != descriptor:
        os.dup2(opened, descriptor)
        os.close(opened)
    mode = "w" if descriptor else "r"
    return open(descriptor, mode, encoding="utf-8", closefd=False)


def _drop(stream: TextIO) -> None:
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, descriptor)
    os.close(nothing)
