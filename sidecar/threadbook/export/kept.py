"""Secrets' shapes that gitleaks keeps: tokens of some 200 services.

`scripts/take_gitleaks_rules.py` writes `gitleaks.json` from a release. A rule is
compiled when a text first holds one of its needles.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from threadbook.export.secrets import Shape, is_no_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Rule(TypedDict):
    id: str
    pattern: str
    needles: list[str]
    entropy: float
    allowed: list[str]


def kept_shapes(lowered: str) -> Iterator[Shape]:
    """Yield the shapes that a text in lower case may hold."""
    for place, rule in enumerate(_rules()):
        if any(needle in lowered for needle in rule["needles"]):
            yield _shape(place)


@cache
def _rules() -> list[_Rule]:
    text = Path(__file__).with_name("gitleaks.json").read_text(encoding="utf-8")
    return json.loads(text)["rules"]


@cache
def _shape(place: int) -> Shape:
    rule = _rules()[place]
    allowed = [re.compile(pattern) for pattern in rule["allowed"]]

    def accept(found: str) -> bool:
        return (
            is_no_placeholder(found)
            and entropy(found) >= rule["entropy"]
            and not any(pattern.search(found) for pattern in allowed)
        )

    return Shape(
        rule["id"], re.compile(rule["pattern"]), tuple(rule["needles"]), accept
    )


def entropy(text: str) -> float:
    """Return how many bits a character of *text* tells (Shannon)."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
