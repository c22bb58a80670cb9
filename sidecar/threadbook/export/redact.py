"""Masks what should not leave the machine: secrets, and whose home folder it was."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, TypeVar, cast

from threadbook.export.secrets import SHAPES
from threadbook.items import Image, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_MASK = re.compile(r"\[[\w. ]+ masked\]")
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
        """Return *text* with `[... masked]` for secrets and `~` for home folders."""
        lowered = text.lower()
        for shape in SHAPES:
            if any(needle in lowered for needle in shape.needles):
                text = self._mask(text, shape)
        if "/" in text or "\\" in text:
            if self._homes is not None:
                text = self._homes.sub(self._tilde, text)
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

    def _mask(self, text: str, shape: Shape) -> str:
        whole = 0 if "secret" not in shape.pattern.groupindex else "secret"

        def mask(match: re.Match[str]) -> str:
            found = match[whole]
            if _MASK.fullmatch(found) or (shape.accept and not shape.accept(found)):
                return match[0]
            self.masked += 1
            first = match.start(whole) - match.start()
            behind = match[0][first + len(found) :]
            return f"{match[0][:first]}[{shape.name} masked]{behind}"

        return shape.pattern.sub(mask, text)

    def _tilde(self, match: re.Match[str]) -> str:
        if match.groupdict().get("address"):
            return match[0]
        self.masked += 1
        return f"{match.groupdict().get('host') or ''}~"
