"""What every match of a regular expression must contain, so that files can be chosen.

Reads the expression with Python's own parser, of which the names are not documented:
where they should be other ones, nothing is required, and every file is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_parser: Any = getattr(re, "_parser", None)
_ops: Any = getattr(re, "_constants", None)


def required(text: str) -> str:
    """Return the longest run of letters that is part of every match; "" if none.

    Raises:
        re.error: *text* is no regular expression.
    """
    try:
        tree = _parser.parse(text, re.MULTILINE)
        if tree.state.flags & re.IGNORECASE:
            return ""
        return max("".join(_letters(tree)).split("\0"), key=len)
    except (AttributeError, TypeError, ValueError):
        return ""


def _letters(tree: Any) -> Iterator[str]:  # noqa: ANN401 - undocumented
    """Yield the letters that stand side by side; NUL where anything may stand."""
    for op, argument in tree:
        if op is _ops.LITERAL:
            yield chr(argument)
        elif op is _ops.SUBPATTERN and not argument[1]:
            yield from _letters(argument[3])
        elif op is _ops.MAX_REPEAT and argument[0] > 0:
            # At least once: before and behind it may stand more of the same.
            yield "\0"
            yield from _letters(argument[2])
            yield "\0"
        elif op is not _ops.AT:
            yield "\0"
