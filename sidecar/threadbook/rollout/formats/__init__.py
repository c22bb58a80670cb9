"""Line formats: which generation a rollout is of, and one decoder for all of them.

A line is decoded by its own shape, not by the file's format: an old binary that
resumes a newer rollout appends lines of its own generation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.rollout.fields import as_json, as_object
from threadbook.rollout.formats import bare, enveloped
from threadbook.rollout.records import UnknownRecord
from threadbook.rollout.types import Format

if TYPE_CHECKING:
    from threadbook.rollout.fields import Json
    from threadbook.rollout.records import Place, Record


def detect(line: Json) -> Format | None:
    """Tell a rollout's format from one of its first lines; None: look at the next."""
    if "payload" in line and "type" in line:
        mode = as_object(line.get("payload")).get("history_mode")
        if mode == "paginated" or "ordinal" in line:
            return Format.PAGINATED
        return Format.ENVELOPED
    return Format.BARE if bare.is_bare(line) else None


def decode(line: Json, place: Place) -> Record:
    """Decode one line of whatever generation."""
    if "payload" in line:
        return enveloped.decode(line, place)
    if bare.is_bare(line):
        return bare.decode(line, place)
    return UnknownRecord("line", as_json(line))
