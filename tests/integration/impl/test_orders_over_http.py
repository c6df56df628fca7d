"""Orders over a socket, with the six fakes behind the store, through the packages that consumers
install."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.impl.conftest import new_item, new_order, problem, refused


def test_an_order_goes_through_six_services(v2: Any, mug: Any) -> None:
    """Confirmed at once; the detailed view has a section of each of them."""
    body = new_order(mug.parsed.id, note="Please ring twice.")
    placed = v2.orders.place_order_response(body=body)
    assert placed.status_code == 201
    order = placed.parsed
    assert order.status == "confirmed"
    (line,) = order.lines
    assert line.line_total.to_dict() == {"amount_minor": 2980, "currency": "EUR"}
    assert placed.headers["location"] == f"/v2/orders/{order.id}"

    standard = v2.orders.get_order(order.id)
    assert standard.to_dict() == order.to_dict() | {"view": "standard"}
    minimal = v2.orders.get_order(order.id, view="minimal")
    assert minimal.to_dict().keys() == {"view", "id", "status", "total"}
    # The customer is told once the order is confirmed, and nobody waits for that.
    until = time.monotonic() + 10
    while True:
        detailed = v2.orders.get_order_response(order.id, view="detailed")
        if detailed.parsed.messages.data:
            break
        assert time.monotonic() < until
        time.sleep(0.05)
    assert "etag" not in detailed.headers
    details = detailed.parsed
    sections = ("customer", "quote", "reservation", "payment", "shipment", "messages")
    assert {getattr(details, name).status for name in sections} == {"available"}
    assert details.reservation.data.status == "confirmed"
    assert details.payment.data.status == "captured"
    assert details.payment.data.amount == order.total
    assert [message.template for message in details.messages.data] == ["order_confirmed"]


def test_v1_shows_the_order_with_the_customers_name(v1: Any, v2: Any, mug: Any) -> None:
    """One name, amounts in cents."""
    order = v2.orders.place_order(body=new_order(mug.parsed.id))
    older = v1.orders.get_order(order.id)
    assert older.customer_name == "Ada Lovelace"
    assert older.total_cents == order.total.amount_minor


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"payment_method_id": "pm_declined1"}, 402, "payment_declined", None),
        ({"payment_method_id": "pm_unknown01"}, 422, "payment_method_unknown", "payment_method_id"),
        ({"customer_id": "cus_nobody0000"}, 422, "customer_unknown", "customer_id"),
        ({"customer_id": "cus_blocked00"}, 422, "customer_blocked", "customer_id"),
    ],
)
def test_refusals(
    v2: Any, mug: Any, changes: dict[str, str], status: int, code: str, pointer: str | None
) -> None:
    """Each with its code and the step that refused; repeated, the same again."""
    key, body = uuid4().hex, new_order(mug.parsed.id, **changes)
    for _ in range(2):
        with refused(status, code if pointer is None else "validation_failed") as refusal:
            v2.orders.place_order(body=body, idempotency_key=key)
        said = refusal.value.problem
        assert said.to_dict()["step"]
        if pointer is not None:
            (error,) = said.errors
            assert (error.code, error.pointer) == (code, f"/{pointer}")


def test_out_of_stock(v2: Any) -> None:
    """409, naming the line."""
    item = v2.items.create_item(body=new_item(sku=f"OUT-{uuid4().hex[:8].upper()}"))
    with refused(409, "out_of_stock") as refusal:
        v2.orders.place_order(body=new_order(item.id))
    assert [error.pointer for error in refusal.value.problem.errors] == ["/lines/0"]


def test_unknown_items(v2: Any) -> None:
    """422, naming each."""
    with refused(422, "validation_failed") as refusal:
        v2.orders.place_order(body=new_order(uuid4()))
    assert refusal.value.problem.errors[0].pointer == "/lines/0/item_id"


def test_ten_times_the_same_request_is_one_order(v2: Any, mug: Any) -> None:
    """At once, with one key: one order and one payment."""
    from store_v2_client import Conflict

    key, body = uuid4().hex, new_order(mug.parsed.id)

    def place(_: int) -> Any:
        try:
            return v2.orders.place_order(body=body, idempotency_key=key).id
        except Conflict as error:
            return error

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(place, range(10)))
    conflicts = [each for each in outcomes if isinstance(each, Conflict)]
    assert len({each for each in outcomes if each not in conflicts}) == 1
    for conflict in conflicts:
        assert (conflict.code, conflict.retry_after) == ("idempotency_in_progress", 1)


def test_an_order_of_nobody(v2: Any, http: httpx.Client) -> None:
    """404, and 422 for what is no id."""
    with refused(404, "not_found"):
        v2.orders.get_order(uuid4())
    problem(http.get("/v2/orders/nonsense"), 422, "validation_failed")
