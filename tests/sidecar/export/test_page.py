from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.pages import read_page
from threadbook.export.document import Document, Entry, Fact, Step
from threadbook.export.page import POLICY, write_page
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    Divider,
    FileChange,
    FileDiff,
    Image,
    ImageView,
    Notice,
    Plan,
    PlanStep,
    Reasoning,
    Review,
    RunStatus,
    Stop,
    StopKind,
    SubAgent,
    Text,
    ToolCall,
    Turn,
    TurnStatus,
    UnknownItem,
    UserMessage,
    WebSearch,
)

if TYPE_CHECKING:
    from support.pages import Element
    from threadbook.items import (
        Item,
    )

PIXEL = "data:image/png;base64,iVBORw0KGgo="
ACTIVE = frozenset(
    {"script", "iframe", "object", "embed", "form", "base", "link", "svg", "input"}
)


def text(value: str, *, bytes_in_all: int | None = None) -> Text:
    size = len(value.encode())
    return Text(value, bytes_in_all or size, cut=bytes_in_all is not None)


def page(*items: Item, title: str = "A task", turn: Turn | None = None) -> Element:
    turn = turn or Turn("t", 1, TurnStatus.COMPLETED)
    document = Document(title, (Fact("Folder", "/w"),), (), (Step(turn, items),))
    return read_page("".join(write_page(document)))


def prose(markdown: str) -> Element:
    [card] = page(AgentMessage(item_id="a", text=text(markdown))).all(kind="prose")
    return card


HOSTILE = (
    "<script>alert(1)</script>",
    "</script></style></pre></details></main><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\tscript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:x)",
    "[click](command:workbench.action.terminal.new)",
    "[click](file:///etc/passwd)",
    "[click](//evil.example/x)",
    "<javascript:alert(1)>",
    "![x](http://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x"onerror="alert(1)](y)',
    '[a](http://x "t\\" onclick=\\"alert(1)")',
    "[x]: javascript:alert(1)\n\n[x]",
    '```js" onmouseover="alert(1)\ncode\n```',
    "```\nnever closed <script>alert(1)</script>",
    "> " * 300 + "deep",
    "[" * 3000,
    "*" * 3000 + "a" + "_" * 3000,
    "<!-- comment",
    "<![CDATA[ x",
    "&lt;script&gt;",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\u202egnp.exe\u202c",
    "null \x00 and bell \x07",
    "| a |\n|---|\n| <script>alert(1)</script> |",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_content_is_harmless_wherever_it_stands(hostile: str) -> None:
    value = text(hostile)
    image = Image(hostile, 1, hostile, hostile)
    diff = FileDiff(hostile, hostile, value, hostile)
    found = page(
        UserMessage(item_id="1", text=value, images=(image,)),
        AgentMessage(item_id="2", text=value),
        Reasoning(item_id="3", text=value),
        CommandExecution(item_id="4", command=hostile, cwd=hostile, output=value),
        FileChange(item_id="5", changes=(diff,)),
        ToolCall(
            item_id="6", server=hostile, tool=hostile, arguments=value, result=value
        ),
        WebSearch(item_id="7", query=hostile),
        Plan(item_id="8", steps=(PlanStep(hostile, hostile),), text=value),
        ImageView(item_id="9", image=image),
        Review(item_id="10", entered=False, text=value),
        SubAgent(item_id="11", action=hostile, thread_ids=(hostile,), prompt=value),
        Divider(item_id="12", kind=hostile, text=hostile),
        Notice(item_id="13", level=hostile, text=value, code=hostile),
        UnknownItem(item_id="14", kind=hostile, raw=value),
        title=hostile,
        turn=Turn(
            "t",
            1,
            TurnStatus.FAILED,
            model=hostile,
            stop=Stop(StopKind.ERROR, hostile),
        ),
    )

    elements = found.all()
    assert not {element.tag for element in elements} & ACTIVE
    assert not [
        name for each in elements for name in each.attributes if name.startswith("on")
    ]
    assert all(
        each.attributes["href"].lower().startswith(("http://", "https://", "mailto:"))
        for each in elements
        if "href" in each.attributes
    )
    assert not [each for each in elements if "src" in each.attributes]
    assert len(found.all("section")) == 1
    assert not set("\x1b\x00\x07\u202e\u202c") & set(found.text)


def test_the_page_forbids_scripts_and_every_address() -> None:
    [policy] = [
        meta
        for meta in page().all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]

    assert policy.attributes["content"] == POLICY
    assert "default-src 'none'" in POLICY
    assert "script-src" not in POLICY


def test_hidden_characters_are_spelled_out() -> None:
    [shown] = page(UserMessage(item_id="u", text=text("a\u202eb"))).all(kind="typed")

    assert shown.text == "a[U+202E]b"


def test_markdown_is_rendered() -> None:
    shown = prose("# Head\n\n- one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    assert [each.text for each in shown.all("li")] == ["one", "two"]
    assert [each.text for each in shown.all("td")] == ["1", "2"]
    assert shown.all("h1")[0].text == "Head"
    assert shown.all("strong")[0].text == "two"


def test_code_is_coloured_and_complete() -> None:
    shown = prose('```python\ndef f(a):\n    return "<b>"\n```')

    [code] = shown.all("code")
    assert code.text == 'def f(a):\n    return "<b>"\n'
    assert code.all("span", "k")


def test_links_lead_to_the_web_and_to_nothing_else() -> None:
    shown = prose("[web](https://x.example/a) [file](/w/app.py#L3) [rel](docs/a.md)")

    [link] = shown.all("a")
    assert link.attributes["href"] == "https://x.example/a"
    assert "noreferrer" in link.attributes["rel"]
    assert [each.text for each in shown.all("span", "file")] == ["file", "rel"]


def test_a_remote_picture_is_named_and_not_loaded() -> None:
    shown = prose("![chart](https://x.example/c.png)")

    assert shown.text.strip() == "[chart: https://x.example/c.png]"


def test_what_the_user_typed_is_shown_as_typed() -> None:
    typed = "# not a head\n  two  spaces <tag> *stars*\n\n```\nopen"

    [shown] = page(UserMessage(item_id="u", text=text(typed))).all(kind="typed")

    assert shown.text == typed


def test_only_pictures_become_pictures() -> None:
    def shown(url: str | None, path: str | None = None) -> Element:
        return page(ImageView(item_id="i", image=Image("image/png", 9, path, url)))

    [picture] = shown(PIXEL).all("img")
    assert picture.attributes["src"] == PIXEL
    for url in (
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:text/html;base64,PHN2Zz4=",
        f'{PIXEL}" onload="x',
        "https://x.example/a.png",
    ):
        assert shown(url).all("img") == []
    assert "/w/a.png" in shown(None, "/w/a.png").text


def test_a_command_shows_its_exit_code_duration_and_output() -> None:
    found = page(
        CommandExecution(
            item_id="c",
            command="make\nmake test",
            status=RunStatus.FAILED,
            exit_code=2,
            duration_ms=75_000,
            output=text("\x1b[1mfailed\x1b[0m at 1\r\n"),
        )
    )

    [command] = found.all("details", "command")
    [summary] = command.all("summary")
    assert summary.text.split() == [
        "$",
        "make",
        "…",
        "exit",
        "2",
        "1",
        "min",
        "15",
        "s",
    ]
    assert [pre.text for pre in command.all("pre")] == [
        "make\nmake test\n",
        "failed at 1\n",
    ]


def test_a_huge_output_keeps_its_head_and_its_tail() -> None:
    output = "".join(f"line {number}\n" for number in range(100_000))

    found = page(CommandExecution(item_id="c", command="seq", output=text(output)))

    head, tail = found.all("pre")
    [gap] = found.all(kind="gap")
    assert head.text.startswith("line 0\n")
    assert tail.text.endswith("line 99999\n")
    assert gap.text.endswith("left out")
    assert len(head.text) + len(tail.text) < len(output) / 2


def test_a_text_that_stayed_cut_says_so() -> None:
    found = page(AgentMessage(item_id="a", text=text("begin", bytes_in_all=5_000_005)))

    assert [gap.text for gap in found.all(kind="gap")] == ["5.0 MB left out"]


def test_a_diff_counts_and_colours_its_lines() -> None:
    diff = FileDiff(
        "/w/a.py", "update", text("@@ -1 +1,2 @@\n-old\n+new\n+more\n same\n")
    )

    [change] = page(FileChange(item_id="f", changes=(diff,))).all("details", "change")

    assert [each.text for each in change.all("span", "add")] == ["+new\n", "+more\n"]
    assert [each.text for each in change.all("span", "del")] == ["-old\n"]
    assert change.all("span", "plus")[0].text == "+2"
    assert change.all("span", "minus")[0].text == "\u22121"


def test_steps_are_listed_when_there_are_several() -> None:
    entries = tuple(Entry(number, f"<i>{number}") for number in range(1, 5))
    steps = [Step(Turn("t", n, TurnStatus.COMPLETED), ()) for n in range(1, 5)]

    found = read_page("".join(write_page(Document("x", (), entries, steps))))

    links = [(a.attributes["href"], a.text) for a in found.all("nav")[0].all("a")]
    assert links == [(f"#step-{n}", f"<i>{n}") for n in range(1, 5)]
    places = [each.attributes["id"] for each in found.all("section")]
    assert places == [f"step-{n}" for n in range(1, 5)]


def test_why_a_step_stopped_is_said() -> None:
    stop = Stop(StopKind.USAGE_LIMIT, "You've hit it", resets_at=1_790_000_000_000)

    found = page(turn=Turn("t", 1, TurnStatus.FAILED, stop=stop))

    [notice] = found.all(kind="notice")
    assert notice.text == (
        "Stopped (usageLimit, resets 2026-09-21 14:13 UTC): You've hit it"
    )
