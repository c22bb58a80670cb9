"""Whatever bytes are wrong in one rollout, it is a row, and so is its neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.rollouts import GENERATIONS, rollout
from threadbook.home import CodexHome
from threadbook.index.sync import Sync
from threadbook.index.tasks import open_index
from threadbook.index.types import TaskQuery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from threadbook.index.tasks import Index

VICTIM = "0199f000-0000-7000-8000-000000000001"
NEIGHBOUR = "0199f000-0000-7000-8000-000000000002"


@pytest.fixture(scope="module", params=[*GENERATIONS, "compressed"])
def victim(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Index, Sync, Path, bytes]]:
    home = CodexHome(tmp_path_factory.mktemp("damage").resolve())
    compressed = request.param == "compressed"
    generation = "paginated" if compressed else request.param
    builder = rollout(home.root, thread_id=VICTIM, generation=generation)
    builder.user("one").command("ls", output="a").agent("done").user("two").agent("ok")
    path = builder.done(compressed=compressed)
    rollout(home.root, thread_id=NEIGHBOUR).user("hi").agent("ok").done()
    index = open_index(home, home.root / "index.sqlite")
    yield index, Sync(home, index), path, path.read_bytes()
    index.close()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,
)
@given(
    start=st.floats(0, 1),
    length=st.integers(0, 200),
    put=st.binary(max_size=40) | st.sampled_from([b"\n", b"\0" * 8, b'"', b"{"]),
)
def test_damage_anywhere_hides_no_task(
    victim: tuple[Index, Sync, Path, bytes], start: float, length: int, put: bytes
) -> None:
    index, sync, path, content = victim
    at = int(start * len(content))

    path.write_bytes(content[:at] + put + content[at + length :])
    sync.scan()

    rows = index.list_tasks(TaskQuery(limit=None)).rows
    assert len(rows) == 2
    assert {row.thread_id for row in rows} >= {NEIGHBOUR}
    assert [str(path)] in [[file.path for file in row.rollouts] for row in rows]
    for row in rows:
        assert len(index.spans(row.thread_id)) == row.turn_count
