"""Frames: whether a zstd file ends where its last frame does (RFC 8878, section 3).

Only the headers of frames and blocks are read, nothing is decompressed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

_MAGIC = 0xFD2FB528
_SKIPPABLE = 0x184D2A50
_SKIPPABLE_BITS = 0xFFFFFFF0
_RLE, _RESERVED = 1, 3
_DICTIONARY_BYTES = (0, 1, 2, 4)
_CONTENT_BYTES = (0, 2, 4, 8)


class _CutShortError(Exception):
    """The file ends inside of a frame, or what stands there is none."""


def ends_whole(file: BinaryIO) -> bool:
    """Whether every frame of the file, the last one too, is complete."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    try:
        while file.tell() < size:
            _pass_frame(file)
            if file.tell() > size:
                return False
    except _CutShortError:
        return False
    return True


def _pass_frame(file: BinaryIO) -> None:
    magic = _number(file, 4)
    if magic & _SKIPPABLE_BITS == _SKIPPABLE:
        _pass(file, _number(file, 4))
        return
    if magic != _MAGIC:
        raise _CutShortError
    descriptor = _number(file, 1)
    is_single, has_checksum = bool(descriptor & 0x20), bool(descriptor & 0x04)
    content = _CONTENT_BYTES[descriptor >> 6] or int(is_single)
    _pass(file, (not is_single) + _DICTIONARY_BYTES[descriptor & 3] + content)
    is_last = False
    while not is_last:
        block = _number(file, 3)
        is_last, kind, length = bool(block & 1), block >> 1 & 3, block >> 3
        if kind == _RESERVED:
            raise _CutShortError
        _pass(file, 1 if kind == _RLE else length)
    if has_checksum:
        _pass(file, 4)


def _number(file: BinaryIO, count: int) -> int:
    data = file.read(count)
    if len(data) < count:
        raise _CutShortError
    return int.from_bytes(data, "little")


def _pass(file: BinaryIO, count: int) -> None:
    file.seek(count, os.SEEK_CUR)
