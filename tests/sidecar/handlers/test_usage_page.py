from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from unittest.mock import Mock

from support.pages import read_page
from support.rollouts import START, rollout
from threadbook.handlers.usage_page import Figures, usage_page
from threadbook.handlers.usage_words import Voice, duration
from threadbook.protocol.stats import StatsReadResponse
from threadbook.protocol.usage import AccountUsage, UsageReadResponse, UsageWindow
from threadbook.protocol.usage_page import UsagePageParams, UsageWords
from threadbook.watch.feed import Feed

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.pages import Element
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = START + HOUR


def page_of(context: Context, **params: object) -> Element:
    context.clock = lambda: NOW
    asked = UsagePageParams.model_validate(params)
    return read_page(asyncio.run(usage_page(context, asked)).html)


def section(page: Element, title: str) -> Element:
    [found] = [
        each
        for each in page.all("section")
        if [head.text for head in each.all("h2")] == [title]
    ]
    return found


def rows(element: Element) -> list[list[str]]:
    return [
        [cell.text for cell in row.all() if cell.tag in {"th", "td"}]
        for row in element.all("tr")
    ]


def with_windows(*windows: UsageWindow) -> Element:
    account = AccountUsage(
        at=NOW,
        windows=windows,
        plan="plus",
        limit_id=None,
        limited_until=None,
        source_thread_id=None,
    )
    usage = UsageReadResponse(account=account, days=(), scheduled=())
    return read_page(Figures(usage, NO_STATS, {}).page())


NO_STATS = StatsReadResponse(
    at=NOW,
    tasks=0,
    bytes=0,
    tokens=0,
    weighed_bytes=0,
    kinds=(),
    states=(),
    folders=(),
    models=(),
    ages=(),
    days=(),
    largest=(),
)


def test_windows_are_bars_with_how_much_time_is_over() -> None:
    page = with_windows(
        UsageWindow(
            used_percent=42.5, window_minutes=300, resets_at=NOW + 2 * HOUR, stale=False
        ),
        UsageWindow(
            used_percent=100, window_minutes=10080, resets_at=NOW + DAY, stale=False
        ),
        UsageWindow(used_percent=99, window_minutes=60, resets_at=NOW, stale=True),
    )

    short, week, gone = page.all("div", "window")
    assert "5-hour window43 %resets in 2 h 0 min" in short.text
    assert "60 % of the time has passed" in short.text
    assert [bar.attributes["style"] for bar in short.all("i")] == ["width:42.5%"]
    assert week.attributes["class"] == "window full"
    assert "7-day window" in week.text
    assert "resets in 24 h 0 min" in week.text
    assert "has reset; what is used now is not known" in gone.text
    assert "99" not in gone.text


def test_tokens_are_drawn_by_day_and_model_and_stand_in_a_table(
    home: CodexHome, opened: Opened
) -> None:
    for model, tokens, at in (
        ("m1", 1000, START),
        ("m2", 500, START),
        ("m1", 2000, START - 2 * DAY),
    ):
        rollout(home.root, model=model, at=at).user("hi").tokens(tokens).done()

    found = section(page_of(opened()), "Tokens by day and model")

    [table] = found.all("table")
    [chart] = found.all("div", "columns")
    heads, newest, oldest = rows(table)
    assert heads == ["Day", "m1", "m2", "Sum"]
    assert newest[1:] == ["1,000", "500", "1,500"]
    assert oldest[1:] == ["2,000", "0", "2,000"]
    assert f"{oldest[0]}: m1 2,000" in [each.text for each in chart.all("title")]
    assert len(chart.all("title")) == 30
    assert "3,500 tokens in 30 days" in chart.attributes["aria-label"]
    drawn = [each for each in chart.all("rect") if each.attributes["class"] != "hit"]
    assert len(drawn) == 3


def test_more_models_than_colours_share_the_last(
    home: CodexHome, opened: Opened
) -> None:
    for number in range(12):
        task = rollout(home.root, model=f"m{number:02}", at=START).user("hi")
        task.tokens(1000 - number).done()

    found = section(page_of(opened()), "Tokens by day and model")

    heads, row = rows(found.all("table")[0])
    assert heads[-2:] == ["Others", "Sum"]
    rest, everything = (sum(range(989, end)) for end in (994, 1001))
    assert row[-2:] == [f"{rest:,}", f"{everything:,}"]


def test_a_home_without_tasks_and_one_without_tokens_have_a_page(
    home: CodexHome, opened: Opened
) -> None:
    empty = page_of(opened())
    rollout(home.root, generation="legacy").user("hi").agent("ho").done()
    old = page_of(opened())

    assert "There are no tasks yet." in empty.text
    assert "With an API key there are none." in empty.text
    assert "No task of the last 30 days told" in old.text
    assert "Largest tasks" in old.text


def test_a_hostile_name_stays_text(home: CodexHome, opened: Opened) -> None:
    built = rollout(home.root, cwd='/w/<b>"shop"').user("<script>x</script>\u202e")
    built.done()
    link = "command:threadbook.open?%5B%22{threadId}%22%5D"

    page = page_of(opened(), taskLink=link)

    [task] = page.all("a")
    assert task.text == "<script>x</script>[U+202E]"
    assert task.attributes == {"href": link.replace("{threadId}", built.thread_id)}
    assert "/w" in page.text
    assert '<b>"shop"' in page.text
    assert not [each for each in page.all() if each.tag in {"script", "link", "img"}]


def test_the_page_speaks_the_reader_s_language(home: CodexHome, opened: Opened) -> None:
    rollout(home.root).user("hi").tokens(12_345).done()
    words = UsageWords(title="Codex-Nutzung", largest="Größte Aufgaben")

    page = page_of(
        opened(),
        language="de",
        words=words.model_dump(by_alias=True),
        thousands=".",
    )

    [root] = page.all("html")
    assert root.attributes["lang"] == "de"
    assert [each.text for each in page.all("h1")] == ["Codex-Nutzung"]
    assert section(page, "Größte Aufgaben").all("table")
    assert "12.345" in page.text


def test_durations_have_their_two_largest_units() -> None:
    words = Voice().words

    assert duration(1, words) == "1 min"
    assert duration(5 * HOUR + 1, words) == "5 h 1 min"
    assert duration(3 * DAY + 4 * HOUR, words) == "3 d 4 h"


def test_figures_that_will_grow_say_so(home: CodexHome, opened: Opened) -> None:
    rollout(home.root).user("hi").done()
    context = opened()
    growing = "Tasks are still being read: there will be more."

    def answer() -> tuple[bool, bool]:
        found = asyncio.run(usage_page(context, UsagePageParams()))
        return found.is_partial, growing in read_page(found.html).text

    context.feed = Mock(Feed, settled=False)
    assert answer() == (True, True)
    context.feed = Mock(Feed, settled=True)
    assert answer() == (False, False)
