"""A checkout: orders, pays once, tells the customer why not, and reads what was ordered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4

from store_v2_client import Conflict, NotFound, PaymentRequired, Store, Unprocessable
from store_v2_client.models import (
    AddressInput,
    ItemCreate,
    MoneyInput,
    OrderCreate,
    OrderDetailed,
    OrderLineCreate,
    OrderMinimal,
    OrderStandard,
)

SINCE = "0.1.0"
E = TypeVar("E", bound=Exception)
MUG = UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


def run(store: Store) -> None:
    key = str(uuid4())
    placed = store.orders.place_order_response(body=two_mugs(), idempotency_key=key)
    order = placed.parsed
    assert order is not None
    assert placed.status_code == 201
    assert order.status == "confirmed"
    assert order.lines[0].line_total.amount_minor == 2 * 1490
    assert order.total.amount_minor == 3221, "tax of 8.1 %, rounded to whole cents"
    again = store.orders.place_order(body=two_mugs(), idempotency_key=key)
    assert again.id == order.id, "the same key is the same order"
    other = refused(
        Conflict,
        lambda: store.orders.place_order(body=two_mugs(quantity=3), idempotency_key=key),
    )
    assert other.code == "idempotency_key_reused"

    small = store.orders.get_order(order.id, view="minimal")
    assert isinstance(small, OrderMinimal)
    assert small.total == order.total
    read = store.orders.get_order(order.id)
    assert isinstance(read, OrderStandard)
    assert (read.lines, read.shipping_address) == (order.lines, order.shipping_address)
    whole = store.orders.get_order(order.id, view="detailed")
    assert isinstance(whole, OrderDetailed)
    sections = (whole.customer, whole.quote, whole.reservation, whole.payment, whole.shipment)
    assert all(each.status == "available" for each in sections)
    refused(NotFound, lambda: store.orders.get_order(NOWHERE))

    declined = refused(PaymentRequired, lambda: order_with(store, method="pm_declined1"))
    assert declined.code == "payment_declined"
    assert errors(store, customer="cus_nobody000") == ["customer_unknown"]
    assert errors(store, customer="cus_blocked01") == ["customer_blocked"]
    assert errors(store, method="pm_unknown01") == ["payment_method_unknown"]
    assert errors(store, item=NOWHERE) == ["item_unknown"]

    rare = store.items.create_item(
        body=ItemCreate(
            sku="OUT-0001",
            name="Rare stamp",
            category="toys",
            price=MoneyInput(amount_minor=100, currency="EUR"),
        )
    )
    out = refused(Conflict, lambda: order_with(store, item=rare.id))
    assert out.code == "out_of_stock"
    store.items.delete_item(rare.id)


def two_mugs(
    *,
    item: UUID = MUG,
    customer: str = "cus_8f3k2m9q1z",
    method: str = "pm_4t7v1x9b2c",
    quantity: int = 2,
) -> OrderCreate:
    return OrderCreate(
        customer_id=customer,
        payment_method_id=method,
        lines=[OrderLineCreate(item_id=item, quantity=quantity)],
        shipping_address=AddressInput(
            recipient="Ada Lovelace",
            line1="Marktgasse 12",
            postal_code="3011",
            city="Bern",
            country="CH",
        ),
    )


def order_with(
    store: Store,
    *,
    item: UUID = MUG,
    customer: str = "cus_8f3k2m9q1z",
    method: str = "pm_4t7v1x9b2c",
) -> object:
    return store.orders.place_order(
        body=two_mugs(item=item, customer=customer, method=method), idempotency_key=str(uuid4())
    )


def errors(
    store: Store,
    *,
    item: UUID = MUG,
    customer: str = "cus_8f3k2m9q1z",
    method: str = "pm_4t7v1x9b2c",
) -> list[str]:
    refusal = refused(
        Unprocessable, lambda: order_with(store, item=item, customer=customer, method=method)
    )
    return [each.code for each in refusal.problem.errors]


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What `call` is refused with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"not refused with {kind.__name__}")
