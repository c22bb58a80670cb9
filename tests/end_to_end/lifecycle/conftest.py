"""Fixtures of the tests that move tasks and then ask the real codex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import codex_fixtures
from support.codex_binary import real_codex
from support.moved_home import MovedHome
from threadbook.handlers.assemble import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.mock_model import MockModel

model = codex_fixtures.model
no_network = codex_fixtures.no_network
no_orphans = codex_fixtures.no_orphans


@pytest.fixture
def moved(model: MockModel, tmp_path: Path) -> Iterator[MovedHome]:
    home = model.write_home(tmp_path / "codex-home")
    (home.root / "sessions").mkdir()
    binary = real_codex()
    context = assemble(home.root, str(binary.path))
    yield MovedHome(home, binary, context, tmp_path)
    context.index.close()
    context.book.close()
