"""Bytes of a rollout to complete lines: plain or `.zst`, of any size, from any offset.

Blocks (many lines at once) are what the fast paths work on; `read_lines` takes
them apart for everybody else. A last line without its newline is given out as
incomplete: whether it counts is for the caller to say.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import zstandard

from threadbook.errors import RolloutUnreadableError
from threadbook.rollout.elide import Elider, Limits
from threadbook.rollout.frames import ends_whole
from threadbook.rollout.heads import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from collections.abc import Set as AbstractSet
    from io import FileIO
    from pathlib import Path

CHUNK = 1 << 20
_HEAD = 512


class Block(NamedTuple):
    """Some lines that follow one another, or one line that had to be shortened."""

    data: bytes
    """Ends in a newline when `complete`."""
    start: int
    """Offset of its first byte in the uncompressed rollout."""
    end: int
    """Offset behind its last byte; more than `data` holds when `elided`."""
    elided: bool = False
    complete: bool = True


class Line(NamedTuple):
    """One line, without its newline."""

    data: bytes
    start: int
    end: int
    elided: bool = False
    complete: bool = True


@dataclass(slots=True)
class Source:
    """An open rollout that is read from front to back."""

    read: Callable[[int], bytes]
    size: int
    """On disk."""
    peek: Callable[[int, int], bytes] | None = None
    """Read some bytes at an offset (plain files, once they were read)."""
    chunk: int = CHUNK
    """How much to read at once. A megabyte for each small file would be memory that
    the system gives and takes back each time: half of the time of reading it."""
    damaged: bool = False
    """The compressed stream broke off; what came before was given out."""


@contextmanager
def open_rollout(path: Path, start: int = 0) -> Generator[Source]:
    """Open a rollout for reading from *start* (an uncompressed offset).

    Raises:
        RolloutUnreadableError: there is no such file, or it is no regular one.
        OSError: the file is there, but may not or can't be read.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - ten thousand times a scan
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RolloutUnreadableError(path, "there is no such file") from error
    if not stat.S_ISREG(status.st_mode):
        # Opening a pipe would wait for its writer.
        raise RolloutUnreadableError(path, "it is not a file")
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as above
        if path.name.lower().endswith(".zst"):
            source = _open_archive(file, status.st_size)
            _skip(source, start)
        else:
            left = max(status.st_size - start, _HEAD)
            source = Source(
                file.read, status.st_size, _peeker(file), min(left + 1, CHUNK)
            )
            if start:
                file.seek(start)
        yield source


def _peeker(file: FileIO) -> Callable[[int, int], bytes]:
    def peek(offset: int, count: int) -> bytes:
        file.seek(offset)
        return file.read(count)

    return peek


def _open_archive(file: FileIO, size: int) -> Source:
    stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)

    def read(count: int) -> bytes:
        try:
            data = stream.read(count)
        except zstandard.ZstdError:
            source.damaged = True
            return b""
        if not data and count:
            # The decompressor ends where the file does, in mid-frame, too.
            source.damaged = source.damaged or not ends_whole(file)
            file.seek(0, os.SEEK_END)
        return data

    source = Source(read, size)
    return source


def _skip(source: Source, count: int) -> None:
    while count > 0:
        chunk = source.read(min(count, CHUNK))
        if not chunk:
            return
        count -= len(chunk)


def read_blocks(
    source: Source,
    *,
    start: int = 0,
    limits: Limits | None = None,
    unwanted: Callable[[bytes], bool] | None = None,
) -> Iterator[Block]:
    """Yield the lines of *source* in blocks of complete lines.

    A line above the limit comes alone, elided; one whose head *unwanted* accepts
    is passed over at the speed of the disk, and of it only the head is given.
    """
    limits = limits or Limits()
    carry = b""
    while chunk := source.read(source.chunk):
        buffer = carry + chunk if carry else chunk
        while buffer:
            cut = buffer.rfind(b"\n") + 1
            if cut:
                data = buffer if cut == len(buffer) else buffer[:cut]
                yield Block(data, start, start + cut)
                start += cut
                buffer = buffer[cut:]
            if len(buffer) <= limits.line:
                break
            skip = unwanted is not None and unwanted(buffer[:_HEAD])
            long = _Long(source, start, limits, head_only=skip)
            yield long.read(buffer)
            start, buffer = long.end, long.rest
        carry = buffer
    if carry:
        yield Block(carry, start, start + len(carry), complete=False)


class _Long:
    """Reads on to the end of a line that is longer than the limit."""

    def __init__(
        self, source: Source, start: int, limits: Limits, *, head_only: bool
    ) -> None:
        self._source = source
        self._start = start
        self._elider = None if head_only else Elider(limits)
        self.end = start
        """Offset behind the line."""
        self.rest = b""
        """Bytes read that belong to the lines after it."""

    def read(self, chunk: bytes) -> Block:
        """Read from *chunk* (the line's first bytes) on to its newline."""
        head = chunk[:_HEAD]
        complete = False
        while chunk:
            newline = chunk.find(b"\n")
            complete = newline >= 0
            piece = chunk[:newline] if complete else chunk
            if self._elider:
                self._elider.feed(piece)
            self.end += len(piece) + complete
            if complete:
                self.rest = chunk[newline + 1 :]
                break
            chunk = self._source.read(self._source.chunk)
        data = self._elider.result() if self._elider else head
        return Block(
            data + b"\n" if complete else data,
            self._start,
            self.end,
            elided=True,
            complete=complete,
        )


def split_block(
    block: Block, without: AbstractSet[int] = frozenset()
) -> Iterator[Line]:
    """Yield the lines of a block; those of the groups *without* are passed over.

    The groups are those of `heads.HEAD`. Lines too long to hold always come.
    """
    if block.elided or not block.complete:
        data = block.data.removesuffix(b"\n")
        yield Line(data, *block[1:])
        return
    data, start, match = block.data, block.start, HEAD.match
    position = 0
    while (newline := data.find(b"\n", position)) >= 0:
        end = newline + 1
        head = match(data, position) if without else None
        if head is None or head.lastindex not in without:
            yield Line(data[position:newline], start + position, start + end)
        position = end


def read_lines(
    path: Path,
    start: int = 0,
    end: int | None = None,
    limits: Limits | None = None,
    without: AbstractSet[int] = frozenset(),
) -> Iterator[Line]:
    """Yield the lines that begin at *start* or later and before *end*.

    Those of the groups *without* are passed over, see `split_block`.

    Raises:
        RolloutUnreadableError: the file can't be opened now.
    """
    try:
        with open_rollout(path, start) as source:
            for block in read_blocks(source, start=start, limits=limits):
                if end is not None and block.start >= end:
                    return
                for line in split_block(block, without):
                    if end is not None and line.start >= end:
                        return
                    yield line
    except OSError as error:
        raise RolloutUnreadableError(path, error.strerror or "it failed") from error
