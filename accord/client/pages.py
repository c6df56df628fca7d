"""All items of an operation that answers page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any

from .values import UNSET

Steps = Sequence[str]
"""The attributes that lead from a page to what it holds: `("meta", "next")`."""


def each(page: Callable[[Any], Any], start: Any, items: Steps, following: Steps) -> Iterator[Any]:
    """The items of every page. `page` gets one by its cursor, which is found at `following` of
    the page before; `start` is the first. It ends where there is no cursor, or the same again."""
    cursor = start
    while True:
        found = page(cursor)
        yield from _at(found, items) or ()
        before, cursor = cursor, _at(found, following)
        if not cursor or cursor == before:
            return


async def each_async(
    page: Callable[[Any], Awaitable[Any]], start: Any, items: Steps, following: Steps
) -> AsyncIterator[Any]:
    """The same for asyncio."""
    cursor = start
    while True:
        found = await page(cursor)
        for item in _at(found, items) or ():
            yield item
        before, cursor = cursor, _at(found, following)
        if not cursor or cursor == before:
            return


def _at(value: Any, steps: Steps) -> Any:
    for step in steps:
        if value is None or value is UNSET:
            return None
        value = getattr(value, step)
    return value
