from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from threadbook.index.filling import Filler
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.home import CodexHome
    from threadbook.index.tasks import Index


@pytest.fixture
def index(home: CodexHome) -> Iterator[Index]:
    opened = open_index(home)
    yield opened
    opened.close()


@pytest.fixture
def sync(home: CodexHome, index: Index) -> Sync:
    return Sync(home, index)


@pytest.fixture
def filler(home: CodexHome, index: Index) -> Filler:
    return Filler(home, index)
