"""An import: creates and changes items by the hundred, and is told which of them are wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from store_v2_client import Conflict, PreconditionFailed, Store, Unprocessable
from store_v2_client.models import (
    ItemChange,
    ItemCreate,
    ItemPatch,
    ItemsCreate,
    ItemsPatch,
    MoneyInput,
)

SINCE = "0.2.0"
E = TypeVar("E", bound=Exception)
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


def run(store: Store) -> None:
    drafts = [draft(number) for number in (11, 12, 13)]
    items = store.items.create_items(body=ItemsCreate(items=drafts)).items
    assert [item.sku for item in items] == [each.sku for each in drafts], "in the order sent"

    taken = refused(
        Conflict, lambda: store.items.create_items(body=ItemsCreate(items=[draft(14), draft(12)]))
    )
    assert taken.code == "sku_taken"
    assert [each.pointer for each in taken.problem.errors] == ["/items/1/sku"]
    twice = refused(
        Unprocessable,
        lambda: store.items.create_items(body=ItemsCreate(items=[draft(14), draft(14)])),
    )
    assert "sku_repeated" in {each.code for each in twice.problem.errors}
    assert "SCN-0014" not in {
        item.sku for item in store.items.iter_items(sort="sku", page_size=100)
    }

    changes = [change(item.id, f"Box {index}") for index, item in enumerate(items)]
    changed = store.items.update_items(body=ItemsPatch(items=changes[::-1])).items
    assert [item.name for item in changed] == ["Box 2", "Box 1", "Box 0"]
    stale = ItemsPatch(
        items=[ItemChange(id=items[0].id, etag='"of-another"', patch=ItemPatch(name="Crate"))]
    )
    refused(PreconditionFailed, lambda: store.items.update_items(body=stale))
    unknown = refused(
        Unprocessable,
        lambda: store.items.update_items(body=ItemsPatch(items=[change(NOWHERE, "x")])),
    )
    assert [each.code for each in unknown.problem.errors] == ["item_unknown"]

    for item in items:
        store.items.delete_item(item.id)


def draft(number: int) -> ItemCreate:
    return ItemCreate(
        sku=f"SCN-{number:04}",
        name=f"Crate {number}",
        category="toys",
        price=MoneyInput(amount_minor=100 * number, currency="EUR"),
    )


def change(id: UUID, name: str) -> ItemChange:
    return ItemChange(id=id, etag="*", patch=ItemPatch(name=name))


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
