"""The schema's text and version; another version means: build a new index."""

from __future__ import annotations

import zlib
from pathlib import Path

SCHEMA = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")

READING = 1
"""Count up when the same file would be summarised differently than before."""

VERSION = zlib.crc32(f"{READING}\n{SCHEMA}".encode()) & 0x7FFF_FFFF
"""SQLite's `user_version`, and a part of the file's name, so that windows with an
older Threadbook go on with their own index."""
