"""A client of the running store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
def v2(store: Any, installed: None) -> Iterator[Any]:
    """The store through its package for consumers, version 2; what fails is not tried again."""
    from store_v2_client import Retries, Store

    with Store(store.url, token=store.token, retries=Retries(attempts=1)) as client:
        yield client


@pytest.fixture
def v1(store: Any, installed: None) -> Iterator[Any]:
    """The same for version 1."""
    from store_v1_client import Retries, Store

    with Store(store.url, token=store.token, retries=Retries(attempts=1)) as client:
        yield client


@pytest.fixture
def mug(v2: Any) -> Any:
    """A new item with a sku of its own: the response that created it."""
    return v2.items.create_item_response(body=new_item())


def new_item(**changes: Any) -> Any:
    """The body of an item, as the package has it."""
    from store_v2_client.models import ItemCreate

    return ItemCreate.from_dict(item_body(**changes))


def new_order(*item_ids: Any, **changes: Any) -> Any:
    """The body of an order, as the package has it."""
    from store_v2_client.models import OrderCreate

    return OrderCreate.from_dict(order_body(*map(str, item_ids), **changes))


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


@contextmanager
def refused(status: int, code: str) -> Iterator[Any]:
    """What the block calls is refused like this: gives what the exception was, `.value`."""
    import store_v1_client
    import store_v2_client

    with pytest.raises((store_v1_client.ApiError, store_v2_client.ApiError)) as raised:
        yield raised
    error: Any = raised.value
    assert (error.status, error.code) == (status, code), error.content
    assert error.headers["content-type"] == "application/problem+json"
    assert error.problem.type_ == f"/problems/{code}"


def problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of a reply, which must have this status and code, and a page that explains it."""
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert (reply.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"/problems/{code}"
    assert KINDS[code].status == status
    assert body["request_id"] == reply.headers["x-request-id"]
    return body
