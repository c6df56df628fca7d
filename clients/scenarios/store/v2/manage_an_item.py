"""A back office: creates an item, changes it without losing others' changes, removes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4

from store_v2_client import (
    Conflict,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Store,
    Unprocessable,
)
from store_v2_client.models import ItemCreate, ItemPatch, ItemStandard, MoneyInput, MoneyPatch

SINCE = "0.3.0"
E = TypeVar("E", bound=Exception)
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


def run(store: Store) -> None:
    lamp = ItemCreate(
        sku="SCN-0001",
        name="Reading lamp",
        description="Bends.\nSwitches.",
        category="office",
        tags=["light", "gift", "light"],
        price=MoneyInput(amount_minor=3995, currency="EUR"),
    )
    key = str(uuid4())
    made = store.items.create_item_response(body=lamp, idempotency_key=key)
    item = made.parsed
    assert made.status_code == 201
    assert item is not None
    assert made.headers["location"].endswith(f"/{item.id}")
    assert item.tags == ["light", "gift"]
    assert item.created_at == item.updated_at
    read = store.items.get_item(item.id)
    assert isinstance(read, ItemStandard)
    assert (read.name, read.tags) == (item.name, item.tags)

    again = store.items.create_item(body=lamp, idempotency_key=key)
    assert again.id == item.id, "the same key is the same item"
    taken = refused(Conflict, lambda: store.items.create_item(body=lamp))
    assert taken.code == "sku_taken"
    wrong = ItemCreate(
        sku="x", name="", category="office", price=MoneyInput(amount_minor=-1, currency="euro")
    )
    invalid = refused(Unprocessable, lambda: store.items.create_item(body=wrong))
    assert {each.pointer for each in invalid.problem.errors} == {
        "/sku",
        "/name",
        "/price/amount_minor",
        "/price/currency",
    }

    etag = made.headers["etag"]
    rename = ItemPatch(name="Reading lamp, bent", price=MoneyPatch(amount_minor=2995))
    changed = store.items.update_item_response(item.id, body=rename, if_match=etag)
    now = changed.parsed
    assert now is not None
    assert (now.name, now.price.amount_minor, now.price.currency) == (rename.name, 2995, "EUR")
    assert now.description == lamp.description
    assert changed.headers["etag"] != etag
    refused(
        PreconditionFailed, lambda: store.items.update_item(item.id, body=rename, if_match=etag)
    )
    refused(PreconditionRequired, lambda: store.items.update_item(item.id, body=rename))
    refused(NotFound, lambda: store.items.update_item(NOWHERE, body=rename, if_match="*"))
    plain = store.items.update_item(item.id, body=ItemPatch(description=None), if_match="*")
    assert not plain.description
    same = store.items.update_item_response(item.id, body=ItemPatch(), if_match="*")
    assert same.parsed == plain

    refused(PreconditionFailed, lambda: store.items.delete_item(item.id, if_match=etag))
    store.items.delete_item(item.id)
    refused(NotFound, lambda: store.items.delete_item(item.id))
    gone = refused(NotFound, lambda: store.items.get_item(item.id))
    assert gone.code == "not_found"


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
