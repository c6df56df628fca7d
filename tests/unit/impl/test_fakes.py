"""The fakes, called over sockets: contract, keys, bad news, and what they remember."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from impl.fakes import ledger_path, running

KEY = "secret"
ORDER = "5e2a7c40-9b1d-4c8e-a3f6-7d0b2e4c6a81"
PAYMENT = {
    "order_id": ORDER,
    "customer_id": "cus_8f3k2m9q1z",
    "payment_method_id": "pm_4t7v1x9b2c",
    "amount": {"amount_minor": 3546, "currency": "EUR"},
}
RESERVATION = {"order_id": ORDER, "lines": [{"sku": "MUG-0001", "quantity": 2}]}
Call = Mapping[str, Any]


class Callers:
    """An httpx client for each service."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._clients = {
            service: httpx.AsyncClient(base_url=address, headers={"X-Api-Key": KEY})
            for service, address in addresses.items()
        }

    def __getitem__(self, service: str) -> httpx.AsyncClient:
        return self._clients[service]

    async def post(
        self, service: str, path: str, body: object, *, key: str = "key-1"
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key}
        return await self[service].post(path, json=body, headers=headers)


@pytest.fixture
async def call(state: Path) -> AsyncIterator[Callers]:
    async with running(state, api_key=KEY) as addresses:
        yield Callers(addresses)


def effects(state: Path, service: str) -> list[tuple[str, str, str, str]]:
    """Who, operation, subject and key of everything that was done, as an audit reads it."""
    with sqlite3.connect(ledger_path(state, service)) as connection:
        return connection.execute("SELECT who, operation, subject, key FROM effects").fetchall()


async def test_all_six_answer(call: Callers) -> None:
    """Each service answers a question on its own port."""
    paths = {
        "customers": "/customers",
        "pricing": "/quotes?customer_id=cus_8f3k2m9q1z",
        "inventory": "/stock?sku=MUG-0001&sku=OUT-0001",
        "payments": f"/payments?order_id={ORDER}",
        "shipping": f"/shipments?order_id={ORDER}",
        "notifications": f"/messages?order_id={ORDER}",
    }
    for service, path in paths.items():
        response = await call[service].get(path)
        assert response.status_code == 200, (service, response.text)
        assert isinstance(response.json()["items"], list)


async def test_asks_for_the_key(call: Callers) -> None:
    """Without the right API key nothing is answered."""
    for headers in ({}, {"X-Api-Key": "wrong"}):
        address = call["payments"].base_url
        async with httpx.AsyncClient(base_url=address, headers=headers) as stranger:
            response = await stranger.get(f"/payments?order_id={ORDER}")
        assert (response.status_code, response.json()["code"]) == (401, "unauthorized")


async def test_validates_what_it_is_sent(call: Callers, state: Path) -> None:
    """A body that breaks the contract is refused with its place, and has no effect."""
    body = PAYMENT | {"amount": {"amount_minor": -1, "currency": "EUR"}}
    response = await call.post("payments", "/payments", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/amount/amount_minor"
    assert (await call["payments"].post("/payments", json=PAYMENT)).status_code == 422
    assert effects(state, "payments") == []


async def test_a_key_works_once(call: Callers, state: Path) -> None:
    """The same key and body: the same answer and one effect. Another body: 409."""
    first = await call.post("payments", "/payments", PAYMENT)
    again = await call.post("payments", "/payments", PAYMENT)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.headers["Location"] == again.headers["Location"]
    other = await call.post("payments", "/payments", PAYMENT | {"customer_id": "cus_2h7d4s6w9x"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert effects(state, "payments") == [
        ("store", "authorizePayment", first.json()["id"], "key-1")
    ]


async def test_a_refusal_stays_one(call: Callers, state: Path) -> None:
    """A declined payment is declined again on the same key, with the same words."""
    body = PAYMENT | {"payment_method_id": "pm_declined01"}
    first = await call.post("payments", "/payments", body)
    again = await call.post("payments", "/payments", body)
    assert (first.status_code, first.json()["code"]) == (402, "payment_declined")
    assert first.json()["detail"] == again.json()["detail"]
    assert (await call.post("payments", "/payments", PAYMENT)).status_code == 409
    assert effects(state, "payments") == []


async def test_survives_its_process(state: Path) -> None:
    """Records and keys are there for the next process."""
    async with running(state, api_key=KEY) as addresses:
        first = await Callers(addresses).post("payments", "/payments", PAYMENT)
    async with running(state, api_key=KEY) as addresses:
        call = Callers(addresses)
        again = await call.post("payments", "/payments", PAYMENT)
        listed = await call["payments"].get(f"/payments?order_id={ORDER}")
    assert again.json() == first.json()
    assert [payment["id"] for payment in listed.json()["items"]] == [first.json()["id"]]


async def test_payment_is_captured_and_given_back_once(call: Callers, state: Path) -> None:
    """Capture and void may be repeated; each has one effect. What is void stays void."""
    path = (await call.post("payments", "/payments", PAYMENT)).headers["Location"]
    headers = {"Content-Type": "application/merge-patch+json"}
    for _ in range(2):
        patched = await call["payments"].patch(
            path, content=b'{"status":"captured"}', headers=headers
        )
        assert patched.json()["status"] == "captured"
    for _ in range(2):
        assert (await call["payments"].delete(path)).status_code == 204
    late = await call["payments"].patch(path, content=b'{"status":"captured"}', headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "payment_voided")
    assert [operation for _, operation, _, _ in effects(state, "payments")] == [
        "authorizePayment",
        "updatePayment",
        "voidPayment",
    ]


async def test_stock_comes_back(call: Callers) -> None:
    """What is reserved is missing from stock until it is released, once."""
    before = (await call["inventory"].get("/stock?sku=MUG-0001")).json()["items"][0]
    path = (await call.post("inventory", "/reservations", RESERVATION)).headers["Location"]
    held = (await call["inventory"].get("/stock?sku=MUG-0001")).json()["items"][0]
    assert held["available"] == before["available"] - 2
    for _ in range(2):
        assert (await call["inventory"].delete(path)).status_code == 204
    assert (await call["inventory"].get("/stock?sku=MUG-0001")).json()["items"][0] == before


async def test_all_lines_or_none(call: Callers, state: Path) -> None:
    """What is short is named line by line, and nothing is set aside."""
    lines = [{"sku": "MUG-0001", "quantity": 1}, {"sku": "OUT-0001", "quantity": 1}]
    refused = await call.post("inventory", "/reservations", {"order_id": ORDER, "lines": lines})
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_stock")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/lines/1/quantity"]
    assert effects(state, "inventory") == []


async def test_customers(call: Callers) -> None:
    """Created once, found by e-mail in any case, patched, listed page by page."""
    body = {"first_name": "Grace", "last_name": "Hopper", "email": "Grace@Example.com"}
    created = await call.post("customers", "/customers", body)
    taken = await call.post("customers", "/customers", body, key="key-2")
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    found = await call["customers"].get("/customers?email=grace@example.com")
    assert found.json()["items"] == [created.json()]
    headers = {"Content-Type": "application/merge-patch+json"}
    patched = await call["customers"].patch(
        created.headers["Location"], content=b'{"status":"blocked"}', headers=headers
    )
    assert patched.json() == created.json() | {"status": "blocked"}

    seen, path = [], "/customers?limit=1"
    while path:
        page = (await call["customers"].get(path)).json()
        seen += [customer["first_name"] for customer in page["items"]]
        cursor = page.get("next_cursor")
        path = f"/customers?limit=1&cursor={cursor}" if cursor else ""
    assert seen == ["Grace", "Charles", "Ada"]
    forged = await call["customers"].get("/customers?cursor=forged")
    assert forged.json()["errors"][0]["code"] == "invalid_cursor"
