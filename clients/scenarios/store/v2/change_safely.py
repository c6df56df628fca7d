"""A mobile app: does not wait for orders, asks only for what is new, and overwrites nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from store_v2_client import PreconditionFailed, Store
from store_v2_client.models import AddressInput, OrderCreate, OrderLineCreate, OrderStandard

SINCE = "0.5.0"
E = TypeVar("E", bound=Exception)
MUG = UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")
BERN = AddressInput(
    recipient="Ada Lovelace", line1="Marktgasse 12", postal_code="3011", city="Bern", country="CH"
)
ASYNC = "respond-async"


def run(store: Store) -> None:
    placed = store.orders.place_order_response(
        body=OrderCreate(
            customer_id="cus_8f3k2m9q1z",
            payment_method_id="pm_4t7v1x9b2c",
            lines=[OrderLineCreate(item_id=MUG, quantity=1)],
            shipping_address=BERN,
            note="Please ring twice.",
        ),
        prefer=ASYNC,
    )
    begun = placed.parsed
    assert begun is not None
    assert (placed.status_code, begun.status) == (202, "pending")
    assert placed.headers["preference-applied"] == ASYNC
    read = store.orders.get_order_response(begun.id)
    while isinstance(read.parsed, OrderStandard) and read.parsed.status == "pending":
        read = store.orders.get_order_response(begun.id)
    order, etag = read.parsed, read.headers["etag"]
    assert isinstance(order, OrderStandard)
    assert order.status == "confirmed"

    same = store.orders.get_order_response(order.id, if_none_match=etag)
    assert (same.status_code, same.parsed) == (304, None)
    elsewhere = AddressInput(
        recipient="Ada Lovelace",
        line1="Bundesplatz 3",
        postal_code="3005",
        city="Bern",
        country="CH",
    )
    moved = store.orders.change_shipping_address_response(order.id, body=elsewhere, if_match=etag)
    assert moved.headers["etag"] != etag
    refused(
        PreconditionFailed,
        lambda: store.orders.change_shipping_address(order.id, body=BERN, if_match=etag),
    )
    refused(PreconditionFailed, lambda: store.orders.cancel_order(order.id, if_match=etag))
    ended = store.orders.cancel_order(order.id, if_match=moved.headers["etag"])
    assert ended.status == "cancelled"


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
