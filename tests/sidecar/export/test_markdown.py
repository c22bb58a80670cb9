from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from threadbook.export.document import Document, Fact, Step
from threadbook.export.markdown import write_markdown
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    FileChange,
    FileDiff,
    Image,
    Plan,
    PlanStep,
    RunStatus,
    Text,
    Turn,
    TurnStatus,
    UserMessage,
)

if TYPE_CHECKING:
    from threadbook.items import (
        Item,
    )


def text(value: str) -> Text:
    return Text(value, len(value.encode()))


def written(*items: Item, title: str = "A task") -> str:
    turn = Turn("t", 1, TurnStatus.COMPLETED)
    last = Step(Turn("t2", 2, TurnStatus.COMPLETED), (agent("the end"),))
    facts = (Fact("Folder", "/w/a_b"),)
    document = Document(title, facts, (), (Step(turn, items), last))
    return "".join(write_markdown(document))


def agent(value: str) -> AgentMessage:
    return AgentMessage(item_id="a", text=text(value))


def headings(markdown: str) -> list[str]:
    """Return the headings, as another reader of Markdown sees them."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    return [
        tokens[index + 1].content
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
        and token.tag in {"h1", "h2"}
        and not token.level
    ]


BREAKING = (
    "```\nnever closed",
    "~~~~js\nnever closed\n~~~",
    "````\n```\nshorter inside",
    "<!-- never closed",
    "<details><summary>never closed",
    "text <script>x",
    "<pre>\n\n",
    "<![CDATA[",
    "<?php",
    "`<b>` and <b>",
    "[x]: http://a",
    "a\n===",
    "> quote\n```",
    "    <div>indented",
)


@pytest.mark.parametrize("hostile", BREAKING)
def test_no_message_breaks_out_of_its_place(hostile: str) -> None:
    markdown = written(
        UserMessage(item_id="u", text=text(hostile)),
        agent(hostile),
        CommandExecution(item_id="c", command=hostile, output=text(hostile)),
        title=hostile,
    )

    assert headings(markdown)[-1] == "Step 2"
    assert markdown.endswith("the end\n")
    tokens = MarkdownIt("commonmark").parse(markdown)
    shown = [token.content for token in tokens if token.type == "inline"]
    assert shown[-1] == "the end"
    ours = ("<details>", "</details>", "<summary>")
    assert all(
        token.content.startswith(ours) for token in tokens if token.type == "html_block"
    )


def test_what_the_agent_wrote_stays_markdown() -> None:
    answer = (
        "Use `<b>` and **bold**:\n\n```html\n<b>raw & bold</b>\n```\n\n"
        "1 < 2 <https://x.example>"
    )

    assert answer in written(agent(answer))


def test_what_the_user_wrote_is_a_quote() -> None:
    markdown = written(UserMessage(item_id="u", text=text("one\n\ntwo")))

    assert "**User**\n\n> one\n>\n> two\n" in markdown


def test_an_output_is_fenced_whatever_it_holds() -> None:
    output = "```\n````\n</details>\n"

    markdown = written(CommandExecution(item_id="c", command="x", output=text(output)))

    [fence] = [
        token
        for token in MarkdownIt("commonmark").parse(markdown)
        if token.type == "fence" and token.info == "text"
    ]
    assert fence.content == output


def test_a_long_output_keeps_its_head_and_its_tail() -> None:
    output = "".join(f"line {number}\n" for number in range(5_000))

    markdown = written(
        CommandExecution(item_id="c", command="x", exit_code=1, output=text(output))
    )

    assert "line 0\n" in markdown
    assert "line 4999\n" in markdown
    assert "left out" in markdown
    assert "Output · exit 1" in markdown
    assert len(markdown) < 8_000


def test_diffs_plans_and_pictures_have_their_forms() -> None:
    diff = FileDiff("/w/a`b.py", "move", text("-a\n+b\n"), "/w/c.py")
    picture = Image("image/png", 3, url="data:image/png;base64,AAAA")
    markdown = written(
        UserMessage(
            item_id="u", text=text("see"), images=(picture, Image("image/png", 2048))
        ),
        Plan(
            item_id="p", steps=(PlanStep("a", "completed"), PlanStep("b*", "pending"))
        ),
        FileChange(item_id="f", changes=(diff,), status=RunStatus.DECLINED),
    )

    assert "![picture](data:image/png;base64,AAAA)" in markdown
    assert "*[picture: image/png, 2.0 KB]*" in markdown
    assert "- [x] a\n- [ ] b\\*\n" in markdown
    assert "*declined*" in markdown
    assert "**move** ``/w/a`b.py`` → `/w/c.py`" in markdown
    assert "```diff\n-a\n+b\n```" in markdown


def test_facts_are_just_text() -> None:
    markdown = written(title="a * b <c> [d](e)")

    assert headings(markdown)[0] == "a \\* b \\<c\\> \\[d\\](e)"
    assert "- **Folder**: /w/a\\_b\n" in markdown
