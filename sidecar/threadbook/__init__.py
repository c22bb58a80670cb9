"""Threadbook: every Codex task you ever ran, one click from going on."""

from __future__ import annotations

__version__ = "0.1.0"
