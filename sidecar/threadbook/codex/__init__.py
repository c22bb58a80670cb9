"""Talk to `codex app-server`: the only room that knows its wire."""

from __future__ import annotations
