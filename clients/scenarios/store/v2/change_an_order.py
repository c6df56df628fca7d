"""Customer service: lists orders, sends one elsewhere, cancels it, and is told when it is late."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from store_v2_client import Conflict, NotFound, Store, Unprocessable
from store_v2_client.models import (
    AddressInput,
    Order,
    OrderCreate,
    OrderLineCreate,
)

SINCE = "0.2.0"
E = TypeVar("E", bound=Exception)
MUG = UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
CUSTOMER = "cus_2h7d4s6w9x"


def run(store: Store) -> None:
    first, second = place(store), place(store)
    mine = store.orders.list_orders(customer_id=CUSTOMER, page_size=1)
    assert [order.id for order in mine.orders] == [second.id], "the latest first"
    assert isinstance(mine.next_cursor, str)
    more = store.orders.list_orders(customer_id=CUSTOMER, page_size=1, page_cursor=mine.next_cursor)
    assert [order.id for order in more.orders] == [first.id]

    moved = store.orders.change_shipping_address(first.id, body=address("Bundesplatz 3"))
    assert moved.shipping_address.line1 == "Bundesplatz 3"
    assert moved.status == "confirmed"
    far = refused(
        Unprocessable,
        lambda: store.orders.change_shipping_address(
            first.id, body=address("Base 1", country="AQ")
        ),
    )
    assert [each.code for each in far.problem.errors] == ["not_deliverable"]
    refused(
        NotFound,
        lambda: store.orders.change_shipping_address(NOWHERE, body=address("Bundesplatz 3")),
    )

    cancelled = store.orders.cancel_order(first.id)
    assert cancelled.status == "cancelled"
    assert store.orders.cancel_order(first.id) == cancelled
    over = refused(
        Conflict,
        lambda: store.orders.change_shipping_address(first.id, body=address("Bundesplatz 3")),
    )
    assert over.code == "order_not_changeable"
    refused(NotFound, lambda: store.orders.cancel_order(NOWHERE))
    gone = store.orders.list_orders(customer_id=CUSTOMER, status="cancelled")
    assert first.id in {order.id for order in gone.orders}

    sent = place(store, recipient="In Transit")
    late = refused(Conflict, lambda: store.orders.cancel_order(sent.id))
    assert late.code == "order_not_changeable"
    store.orders.cancel_order(second.id)


def place(store: Store, recipient: str = "Charles Babbage") -> Order:
    return store.orders.place_order(
        body=OrderCreate(
            customer_id=CUSTOMER,
            payment_method_id="pm_4t7v1x9b2c",
            lines=[OrderLineCreate(item_id=MUG, quantity=1)],
            shipping_address=address("Marktgasse 12", recipient=recipient),
        )
    )


def address(line1: str, *, recipient: str = "Charles Babbage", country: str = "CH") -> AddressInput:
    return AddressInput(
        recipient=recipient, line1=line1, postal_code="3011", city="Bern", country=country
    )


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
