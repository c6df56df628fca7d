"""Orders over a socket, with the six fakes behind the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.impl.conftest import item_body, order_body, problem


def place(http: httpx.Client, body: dict[str, Any], key: str | None = None) -> httpx.Response:
    return http.post("/v2/orders", json=body, headers={"idempotency-key": key or uuid4().hex})


def test_an_order_goes_through_six_services(http: httpx.Client, mug: httpx.Response) -> None:
    """Confirmed at once; the detailed view has a section of each of them."""
    placed = place(http, order_body(mug.json()["id"], note="Please ring twice."))
    assert placed.status_code == 201
    order = placed.json()
    assert order["status"] == "confirmed"
    (line,) = order["lines"]
    assert line["line_total"] == {"amount_minor": 2980, "currency": "EUR"}

    path = placed.headers["location"]
    assert http.get(path).json() == order | {"view": "standard"}
    assert set(http.get(path, params={"view": "minimal"}).json()) == {
        "view",
        "id",
        "status",
        "total",
    }
    detailed = http.get(path, params={"view": "detailed"})
    assert "etag" not in detailed.headers
    details = detailed.json()
    sections = ("customer", "quote", "reservation", "payment", "shipment", "messages")
    assert {details[name]["status"] for name in sections} == {"available"}
    assert details["reservation"]["data"]["status"] == "confirmed"
    assert details["payment"]["data"]["status"] == "captured"
    assert details["payment"]["data"]["amount"] == order["total"]
    assert [message["template"] for message in details["messages"]["data"]] == ["order_confirmed"]


def test_v1_shows_the_order_with_the_customers_name(
    http: httpx.Client, mug: httpx.Response
) -> None:
    """One name, amounts in cents."""
    order = place(http, order_body(mug.json()["id"])).json()
    older = http.get(f"/v1/orders/{order['id']}").json()
    assert older["customer_name"] == "Ada Lovelace"
    assert older["total_cents"] == order["total"]["amount_minor"]


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
    http: httpx.Client,
    mug: httpx.Response,
    changes: dict[str, str],
    status: int,
    code: str,
    pointer: str | None,
) -> None:
    """Each with its code and the step that refused; repeated, the same again."""
    key, body = uuid4().hex, order_body(mug.json()["id"], **changes)
    for _ in range(2):
        reply = place(http, body, key)
        said = problem(reply, status, code if pointer is None else "validation_failed")
        assert said["step"]
        if pointer is not None:
            (error,) = said["errors"]
            assert (error["code"], error["pointer"]) == (code, f"/{pointer}")


def test_out_of_stock(http: httpx.Client) -> None:
    """409, naming the line."""
    item = http.post("/v2/items", json=item_body(sku=f"OUT-{uuid4().hex[:8].upper()}")).json()
    said = problem(place(http, order_body(item["id"])), 409, "out_of_stock")
    assert [error["pointer"] for error in said["errors"]] == ["/lines/0"]


def test_unknown_items(http: httpx.Client) -> None:
    """422, naming each."""
    said = problem(place(http, order_body(str(uuid4()))), 422, "validation_failed")
    assert said["errors"][0]["pointer"] == "/lines/0/item_id"


def test_ten_times_the_same_request_is_one_order(http: httpx.Client, mug: httpx.Response) -> None:
    """At once, with one key: one order and one payment."""
    key, body = uuid4().hex, order_body(mug.json()["id"])
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: place(http, body, key), range(10)))
    assert {reply.status_code for reply in replies} <= {201, 409}
    orders = {reply.json()["id"] for reply in replies if reply.status_code == 201}
    assert len(orders) == 1
    for reply in replies:
        if reply.status_code == 409:
            problem(reply, 409, "idempotency_in_progress")
            assert reply.headers["retry-after"] == "1"


def test_an_order_of_nobody(http: httpx.Client) -> None:
    """404, and 422 for what is no id."""
    problem(http.get(f"/v2/orders/{uuid4()}"), 404, "not_found")
    problem(http.get("/v2/orders/nonsense"), 422, "validation_failed")
