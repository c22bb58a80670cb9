"""Bytes are found wherever they lie in a file, with the C library or without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadbook.rollout import needles
from threadbook.rollout.needles import Needles

if TYPE_CHECKING:
    from pathlib import Path

_FEW_LETTERS = st.binary().map(lambda data: bytes(97 + byte % 3 for byte in data))


@pytest.fixture(params=["memmem", "python"], autouse=True)
def search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search with either; in small pieces, so that needles lie across their ends."""
    monkeypatch.setattr(needles, "_PIECE", 8)
    if request.param == "python":
        monkeypatch.setattr(needles, "_memmem", lambda: None)
        monkeypatch.setattr(needles, "_READS_INTO", False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(_FEW_LETTERS, min_size=1, max_size=4),
    wanted=st.lists(_FEW_LETTERS.filter(bool), min_size=1, max_size=2),
)
def test_finds_what_python_finds(
    tmp_path: Path, files: list[bytes], wanted: list[bytes]
) -> None:
    look = Needles(tuple(wanted))
    path = tmp_path / "rollout.jsonl"
    for data in files:
        path.write_bytes(data)
        held = any(needle in data for needle in wanted)
        assert look.may_be_in(str(path)) is held


def test_what_cannot_be_looked_into_may_hold_it(tmp_path: Path) -> None:
    packed = tmp_path / "rollout.jsonl.zst"
    packed.write_bytes(b"anything")
    look = Needles((b"word",))
    assert look.may_be_in(str(packed))
    assert look.may_be_in(str(tmp_path / "gone.jsonl"))
    assert look.may_be_in(str(tmp_path))
