"""Shortens a line too long to hold: its long JSON strings become heads with a marker.

A line may be a screenshot of 60 MB in base64. It is fed in pieces as they are
read; what is kept is still the same JSON, save that every string above
`Limits.string` ends early in a marker that says how long it was. `fields.clip`
understands the marker, so that such a text is shown as cut, never as whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MARKER = re.compile("\x00elided:([0-9]+)\x00$")
"""What an elided string ends in, once it is decoded; the number is its size."""

_BODY = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_HIGH_SURROGATE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}$")
_CROWDED_STRING = 512


@dataclass(frozen=True, slots=True)
class Limits:
    """What is held of one line."""

    line: int = 1 << 20
    """Lines up to this size are kept as they are."""
    string: int = 1 << 16
    """Strings above this size are elided (in a longer line)."""
    head: int = 1 << 15
    """How much of an elided string is kept."""
    kept: int = 4 << 20
    """When a line's remains reach this, further strings keep almost nothing."""
    hopeless: int = 16 << 20
    """Above this, what remains is given up: the line will not parse."""


@dataclass(slots=True)
class Elider:
    """One long line on its way through; `feed` its pieces, then take `result`."""

    limits: Limits
    _out: list[bytes] = field(default_factory=list[bytes])
    _size: int = 0
    _in_string: bool = False
    _held: list[bytes] = field(default_factory=list[bytes])
    """The string in progress, as much of it as is kept."""
    _held_size: int = 0
    _string_size: int = 0
    _loose: bytes = b""
    """A backslash at the end of a piece, whose character comes with the next."""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the line, without its newline."""
        if self._loose:
            piece = self._loose + piece
            self._loose = b""
        position = 0
        while position < len(piece):
            if self._in_string:
                position = self._string(piece, position)
            else:
                position = self._between(piece, position)

    def result(self) -> bytes:
        """Return what is kept of the line."""
        if self._in_string:
            self._hold(self._loose)
            self._flush()
        return b"".join(self._out)

    def _between(self, piece: bytes, position: int) -> int:
        quote = piece.find(b'"', position)
        end = len(piece) if quote < 0 else quote + 1
        self._emit(piece[position:end])
        self._in_string = quote >= 0
        return end

    def _string(self, piece: bytes, position: int) -> int:
        end = _string_end(piece, position)
        self._hold(piece[position:end])
        if end == len(piece):
            return end
        if piece[end] == ord("\\"):
            self._loose = piece[end:]
            return len(piece)
        self._flush()
        self._emit(b'"')
        self._in_string = False
        return end + 1

    def _hold(self, piece: bytes) -> None:
        self._string_size += len(piece)
        room = self.limits.string - self._held_size
        if room > 0 and piece:
            self._held.append(piece[:room])
            self._held_size += min(room, len(piece))

    def _flush(self) -> None:
        held = b"".join(self._held)
        crowded = self._size > self.limits.kept
        head = _CROWDED_STRING if crowded else self.limits.head
        if self._string_size > self.limits.string or (crowded and len(held) > head):
            self._emit(held[: _safe_cut(held, head)])
            self._emit(b"\\u0000elided:%d\\u0000" % self._string_size)
        else:
            self._emit(held)
        self._held.clear()
        self._held_size = self._string_size = 0

    def _emit(self, piece: bytes) -> None:
        room = self.limits.hopeless - self._size
        if room > 0 and piece:
            self._out.append(piece[:room])
            self._size += len(piece)


def _string_end(piece: bytes, position: int) -> int:
    """Find the closing quote, or a backslash that ends *piece*, or its end."""
    quote = piece.find(b'"', position)
    end = len(piece) if quote < 0 else quote
    if piece.find(b"\\", position, end) < 0:
        return end
    match = _BODY.match(piece, position)
    return match.end() if match else position


def _safe_cut(held: bytes, size: int) -> int:
    """Move a cut at *size* back to where no character or escape is cut in two."""
    cut = min(size, len(held))
    while cut and cut < len(held) and held[cut] & 0xC0 == 0x80:  # noqa: PLR2004
        cut -= 1
    # An escape is at most six bytes long; only a backslash that itself is not
    # escaped begins one.
    for start in range(cut - 1, max(cut - 6, -1), -1):
        if held[start] == ord("\\") and _run_of_backslashes(held, start) % 2:
            length = 6 if held[start + 1 : start + 2] == b"u" else 2
            if start + length > cut:
                cut = start
            break
    # Half a surrogate pair would make the whole line unreadable.
    while match := _HIGH_SURROGATE.search(held, max(cut - 6, 0), cut):
        if _run_of_backslashes(held, match.start()) % 2 == 0:
            break
        cut = match.start()
    return cut


def _run_of_backslashes(held: bytes, last: int) -> int:
    first = last
    while first >= 0 and held[first] == ord("\\"):
        first -= 1
    return last - first
