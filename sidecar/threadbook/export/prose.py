"""Markdown of the agent's to HTML that can do nothing.

No markup of its own, no address other than the web's, nothing fetched.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import (
    get_lexer_by_name,  # pyright: ignore[reportUnknownVariableType]
)
from pygments.util import ClassNotFound

from threadbook.export.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_LONGEST: Final = 400_000
"""Longer messages are logs somebody pasted: shown as they are."""
_LONGEST_CODE: Final = 40_000
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")


def render(markdown: str) -> str:
    """Return the HTML of a message."""
    text = plain(markdown)
    if len(text) > _LONGEST:
        return f"<pre>{escape(text)}</pre>\n"
    tokens = _reader().parse(text)
    _tame(tokens)
    return _reader().renderer.render(tokens, _reader().options, {})


def render_code(code: str, language: str) -> str:
    """Return the HTML of *code*, coloured when its language is known."""
    if language and len(code) <= _LONGEST_CODE:
        try:
            lexer = get_lexer_by_name(language)
        except ClassNotFound:
            return escape(code)
        return highlight(code, lexer, HtmlFormatter[str](nowrap=True))
    return escape(code)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted})
    reader.enable(["table", "strikethrough"])
    reader.validateLink = _is_address  # type: ignore[method-assign]
    return reader


def _highlighted(code: str, language: str, attributes: str) -> str:
    del attributes
    name = language if _LANGUAGE.fullmatch(language) else ""
    return f"<pre><code>{render_code(code, name.lower())}</code></pre>"


def _is_address(url: str) -> bool:
    """Say whether Markdown's link syntax makes a link; else it stays as written."""
    address = url.strip()
    return _WEB.match(address) is not None or _SCHEME.match(address) is None


def _tame(tokens: Sequence[Token]) -> None:
    """Make links to files plain text, and pictures links: nothing is ever loaded."""
    for token in tokens:
        if token.children:
            token.children = _tamed(token.children)


def _tamed(children: Sequence[Token]) -> list[Token]:
    tamed: list[Token] = []
    closing: list[str] = []
    for token in children:
        if token.type == "link_open":
            closing.append(_open_link(token))
        elif token.type == "link_close":
            token.tag = closing.pop()
        elif token.type == "image":
            _replace_image(token)
        tamed.append(token)
    return tamed


def _open_link(token: Token) -> str:
    address = str(token.attrs.get("href", ""))
    if _WEB.match(address):
        token.attrs = {"href": address, "rel": "noopener noreferrer nofollow"}
    else:
        token.tag = "span"
        token.attrs = {"class": "file", "title": address}
    return token.tag


def _replace_image(token: Token) -> None:
    name = token.content or "picture"
    token.type, token.tag, token.children = "text", "", None
    token.content = f"[{name}: {token.attrs.get('src', '')}]"
    token.attrs = {}
