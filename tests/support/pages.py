"""Reads exported HTML with Python's own parser: what a reader sees, what could act."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "img", "br", "hr", "wbr", "input", "link"})


@dataclass
class Element:
    """One element with all that is in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list["Element | str"])

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(
            child if isinstance(child, str) else child.text for child in self.children
        )

    def all(self, tag: str | None = None, kind: str | None = None) -> list[Element]:
        """Return the elements below of this tag and class, in their order."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, str):
                continue
            classes = child.attributes.get("class", "").split()
            if tag in {None, child.tag} and (kind is None or kind in classes):
                found.append(child)
            found += child.all(tag, kind)
        return found


def read_page(html: str) -> Element:
    """Parse a page; every element must be closed, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, [element.tag for element in reader.open]
    return reader.open[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed.tag == tag, (closed.tag, tag)

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
