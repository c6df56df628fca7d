"""A client of the running store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from impl.problems import KINDS


@pytest.fixture
def http(store: Any) -> Iterator[httpx.Client]:
    """Calls the store with a token that may do everything."""
    headers = {"authorization": f"Bearer {store.token}"}
    with httpx.Client(base_url=store.url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def mug(http: httpx.Client) -> httpx.Response:
    """A new item with a sku of its own: the reply that created it."""
    return http.post("/v2/items", json=item_body())


def item_body(**changes: Any) -> dict[str, Any]:
    return {
        "sku": f"MUG-{uuid4().hex[:12].upper()}",
        "name": "Stoneware mug",
        "description": "Holds 350 ml.",
        "category": "kitchen",
        "tags": ["gift", "stoneware", "gift"],
        "price": {"amount_minor": 1490, "currency": "EUR"},
    } | changes


def order_body(*item_ids: str, **changes: Any) -> dict[str, Any]:
    return {
        "customer_id": "cus_8f3k2m9q1z",
        "payment_method_id": "pm_4t7v1x9b2c",
        "lines": [{"item_id": item_id, "quantity": 2} for item_id in item_ids],
        "shipping_address": {
            "recipient": "Ada Lovelace",
            "line1": "Marktgasse 12",
            "postal_code": "3011",
            "city": "Bern",
            "country": "CH",
        },
    } | changes


def problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of a reply, which must have this status and code, and a page that explains it."""
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert (reply.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"/problems/{code}"
    assert KINDS[code].status == status
    assert body["request_id"] == reply.headers["x-request-id"]
    return body
