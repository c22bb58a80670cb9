"""G0: the TypeScript CLI's sessions of 2025, one JSON document a file.

Offsets of such a rollout count items, not bytes: the document is rewritten whole
by its program, so there is no tail to go on from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.rollout.elide import Elider, Limits
from threadbook.rollout.fields import as_list, as_object, parse_object
from threadbook.rollout.lines import CHUNK

if TYPE_CHECKING:
    from threadbook.rollout.fields import Json
    from threadbook.rollout.lines import Source

_DOCUMENT = Limits(line=32 << 20, kept=64 << 20, hopeless=256 << 20)


def read_session(
    source: Source, limits: Limits = _DOCUMENT
) -> tuple[Json, list[Json]] | None:
    """Return the header and the items; None when the document is damaged."""
    elider = Elider(limits)
    while chunk := source.read(CHUNK):
        elider.feed(chunk)
    document = parse_object(elider.result())
    if document is None:
        return None
    items = [as_object(item) for item in as_list(document.get("items"))]
    return as_object(document.get("session")), items
