"""Fixtures of tests that run the real codex; a conftest takes those it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from support.codex_binary import real_codex
from support.mock_model import NO_NETWORK, running_mock_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.mock_model import MockModel


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockModel]:
    """Run the model that codex talks to."""
    with running_mock_model(tmp_path_factory.mktemp("model")) as running:
        yield running


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep codex from asking anybody else."""
    for name, value in NO_NETWORK.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def no_orphans() -> Iterator[None]:
    """See that no process outlives its test."""
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
def our_codex(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes of ours find the codex of the tests."""
    monkeypatch.setenv("THREADBOOK_CODEX", str(real_codex().path))
