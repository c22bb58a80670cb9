"""Page tokens: opaque to whoever gets them, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from threadbook.errors import InvalidCursorError


def encode_token(content: list[str | int]) -> str:
    """Make a token."""
    raw = json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_token(token: str) -> Any:  # noqa: ANN401 - the caller looks what it is
    """Read a token.

    Raises:
        InvalidCursorError: it is none of ours.
    """
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        return json.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise InvalidCursorError from error
