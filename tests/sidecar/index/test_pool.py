from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING

import pytest

from threadbook.index.pool import read_all

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    done = list(read_all(double, jobs, never))

    assert [number for batch, _ in done for number in batch] == list(range(40))
    assert all(results == double(batch) for batch, results in done)


def test_what_a_helper_died_over_is_done_without_it() -> None:
    jobs = [(number, 5 * MEGABYTE) for number in range(20)]

    done = list(read_all(double_or_die, jobs, never))

    assert [result for _, results in done for result in results] == [
        2 * number for number in range(20)
    ]


@pytest.mark.parametrize("size", [1, 30 * MEGABYTE])
def test_work_that_is_cancelled_ends_early(size: int) -> None:
    jobs = [(number, size) for number in range(200)]
    looks = iter([False, True])

    done = list(read_all(double, jobs, lambda: next(looks, True)))

    assert 0 < len(done) < 200
