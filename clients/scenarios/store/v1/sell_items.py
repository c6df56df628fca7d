"""A till from before version 2: lists, creates, changes and removes items."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from store_v1_client import (
    Conflict,
    NotFound,
    PreconditionFailed,
    Store,
    Unprocessable,
)
from store_v1_client.models import ItemCreate, ItemPatch

SINCE = "0.2.0"
E = TypeVar("E", bound=Exception)
MUG = UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


def run(store: Store) -> None:
    mug = store.items.get_item_response(MUG)
    assert mug.parsed is not None
    assert (mug.parsed.price_cents, mug.parsed.currency) == (1490, "EUR")
    first = store.items.list_items(limit=2)
    assert isinstance(first.next_, str)
    second = store.items.list_items(limit=2, cursor=first.next_)
    assert not {item.id for item in first.data} & {item.id for item in second.data}
    assert {each.category for each in store.items.iter_items(category="books")} == {"books"}
    forged = refused(Unprocessable, lambda: store.items.list_items(cursor="forged.cursor"))
    assert [each.code for each in forged.problem.errors] == ["invalid_cursor"]

    ball = ItemCreate(sku="SCN-0101", name="Ball", category="toys", price_cents=799, currency="EUR")
    made = store.items.create_item_response(body=ball)
    item, etag = made.parsed, made.headers["etag"]
    assert item is not None
    assert made.headers["location"].endswith(f"/{item.id}")
    assert refused(Conflict, lambda: store.items.create_item(body=ball)).code == "sku_taken"
    changed = store.items.update_item(item.id, body=ItemPatch(price_cents=649), if_match=etag)
    assert (changed.price_cents, changed.name) == (649, "Ball")
    red = ItemPatch(name="Red ball")
    refused(PreconditionFailed, lambda: store.items.update_item(item.id, body=red, if_match=etag))
    assert store.items.update_item(item.id, body=red).name == "Red ball", "If-Match is a choice"
    refused(PreconditionFailed, lambda: store.items.delete_item(item.id, if_match=etag))
    store.items.delete_item(item.id)
    assert refused(NotFound, lambda: store.items.get_item(item.id)).code == "not_found"
    refused(NotFound, lambda: store.items.delete_item(item.id))
    refused(NotFound, lambda: store.orders.get_order(NOWHERE))


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
