"""Fixtures of the tests that drive the real codex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import codex_fixtures
from support.codex_binary import real_codex
from support.live import make_world

if TYPE_CHECKING:
    from pathlib import Path

    from support.live import World
    from support.mock_model import MockModel

model = codex_fixtures.model
no_network = codex_fixtures.no_network
no_orphans = codex_fixtures.no_orphans
our_codex = codex_fixtures.our_codex


@pytest.fixture
def world(model: MockModel, tmp_path: Path) -> World:
    return make_world(model, tmp_path, real_codex())
