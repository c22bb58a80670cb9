"""Verbs on a thread: what changes it, through Codex or on its files."""

from __future__ import annotations
