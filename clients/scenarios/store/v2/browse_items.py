"""A shop window: pages of items in several orders, one department at a time, forwards and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from store_v2_client import Store, Unprocessable

SINCE = "0.2.0"
E = TypeVar("E", bound=Exception)


def run(store: Store) -> None:
    first = store.items.list_items(page_size=5, include_total=True)
    assert len(first.items) == 5
    assert isinstance(first.total_count, int)
    moments = [item.created_at for item in first.items]
    assert moments == sorted(moments, reverse=True), "the latest come first unless asked otherwise"
    assert all(moment.tzinfo is not None for moment in moments)

    assert isinstance(first.next_cursor, str)
    second = store.items.list_items(page_size=5, page_cursor=first.next_cursor)
    assert not {item.id for item in first.items} & {item.id for item in second.items}
    assert isinstance(second.prev_cursor, str)
    back = store.items.list_items(page_size=5, page_cursor=second.prev_cursor)
    assert [item.id for item in back.items] == [item.id for item in first.items]

    kitchen = list(store.items.iter_items(category="kitchen", page_size=2))
    assert {item.category for item in kitchen} == {"kitchen"}
    assert {item.sku for item in kitchen} >= {"MUG-0001", "PAN-0002", "KNF-0003"}

    by_name = store.items.list_items(sort="name", page_size=100).items
    assert [item.name for item in by_name] == sorted(item.name for item in by_name)
    dearest = store.items.list_items(sort="-price", page_size=3).items
    amounts = [item.price.amount_minor for item in dearest]
    assert amounts == sorted(amounts, reverse=True)
    everything = store.items.list_items()
    assert everything.next_cursor or len(everything.items) <= 20

    forged = refused(Unprocessable, lambda: store.items.list_items(page_cursor="forged.cursor"))
    assert forged.code == "validation_failed"
    assert [each.code for each in forged.problem.errors] == ["invalid_cursor"]
    other = refused(
        Unprocessable,
        lambda: store.items.list_items(sort="sku", page_cursor=first.next_cursor),
    )
    assert [each.code for each in other.problem.errors] == ["invalid_cursor"]
    refused(Unprocessable, lambda: store.items.list_items(page_size=101))


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
