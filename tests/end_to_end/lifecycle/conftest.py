"""Fixtures of the tests that move tasks and then ask the real codex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from support.codex_binary import real_codex
from support.mock_model import NO_NETWORK, running_mock_model
from support.moved_home import MovedHome
from threadbook.handlers.assemble import assemble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.mock_model import MockModel


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockModel]:
    with running_mock_model(tmp_path_factory.mktemp("model")) as running:
        yield running


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NO_NETWORK.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def no_orphans() -> Iterator[None]:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    yield
    left = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.pid not in before
    ]
    _, alive = psutil.wait_procs(left, timeout=5)
    assert [process.cmdline() for process in alive] == []


@pytest.fixture
def moved(model: MockModel, tmp_path: Path) -> Iterator[MovedHome]:
    home = model.write_home(tmp_path / "codex-home")
    (home.root / "sessions").mkdir()
    binary = real_codex()
    context = assemble(home.root, str(binary.path))
    yield MovedHome(home, binary, context, tmp_path)
    context.index.close()
    context.book.close()
