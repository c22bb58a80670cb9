from __future__ import annotations

import time
from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout
from threadbook.book.annotations import Book, book_path
from threadbook.book.schedules import Schedule, Schedules
from threadbook.cli.main import main
from threadbook.cli.output import span
from threadbook.ids import ThreadId

if TYPE_CHECKING:
    from threadbook.home import CodexHome

HOUR = 3600


def run(home: CodexHome, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--codex-home", str(home.root), *arguments])
    code = ended.value.code
    assert isinstance(code, int)
    return code


def limited_task(home: CodexHome) -> str:
    now = int(time.time())
    built = rollout(home.root, at=(now - 60) * 1000)
    built.user("mend the till").tokens(1200)
    built.hit_limit(resets_at=now + 2 * HOUR).done()
    return built.thread_id


def test_limits_say_what_is_used_until_when_and_what_waits(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    thread_id = limited_task(home)
    book = Book(book_path(home))
    at = int(time.time() + 3 * HOUR) * 1000
    Schedules(book).put(
        Schedule(
            thread_id=ThreadId(thread_id),
            at=at,
            when_reset=True,
            attempts=2,
            created_at=1,
        )
    )
    book.close()

    assert run(home, "limits") == 0
    shown = capsysbinary.readouterr().out.decode()
    assert run(home, "limits", "--json") == 0
    usage = orjson.loads(capsysbinary.readouterr().out)

    assert "100 %" in shown
    assert "Limited: goes on" in shown
    assert "(in 2h)" in shown or "(in 1h 59m)" in shown
    assert "mend the till" in shown
    assert "tried 2 times" in shown
    assert "1,200" in shown
    assert usage["account"]["windows"][0]["usedPercent"] == 100.0
    assert usage["account"]["sourceThreadId"] == thread_id
    assert usage["scheduled"][0]["at"] == at


def test_a_home_without_figures_says_so(
    home: CodexHome, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(home, "limits") == 0

    assert b"No task was told of usage windows" in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "spelt"),
    [
        (-5, "0s"),
        (0, "0s"),
        (59, "59s"),
        (61, "1m 1s"),
        (3600, "1h"),
        (3601, "1h"),
        (17_999, "4h 59m"),
        (604_799, "6d 23h"),
    ],
)
def test_a_span_is_spelt_by_its_two_largest_units(seconds: int, spelt: str) -> None:
    assert span(seconds * 1000) == spelt
