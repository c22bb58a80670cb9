from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def no_codex(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no codex be found on this machine."""
    monkeypatch.setenv("THREADBOOK_CODEX", str(tmp_path / "there-is-none"))
