"""Messages in their several shapes: texts, and references to their pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.items import Image
from threadbook.rollout.fields import (
    as_list,
    elided_size,
    objects,
    text_of,
)
from threadbook.rollout.records import Ignored, UserSaid
from threadbook.rollout.wrappers import is_wrapper, preview_of, without_context

if TYPE_CHECKING:
    from threadbook.rollout.fields import (
        Json,
    )
    from threadbook.rollout.records import Place, Record


def user_said(
    parts: list[Json],
    place: Place,
    *,
    item_id: object,
    told: bool,
    turn_id: str | None = None,
) -> Record:
    """Read a message of the user's from its parts; wrappers are ignored."""
    found = [text for part in parts if (text := text_of(part.get("text")))]
    written = [text for text in found if not is_wrapper(text)]
    images = tuple(image for part in parts if (image := _image_of(part)))
    if found and not written and not images:
        return Ignored("wrapper")
    text = "\n".join(written)
    shown = without_context(text)
    if not shown and not images and any("audio" in str(p.get("type")) for p in parts):
        shown = "[Audio]"
    shown = shown or _attached(text)
    return UserSaid(shown, images, place.item_id(item_id), told, turn_id)


def text_said(text: str | None) -> str | None:
    """Return what the user wrote, of a message that is one text; None: a wrapper."""
    if text is None:
        return ""
    if is_wrapper(text):
        return None
    return without_context(text) or _attached(text)


def _attached(text: str) -> str:
    # A request that only attaches files has no text of its own.
    return preview_of(text) if text else ""


def joined(parts: object) -> str:
    """Join the texts of a message's parts."""
    return "\n".join(
        text for part in objects(parts) if (text := text_of(part.get("text")))
    )


def image_at(address: object) -> Image | None:
    """Return a reference to a picture given as a data URL, an address or a path."""
    text = text_of(address)
    if text is None:
        return None
    if text.startswith("data:"):
        mime = text[5:80].split(";", 1)[0].split(",", 1)[0] or None
        return Image(mime, elided_size(text) or len(text))
    if text.startswith(("http://", "https://")):
        return Image(None, 0, url=text)
    return Image(None, 0, path=text.removeprefix("file://"))


def images_at(addresses: object) -> tuple[Image, ...]:
    """Return references to several pictures."""
    found = (image_at(address) for address in as_list(addresses))
    return tuple(image for image in found if image)


def _image_of(part: Json) -> Image | None:
    if "image" not in str(part.get("type")):
        return None
    return image_at(part.get("image_url") or part.get("url") or part.get("path"))
