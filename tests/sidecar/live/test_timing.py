from __future__ import annotations

import pytest

from threadbook.live.timing import Timing, some_jitter

NOON = 1_800_000_000_000
MINUTE = 60_000
TIMING = Timing(lambda: NOON, lambda: 7)


def test_one_goes_on_a_little_after_the_reset_even_when_that_is_long_past() -> None:
    assert TIMING.after_reset(NOON + 5) == NOON + 5 + 7
    assert TIMING.after_reset(NOON - MINUTE) == NOON + 7
    assert all(1_000 <= some_jitter() <= 10_000 for _ in range(50))


@pytest.mark.parametrize(
    ("failures", "resets_in", "waits"),
    [
        (1, 5, 12),
        (1, None, MINUTE),
        (2, 5, 2 * MINUTE),
        (2, 9 * MINUTE, 9 * MINUTE + 7),
        (4, None, 8 * MINUTE),
    ],
)
def test_a_reset_is_believed_once_and_then_it_is_tried_less_and_less_often(
    failures: int, resets_in: int | None, waits: int
) -> None:
    resets_at = NOON + resets_in if resets_in is not None else None

    assert TIMING.next_attempt(failures, resets_at) == NOON + waits


def test_what_could_not_begin_is_tried_again_sooner() -> None:
    waits = [TIMING.after_hindrance(failures) - NOON for failures in (1, 2, 3)]

    assert waits == [MINUTE // 4, MINUTE // 2, MINUTE]
