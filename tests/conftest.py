"""Fixtures for every test: nothing ever touches the real home of whoever runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from threadbook.handlers.assemble import assemble
from threadbook.home import CodexHome
from threadbook.index.sync import Sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from threadbook.handlers.context import Context


# How long an example takes says more of the machine's other work than of ours.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden files be rewritten."""
    parser.addoption("--update", action="store_true", help="rewrite golden files")


@pytest.fixture(autouse=True)
def own_directories(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Send caches, data and home directories to a place of this test's own."""
    place = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("HOME", str(place / "home"))
    monkeypatch.setenv("CODEX_HOME", str(place / "no-codex-home-chosen"))
    monkeypatch.setenv("THREADBOOK_CACHE_DIR", str(place / "cache"))
    monkeypatch.setenv("THREADBOOK_DATA_DIR", str(place / "data"))
    monkeypatch.delenv("THREADBOOK_CODEX", raising=False)
    monkeypatch.delenv("CODEX_SQLITE_HOME", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> CodexHome:
    """Return an empty Codex home."""
    root = tmp_path / "codex-home"
    (root / "sessions").mkdir(parents=True)
    return CodexHome(root.resolve())


@pytest.fixture
def opened(home: CodexHome) -> Iterator[Callable[[], Context]]:
    """Return a function that scans the home and opens a context on it."""
    contexts: list[Context] = []

    def open_context() -> Context:
        context = assemble(home.root, None)
        contexts.append(context)
        Sync(context.home, context.index).scan()
        return context

    yield open_context
    for context in contexts:
        context.index.close()
        context.book.close()
