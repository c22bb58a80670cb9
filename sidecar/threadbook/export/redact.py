"""Masks what should not leave the machine: secrets, and whose home folder it was."""

from __future__ import annotations

import dataclasses
import re
import string
from typing import TYPE_CHECKING, TypeVar, cast

from threadbook.export.kept import kept_shapes
from threadbook.export.secrets import SHAPES
from threadbook.items import Image, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from threadbook.export.secrets import Shape

_T = TypeVar("_T")

_NAME = r"[^\s/\\\"'`:;,<>|*?()\[\]{}$&=]+"
_HOMES = re.compile(
    # A page of a web site is no home folder, nor is `src/home/page.tsx`.
    r"(?P<address>https?://[^\s\"'`<>]+)"
    r"|(?:(?P<host>\b(?:vscode-[a-z]+|ssh|sftp|scp|rsync|smb)://[^\s/\"'`<>]*)"
    r"|(?<![\w.~@)\]}-])|(?<=\s-[A-Z]))"
    rf"(?:(?:/mnt)?/[a-z])?/(?:home|Users|export/home|var/home)/{_NAME}"
    rf"|(?<![A-Za-z])[A-Za-z]:(?P<slash>\\{{1,4}}|/)Users(?P=slash){_NAME}"
)
_MASK = re.compile(r"\[masked:[\w.-]+\][^\w\s]*")
_END = r"(?![\w.-]*\w)"
"""Behind the path of a home folder: not the rest of a longer name."""


class Redactor:
    """Masks texts, and counts what it masked."""

    def __init__(self, homes: Iterable[str] = ()) -> None:
        r"""Take the home folders that are not below `/home`, `/Users`, `C:\Users`."""
        self.masked = 0
        """How many places were masked so far."""
        known = sorted({home for home in homes if len(home) > 1}, key=len)
        self._homes = (
            re.compile(
                "|".join(
                    rf"(?<![\w.-]){re.escape(home)}{_END}" for home in reversed(known)
                )
            )
            if known
            else None
        )

    def text(self, text: str) -> str:
        """Return *text* with `[masked:...]` for secrets and `~` for home folders."""
        lowered = _lower(text)
        for shape in _shapes_for(lowered):
            masked = self._mask(text, lowered, shape)
            if masked is not text:
                text, lowered = masked, _lower(masked)
        if self._homes is not None:
            text = self._homes.sub(self._tilde, text)
        if "home/" in lowered or "users" in lowered:
            text = _HOMES.sub(self._tilde, text)
        return text

    def value(self, value: _T) -> _T:
        """Return *value* with every text in it masked: an item, or JSON.

        It goes through all fields, so that an item of a new kind can't be forgotten.
        """
        return cast("_T", self._value(value))

    def _value(self, value: object) -> object:
        match value:
            case str() if type(value) is str:
                return self.text(value)
            case Text():
                return self._text(value)
            case Image(url=str(url)) if url.startswith("data:"):
                # Base64 may look like anything.
                path = self.text(value.path) if value.path else None
                return dataclasses.replace(value, path=path)
            case _:
                return self._whole(value)

    def _text(self, value: Text) -> Text:
        text = self.text(value.text)
        # Of a cut text the size tells how much is missing.
        return Text(text, value.bytes if value.cut else len(text.encode()), value.cut)

    def _whole(self, value: object) -> object:
        if isinstance(value, tuple):
            return tuple(self._value(each) for each in cast("tuple[object]", value))
        if isinstance(value, list):
            return [self._value(each) for each in cast("list[object]", value)]
        if isinstance(value, dict):
            found = cast("dict[str, object]", value)
            return {key: self._value(each) for key, each in found.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = (field.name for field in dataclasses.fields(value))
            return type(value)(
                **{name: self._value(getattr(value, name)) for name in names}
            )
        return value

    def _mask(self, text: str, lowered: str, shape: Shape) -> str:
        parts: list[str] = []
        end = 0
        for match in shape.pattern.finditer(lowered if shape.any_case else text):
            start, behind = shape.span(match)
            if start >= end and _is_secret(shape, text, start, behind):
                parts += (text[end:start], f"[masked:{shape.name}]")
                end = behind
        if not parts:
            return text
        self.masked += len(parts) // 2
        return "".join((*parts, text[end:]))

    def _tilde(self, match: re.Match[str]) -> str:
        if match.groupdict().get("address"):
            return match[0]
        self.masked += 1
        return f"{match.groupdict().get('host') or ''}~"


def _shapes_for(lowered: str) -> Iterator[Shape]:
    """Yield what may be in a text: ours first, since their names say more."""
    for shape in SHAPES:
        if any(needle in lowered for needle in shape.needles):
            yield shape
    yield from kept_shapes(lowered)


def _is_secret(shape: Shape, text: str, start: int, end: int) -> bool:
    if shape.alone and start and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        return False
    if text.endswith("[masked:", 0, start):
        return False
    found = text[start:end]
    return _MASK.fullmatch(found) is None and (
        shape.accept is None or shape.accept(found)
    )


def _lower(text: str) -> str:
    """Return *text* in lower case, every character in its place."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text.translate(_LOWER)


_LOWER = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
