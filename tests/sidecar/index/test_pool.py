from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from threadbook.index.pool import Readers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MEGABYTE = 1 << 20


def double(numbers: Sequence[int]) -> list[int]:
    return [2 * number for number in numbers]


def double_or_die(numbers: Sequence[int]) -> list[int]:
    """Die in a helper, as one does that the system kills for its memory."""
    if multiprocessing.parent_process() is not None and 7 in numbers:
        os._exit(9)
    return double(numbers)


def never() -> bool:
    return False


@pytest.mark.parametrize("size", [1, 3 * MEGABYTE, 60 * MEGABYTE])
def test_results_come_in_the_order_of_the_jobs(size: int) -> None:
    jobs = [(number, size) for number in range(40)]

    with Readers() as readers:
        done = list(readers.read_all(double, jobs, never))

    assert [number for batch, _ in done for number in batch] == list(range(40))
    assert all(results == double(batch) for batch, results in done)


def test_what_a_helper_died_over_is_done_without_it() -> None:
    jobs = [(number, 5 * MEGABYTE) for number in range(20)]

    with Readers() as readers:
        done = list(readers.read_all(double_or_die, jobs, never))

    assert [result for _, results in done for result in results] == [
        2 * number for number in range(20)
    ]


def test_after_a_helper_died_the_next_round_has_others() -> None:
    jobs = [(number, 5 * MEGABYTE) for number in range(20)]

    with Readers() as readers:
        list(readers.read_all(double_or_die, jobs, never))
        done = list(readers.read_all(pids, jobs, never))

    assert os.getpid() not in {pid for _, part in done for pid in part}


_PROGRAM = """
import time
from threadbook.index.pool import Readers

def work(numbers):
    time.sleep(600)

if __name__ == "__main__":
    with Readers() as readers:
        list(readers.read_all(work, [(n, 5 << 20) for n in range(20)], lambda: False))
"""


def test_no_helper_outlives_a_sidecar_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM, encoding="utf-8")

    with subprocess.Popen([sys.executable, str(program)]) as parent:
        process = psutil.Process(parent.pid)
        helpers: list[psutil.Process] = []
        until = time.monotonic() + 30
        while not helpers and time.monotonic() < until:
            helpers = [
                each
                for each in process.children()
                if "spawn_main" in " ".join(each.cmdline())
            ]
            time.sleep(0.02)
        parent.kill()
    assert helpers

    _, alive = psutil.wait_procs(helpers, timeout=30)

    assert alive == []


def pids(numbers: Sequence[int]) -> tuple[int, ...]:
    return (os.getpid(),) * len(numbers)


def test_helpers_stay_from_one_round_to_the_next_and_end_at_the_end() -> None:
    jobs = [(number, 5 * MEGABYTE) for number in range(20)]

    with Readers() as readers:
        rounds = [list(readers.read_all(pids, jobs, never)) for _ in range(2)]
        seen = [{pid for _, part in each for pid in part} for each in rounds]

    assert len(seen[0] | seen[1]) <= multiprocessing.cpu_count()
    assert os.getpid() not in seen[0] | seen[1]
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("size", [1, 30 * MEGABYTE])
def test_work_that_is_cancelled_ends_early(size: int) -> None:
    jobs = [(number, size) for number in range(200)]
    looks = iter([False, True])

    with Readers() as readers:
        done = list(readers.read_all(double, jobs, lambda: next(looks, True)))

    assert 0 < len(done) < 200
