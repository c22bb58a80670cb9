"""Text of a conversation without what steers terminals, renders backwards or hides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadbook.items import Text

_ESCAPES = re.compile(
    "\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]"
    "|\\][^\x07\x1b\n]*(?:\x07|\x1b\\\\)?"
    "|[PX^_][^\x1b\n]*(?:\x1b\\\\)?"
    "|[ -/]*[0-~])"
)
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


def plain(text: str) -> str:
    """Return *text* with escape sequences removed and hidden characters spelled out.

    Bidi controls become `[U+202E]`: a reader must see that the order was tampered
    with. Marks that right-to-left languages need stay.
    """
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def one_line(text: str) -> str:
    """Return *text* on one line."""
    return " ".join(plain(text).split())


def shortened(text: Text, limit: int) -> tuple[str, int, str]:
    """Return the first part, how many bytes were left out, and the last part."""
    shown = plain(text.text)
    missing = text.bytes - len(text.text.encode()) if text.cut else 0
    if len(shown) <= limit:
        return shown, max(0, missing), ""
    # The end of an output is where the error is.
    head = shown[: limit * 2 // 3]
    tail = shown[len(shown) - limit // 3 :]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    left_out = len(shown[len(head) : len(shown) - len(tail)].encode())
    if missing > 0:
        # What follows the tail is missing: it is no end.
        return head, left_out + len(tail.encode()) + missing, ""
    return head, left_out, tail
