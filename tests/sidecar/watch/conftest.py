from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from threadbook.home import CodexHome


@pytest.fixture
def listeners(home: CodexHome) -> Iterator[Callable[[], Listener]]:
    made: list[Listener] = []

    def make() -> Listener:
        made.append(Listener(home))
        return made[-1]

    yield make
    for listener in made:
        listener.stop()


@pytest.fixture
def listener(listeners: Callable[[], Listener]) -> Listener:
    return listeners()
