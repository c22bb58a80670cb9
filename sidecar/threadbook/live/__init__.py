"""Tasks that run here: driven through one app-server, heard by whoever listens."""

from __future__ import annotations
