"""An operator: sees what is stuck, and goes on only with what is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from store_v2_client import Conflict, NotFound, Store, Unprocessable
from store_v2_client.models import AddressInput, OrderCreate, OrderLineCreate

SINCE = "0.3.0"
E = TypeVar("E", bound=Exception)
MUG = UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


def run(store: Store) -> None:
    assert store.parked_orders.list_parked_orders(page_size=1).orders == []
    forged = refused(
        Unprocessable,
        lambda: store.parked_orders.list_parked_orders(page_cursor="forged.cursor"),
    )
    assert [each.code for each in forged.problem.errors] == ["invalid_cursor"]

    order = store.orders.place_order(
        body=OrderCreate(
            customer_id="cus_8f3k2m9q1z",
            payment_method_id="pm_4t7v1x9b2c",
            lines=[OrderLineCreate(item_id=MUG, quantity=1)],
            shipping_address=AddressInput(
                recipient="Ada Lovelace",
                line1="Marktgasse 12",
                postal_code="3011",
                city="Bern",
                country="CH",
            ),
        )
    )
    fine = refused(Conflict, lambda: store.parked_orders.resume_parked_order(order.id))
    assert fine.code == "order_not_parked"
    refused(NotFound, lambda: store.parked_orders.resume_parked_order(NOWHERE))
    store.orders.cancel_order(order.id)


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
