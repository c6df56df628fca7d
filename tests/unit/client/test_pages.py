"""All items of all pages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from accord.client.pages import each, each_async
from accord.client.values import UNSET

_PAGES: dict[Any, Any] = {
    UNSET: SimpleNamespace(items=[1, 2], meta=SimpleNamespace(next="b")),
    "b": SimpleNamespace(items=UNSET, meta=SimpleNamespace(next="c")),
    "c": SimpleNamespace(items=[3], meta=UNSET),
    "loop": SimpleNamespace(items=[4], meta=SimpleNamespace(next="loop")),
}
_STEPS = ("items",), ("meta", "next")


def test_pages_are_read_as_they_are_needed() -> None:
    """From where one wants, to where no cursor leads on."""
    asked: list[Any] = []

    def page(cursor: Any) -> Any:
        asked.append(cursor)
        return _PAGES[cursor]

    items = each(page, UNSET, *_STEPS)
    assert next(items) == 1
    assert asked == [UNSET]
    assert list(items) == [2, 3]
    assert asked == [UNSET, "b", "c"]
    assert list(each(page, "c", *_STEPS)) == [3]


def test_a_page_that_leads_to_itself_is_the_last() -> None:
    """A service that repeats itself does not keep its callers for ever."""
    assert list(each(_PAGES.__getitem__, "loop", *_STEPS)) == [4]


async def test_the_same_for_asyncio() -> None:
    """One page at a time."""

    async def page(cursor: Any) -> Any:
        return _PAGES[cursor]

    assert [item async for item in each_async(page, UNSET, *_STEPS)] == [1, 2, 3]
