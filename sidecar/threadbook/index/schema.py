"""The schema's text and version; another version means: build a new index."""

from __future__ import annotations

import zlib
from pathlib import Path

from threadbook.index.codec import field_names
from threadbook.index.codex_state import Said
from threadbook.index.summaries import FIELDS

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")

READING = 6
"""Count up when a file would be summarised, or a row packed, otherwise than before."""

_CONTENT = "\n".join([str(READING), SCHEMA, *FIELDS, *field_names(Said)])

VERSION = zlib.crc32(_CONTENT.encode()) & 0x7FFF_FFFF
"""SQLite's `user_version`, and a part of the file's name, so that windows with an
older Threadbook go on with their own index."""
