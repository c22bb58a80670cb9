"""What a search of the index finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.index.types import SearchQuery

if TYPE_CHECKING:
    from threadbook.index.tasks import Index
    from threadbook.index.types import Hit


def hits(index: Index, text: str, **options: object) -> tuple[Hit, ...]:
    page = index.search(SearchQuery(text, **options))  # type: ignore[arg-type]
    assert page.total >= len(page.hits)
    return page.hits


def turns(index: Index, text: str) -> list[int]:
    return sorted(hit.turn for hit in hits(index, text))
