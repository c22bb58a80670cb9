"""Puts pictures into the items that refer to them, for an export that has them."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from threadbook.items import ImageView, UserMessage
from threadbook.rollout.pictures import locate_pictures, read_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from threadbook.items import Image, Item
    from threadbook.rollout.types import TurnSpan

_LARGEST: Final = 32 << 20
_HEAD: Final = 16


class Illustrator:
    """Finds the pictures of one turn, once it is asked for any."""

    def __init__(self, span: TurnSpan) -> None:
        self._span = span

    def illustrate(self, item: Item) -> Item:
        """Return *item* with its pictures as data URLs, as far as they are there."""
        if isinstance(item, UserMessage) and item.images:
            return replace(item, images=self._filled(item.item_id, item.images))
        if isinstance(item, ImageView):
            (image,) = self._filled(item.item_id, (item.image,))
            return replace(item, image=image)
        return item

    @cached_property
    def _lines(self) -> dict[str, int]:
        return locate_pictures(self._span)

    def _filled(self, item_id: str, images: Sequence[Image]) -> tuple[Image, ...]:
        offset = self._lines.get(item_id)
        found = [] if offset is None else read_pictures(self._span.path, offset)
        if len(found) != len(images):
            # Some are only names of files: those that are not take what there is.
            rest = iter(found)
            found = [None if _is_named(each) else next(rest, None) for each in images]
        return tuple(
            replace(image, url=url or _read_file(image.path) or image.url)
            for image, url in zip(images, found, strict=True)
        )


def _is_named(image: Image) -> bool:
    return image.path is not None or image.url is not None


def _read_file(name: str | None) -> str | None:
    """Return a local picture as a data URL; None for anything that is none."""
    if name is None:
        return None
    path = Path(name)
    try:
        if not path.is_absolute() or not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD)
            mime = _mime(head)
            rest = file.read(_LARGEST) if mime else b""
    except (OSError, ValueError):
        return None
    if mime is None or len(rest) == _LARGEST:
        return None
    return f"data:{mime};base64,{base64.b64encode(head + rest).decode()}"


def _mime(head: bytes) -> str | None:
    """Tell a picture by its first bytes: a name proves nothing."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return None
