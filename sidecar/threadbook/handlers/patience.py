"""Patience: waiting for tasks that the index does not know yet, on the loop.

A window that comes up asks for its tasks before the first scan has met them, and what
began just now is noticed a moment later. Workers are few, and lists need them: whoever
waited on one would keep the others from their answers.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from threadbook.errors import ThreadNotFoundError
from threadbook.handlers.context import UnknownYetError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_T = TypeVar("_T")

_SHORTEST_S, _LONGEST_S = 0.02, 0.25
"""How long to wait between two looks: the longer, the longer it takes already."""


async def patiently(look: Callable[[], Awaitable[_T]]) -> _T:
    """Do what needs a task; do it again as long as that may still turn up.

    Raises:
        ThreadNotFoundError: it did not.
    """
    since: dict[float, float] = {}
    while True:
        try:
            return await look()
        except UnknownYetError as error:
            now = time.monotonic()
            waited = now - since.setdefault(error.seconds, now)
            if waited >= error.seconds:
                raise
        await asyncio.sleep(min(_LONGEST_S, _SHORTEST_S + waited / 4))


async def until_known(context: Context, thread_ids: Collection[str]) -> None:
    """Wait until all of these are known, or those missing will not come any more."""

    def look() -> None:
        hopes = {each: context.patience(each) for each in thread_ids}
        known = {row.thread_id for row in context.index.rows(thread_ids)}
        for each, seconds in hopes.items():
            if seconds and each not in known:
                raise UnknownYetError(each, seconds)

    with suppress(ThreadNotFoundError):
        await patiently(lambda: asyncio.to_thread(look))


async def find(context: Context, wanted: str) -> TaskRow:
    """Find the task that a client means, waiting while it may still turn up.

    Raises:
        ThreadNotFoundError: none fits.
        AmbiguousTaskError: several do.
    """
    return await patiently(lambda: asyncio.to_thread(context.resolve, wanted))
