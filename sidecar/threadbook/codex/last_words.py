"""Last words: which line of a dying program says what is the matter.

Rust programs say it first and let pages of traces follow. What a panic quotes may
come from a conversation, so it is left out.
"""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"Error:\s*(.*)")
_PANIC = re.compile(r"thread '[^']*' (?:\(\d+\) )?panicked at (?:'(.*)', )?\S+$")
_CAUSE = re.compile(r"\d+: (?=\S)")
_FRAME = re.compile(r"(?:\d+|<unknown>): |at \S+:\d+|note: |stack backtrace:|Location:")
_QUOTED = re.compile(r"`[^`]*`?|\"[^\"]*\"?")
_LONGEST = 400


class LastWords:
    """Hears standard error line by line, and keeps one line of it."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._telling: str | None = None
        self._latest: str | None = None
        self._is_next = False
        self._is_panic = False

    @property
    def text(self) -> str | None:
        """What to show: the error or the panic, else what was said last."""
        return self._telling or self._latest

    def hear(self, line: bytes) -> None:
        """Take the next line."""
        text = _ANSI.sub("", line.decode("utf-8", "replace")).strip()
        if not text:
            return
        if self._is_next:
            self._tell(_CAUSE.sub("", text, count=1))
        elif panic := _PANIC.match(text):
            self._is_panic, self._is_next = True, panic[1] is None
            self._tell(panic[1])
        elif error := _ERROR.match(text):
            self._is_panic, self._is_next = False, not error[1]
            self._tell(error[1])
        elif not _FRAME.match(text):
            self._latest = text[:_LONGEST]

    def _tell(self, text: str | None) -> None:
        if text:
            said = _QUOTED.sub("...", text) if self._is_panic else text
            self._telling, self._is_next = said[:_LONGEST], False
