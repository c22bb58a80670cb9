"""Who said what, read back from an export by other means than its writer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from markdown_it import MarkdownIt

from support.pages import read_page

if TYPE_CHECKING:
    from collections.abc import Callable


def messages(form: str, content: str) -> list[str]:
    """Read who said what back from a document, in order."""
    read: dict[str, Callable[[str], list[str]]] = {
        "md": _in_markdown,
        "html": _in_page,
        "json": _in_json,
        "jsonl": _in_lines,
    }
    return read[form](content)


def _in_markdown(content: str) -> list[str]:
    said: list[str] = []
    who = ""
    for token in MarkdownIt("commonmark").parse(content):
        if token.type == "heading_open":
            who = ""
        elif token.type == "inline" and token.content.startswith(("**User", "**Agent")):
            who = token.content.split("**")[1].lower()
        elif token.type == "inline" and who and token.level <= 2:
            said.append(f"{who}: {token.content}")
    return said


def _in_page(content: str) -> list[str]:
    return [
        f"{article.attributes['class'].split()[0]}: "
        f"{article.all(kind='prose')[0].text.strip()}"
        for article in read_page(content).all("article")
    ]


def _in_json(content: str) -> list[str]:
    turns = orjson.loads(content)["turns"]
    return [said for turn in turns for item in turn["items"] for said in _said(item)]


def _in_lines(content: str) -> list[str]:
    items = [orjson.loads(line)["item"] for line in content.splitlines()]
    return [said for item in items for said in _said(item)]


def _said(item: dict[str, Any]) -> list[str]:
    who = {"userMessage": "user", "agentMessage": "agent"}.get(item["type"])
    return [f"{who}: {item['text']['text']}"] if who else []
