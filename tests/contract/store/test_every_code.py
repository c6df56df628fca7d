"""Every status that the contracts list is one that the store can answer: for each operation, a
request that gets it, and an answer that is what the contract says.

A status that is added to a contract fails here until somebody shows how it is reached.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from impl import dependencies
from impl.auth import tokens_of
from impl.domain.errors import TimedOut, Unavailable
from impl.domain.money import Money
from impl.domain.orders import Address, Order, OrderLine, OrderStatus
from impl.settings import Settings
from tests.contract.store.here import HOUR, Local, running_here
from tests.contract.store.requests import Operation, Request, example, operations
from tests.integration.impl.conftest import item_body, order_body

LISTED = [(operation, status) for operation in operations() for status in operation.statuses]


class Store:
    """A client of a store: it sends what is given, and keeps nothing."""

    def __init__(self, running: Any) -> None:
        self.url = running.url
        self.token = running.token
        self._http = httpx.Client(base_url=self.url, timeout=30)

    def send(self, request: Request, token: str | None = "") -> httpx.Response:
        headers = dict(request.headers)
        if token is not None:
            headers["authorization"] = f"Bearer {token or self.token}"
        return self._http.request(
            request.method, request.path, params=request.query, headers=headers,
            content=request.body,
        )  # fmt: skip

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        request = Request(method, path, {"content-type": "application/json"})
        if body is not None:
            request = replace(request, body=json.dumps(body).encode())
        return self.send(request.having(**headers))

    def close(self) -> None:
        self._http.close()


# --- stores: the real one, and one in this process whose services can be replaced


@pytest.fixture(scope="module")
def real(store: Any) -> Iterator[Store]:
    client = Store(store)
    yield client
    client.close()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """One whose services can be replaced, and that does not wait for bodies."""
    with running_here(tmp_path_factory.mktemp("here"), body_timeout=0.2) as local:
        yield local


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """One that answers a caller once."""
    with running_here(tmp_path_factory.mktemp("strict"), rate_limit=1) as local:
        for _ in range(3):  # by address, by principal, once too often
            reply = Store(local).json("GET", "/v2/items")
        assert reply.status_code == 429
        yield local


# --- refusals that are the same for every operation


def bad_value(operation: Operation) -> Request:
    """A parameter or a body that breaks the contract."""
    request = example(operation)
    if "{" in operation.path:
        path = operation.path.replace("{item_id}", "x").replace("{order_id}", "x")
        return replace(request, path=path)
    if operation.media_type is not None:
        return replace(request, body=b"[]")
    size = next(each["name"] for each in operation.parameters if each["name"] in _SIZES)
    return replace(request, query={size: "0"})


_SIZES = ("page_size", "limit")
GENERAL: dict[str, Callable[[Operation], Request]] = {
    "400": lambda each: example(each).having(x_request_deadline_ms="soon"),
    "406": lambda each: example(each).having(accept="image/png"),
    "415": lambda each: example(each).having(content_type="text/plain"),
    "422": bad_value,
}


def slow_body(store: Store, operation: Operation) -> httpx.Response:
    """One byte of a body that is announced to have ten."""
    request = example(operation)
    address = urlsplit(store.url)
    fields = {**request.headers, "content-length": "10", "authorization": f"Bearer {store.token}"}
    lines = [f"{name}: {value}" for name, value in {"host": "store", **fields}.items()]
    head = "\r\n".join([f"{request.method} {request.path} HTTP/1.1", *lines, "", "{"])
    with socket.create_connection((address.hostname or "", address.port or 0), 20) as caller:
        caller.sendall(head.encode())
        raw = b"".join(iter(lambda: caller.recv(65_536), b""))
    start, _, body = raw.partition(b"\r\n\r\n")
    headers = [line.split(": ", 1) for line in start.decode("latin-1").split("\r\n")[1:]]
    return httpx.Response(int(start.split()[1]), headers=dict(headers), content=body)


# --- answers that depend on what there is


def _item(store: Store) -> httpx.Response:
    return store.json("POST", "/v2/items", item_body())


def _order(store: Store, **changes: Any) -> httpx.Response:
    body = order_body(_item(store).json()["id"], **changes)
    return store.json("POST", "/v2/orders", body, idempotency_key=uuid4().hex)


def _failed_order(store: Store) -> str:
    _order(store, payment_method_id="pm_declined1")
    page = store.send(Request("GET", "/v2/orders", query={"status": "failed"})).json()
    return str(page["orders"][0]["id"])


def _v1_item(**changes: Any) -> dict[str, Any]:
    body = item_body()
    price = body.pop("price")
    return body | {"price_cents": price["amount_minor"], "currency": price["currency"]} | changes


def _patch(store: Store, version: str, item: httpx.Response, **headers: str) -> httpx.Response:
    path = f"/{version}/items/{item.json()['id']}"
    headers = {"content_type": "application/merge-patch+json", **headers}
    return store.json("PATCH", path, {"name": "Cup"}, **headers)


def _bulk(store: Store, *changes: tuple[str, str]) -> httpx.Response:
    items = [{"id": item_id, "etag": etag, "patch": {"name": "Cup"}} for item_id, etag in changes]
    return store.json("PATCH", "/v2/items/bulk", {"items": items})


def _of_item(method: str, version: str, **headers: str) -> Callable[[Store], httpx.Response]:
    return lambda store: store.json(
        method, f"/{version}/items/{_item(store).json()['id']}", **headers
    )


def _of_order(method: str, tail: str = "", **headers: str) -> Callable[[Store], httpx.Response]:
    return lambda store: store.json(
        method, f"/v2/orders/{_order(store).json()['id']}{tail}", **headers
    )


def _address(store: Store, order_id: str, **headers: str) -> httpx.Response:
    address = order_body()["shipping_address"] | {"line1": "Bundesplatz 3"}
    return store.json("PUT", f"/v2/orders/{order_id}/shipping_address", address, **headers)


def _nothing(method: str, path: str, **headers: str) -> Callable[[Store], httpx.Response]:
    """Asks for an id that nothing has."""
    return lambda store: store.json(method, path.format(uuid4()), **headers)


ANY = {"if_match": "*"}
OLD = {"if_match": '"99"'}
ASYNC = {"prefer": "respond-async"}
PARTICULAR: dict[tuple[str, str, str], Callable[[Store], httpx.Response]] = {
    ("v2", "listItems", "200"): lambda store: store.json("GET", "/v2/items"),
    ("v2", "createItem", "201"): _item,
    ("v2", "createItem", "409"): lambda store: store.json(
        "POST", "/v2/items", item_body(sku=_item(store).json()["sku"])
    ),
    ("v2", "createItems", "201"): lambda store: store.json(
        "POST", "/v2/items/bulk", {"items": [item_body()]}
    ),
    ("v2", "createItems", "409"): lambda store: store.json(
        "POST", "/v2/items/bulk", {"items": [item_body(sku=_item(store).json()["sku"])]}
    ),
    ("v2", "updateItems", "200"): lambda store: _bulk(store, (_item(store).json()["id"], '"1"')),
    ("v2", "updateItems", "412"): lambda store: _bulk(store, (_item(store).json()["id"], '"9"')),
    ("v2", "getItemStatistics", "200"): lambda store: store.json("GET", "/v2/items/statistics"),
    ("v2", "exportItems", "200"): lambda store: store.json("GET", "/v2/items/export"),
    ("v2", "getItem", "200"): _of_item("GET", "v2"),
    ("v2", "getItem", "304"): _of_item("GET", "v2", if_none_match="*"),
    ("v2", "getItem", "404"): _nothing("GET", "/v2/items/{}"),
    ("v2", "updateItem", "200"): lambda store: _patch(store, "v2", _item(store), **ANY),
    ("v2", "updateItem", "404"): lambda store: store.send(
        Request("PATCH", f"/v2/items/{uuid4()}", body=b"{}").having(
            content_type="application/merge-patch+json", **ANY
        )
    ),
    ("v2", "updateItem", "412"): lambda store: _patch(store, "v2", _item(store), **OLD),
    ("v2", "updateItem", "428"): lambda store: _patch(store, "v2", _item(store)),
    ("v2", "deleteItem", "204"): _of_item("DELETE", "v2"),
    ("v2", "deleteItem", "404"): _nothing("DELETE", "/v2/items/{}"),
    ("v2", "deleteItem", "412"): _of_item("DELETE", "v2", **OLD),
    ("v2", "listOrders", "200"): lambda store: store.json("GET", "/v2/orders"),
    ("v2", "placeOrder", "201"): _order,
    ("v2", "placeOrder", "202"): lambda store: store.json(
        "POST",
        "/v2/orders",
        order_body(_item(store).json()["id"]),
        idempotency_key=uuid4().hex,
        **ASYNC,
    ),
    ("v2", "placeOrder", "402"): lambda store: _order(store, payment_method_id="pm_declined1"),
    ("v2", "placeOrder", "409"): lambda store: store.json(
        "POST",
        "/v2/orders",
        order_body(
            store.json("POST", "/v2/items", item_body(sku=f"OUT-{uuid4().hex[:8].upper()}")).json()[
                "id"
            ]
        ),
        idempotency_key=uuid4().hex,
    ),
    ("v2", "getOrder", "200"): _of_order("GET"),
    ("v2", "getOrder", "304"): _of_order("GET", if_none_match="*"),
    ("v2", "getOrder", "404"): _nothing("GET", "/v2/orders/{}"),
    ("v2", "changeShippingAddress", "200"): lambda store: _address(
        store, _order(store).json()["id"]
    ),
    ("v2", "changeShippingAddress", "404"): lambda store: _address(store, str(uuid4())),
    ("v2", "changeShippingAddress", "409"): lambda store: _address(store, _failed_order(store)),
    ("v2", "changeShippingAddress", "412"): lambda store: _address(
        store, _order(store).json()["id"], **OLD
    ),
    ("v2", "cancelOrder", "200"): _of_order("PUT", "/cancellation"),
    ("v2", "cancelOrder", "202"): _of_order("PUT", "/cancellation", **ASYNC),
    ("v2", "cancelOrder", "404"): _nothing("PUT", "/v2/orders/{}/cancellation"),
    ("v2", "cancelOrder", "409"): lambda store: store.json(
        "PUT", f"/v2/orders/{_failed_order(store)}/cancellation"
    ),
    ("v2", "cancelOrder", "412"): _of_order("PUT", "/cancellation", **OLD),
    ("v2", "listParkedOrders", "200"): lambda store: store.json("GET", "/v2/parked-orders"),
    ("v2", "resumeParkedOrder", "404"): _nothing("PUT", "/v2/parked-orders/{}/resumption"),
    ("v2", "resumeParkedOrder", "409"): lambda store: store.json(
        "PUT", f"/v2/parked-orders/{_order(store).json()['id']}/resumption"
    ),
    ("v1", "listItems", "200"): lambda store: store.json("GET", "/v1/items"),
    ("v1", "createItem", "201"): lambda store: store.json("POST", "/v1/items", _v1_item()),
    ("v1", "createItem", "409"): lambda store: store.json(
        "POST", "/v1/items", _v1_item(sku=_item(store).json()["sku"])
    ),
    ("v1", "getItem", "200"): _of_item("GET", "v1"),
    ("v1", "getItem", "404"): _nothing("GET", "/v1/items/{}"),
    ("v1", "updateItem", "200"): lambda store: _patch(store, "v1", _item(store)),
    ("v1", "updateItem", "404"): lambda store: store.send(
        Request("PATCH", f"/v1/items/{uuid4()}", body=b"{}").having(
            content_type="application/merge-patch+json"
        )
    ),
    ("v1", "updateItem", "412"): lambda store: _patch(store, "v1", _item(store), **OLD),
    ("v1", "deleteItem", "204"): _of_item("DELETE", "v1"),
    ("v1", "deleteItem", "404"): _nothing("DELETE", "/v1/items/{}"),
    ("v1", "deleteItem", "412"): _of_item("DELETE", "v1", **OLD),
    ("v1", "getOrder", "200"): lambda store: store.json(
        "GET", f"/v1/orders/{_order(store).json()['id']}"
    ),
    ("v1", "getOrder", "404"): _nothing("GET", "/v1/orders/{}"),
}


def _resumed() -> Order:
    at = datetime(2026, 3, 6, 8, tzinfo=UTC)
    price = Money(1490, "EUR")
    return Order(
        id=UUID(int=7), owner="ada", customer_id="cus_8f3k2m9q1z", status=OrderStatus.PENDING,
        lines=(OrderLine(UUID(int=8), "MUG-0001", "Mug", 2, price),), total=price,
        shipping_address=Address("Ada", "Marktgasse 12", "3011", "Bern", "CH"),
        payment_method_id="pm_4t7v1x9b2c", revision=3, created_at=at, updated_at=at,
    )  # fmt: skip


async def _resume(order_id: UUID) -> Order:
    return _resumed()


@pytest.mark.parametrize(
    ("operation", "status"),
    LISTED,
    ids=[f"{operation.version}-{operation.id}-{status}" for operation, status in LISTED],
)
@pytest.mark.slow
def test_a_status_is_reached(
    operation: Operation, status: str, real: Store, here: Local, strict: Local
) -> None:
    """The answer has this status, and the body that the contract lists for it."""
    reply = _reached(operation, status, real, here, Store(strict))
    assert reply.status_code == int(status), reply.text
    media_type = reply.headers.get("content-type", "")
    assert operation.answer_faults(reply.status_code, media_type, reply.content) == []


def _reached(
    operation: Operation, status: str, real: Store, here: Local, strict: Store
) -> httpx.Response:
    particular = PARTICULAR.get((operation.version, operation.id, status))
    if particular is not None:
        return particular(real)
    if status in GENERAL:
        return real.send(GENERAL[status](operation))
    request = example(operation)
    match status:
        case "401":
            return real.send(request, token=None)
        case "403":
            tokens = tokens_of(Settings.load(development=True))
            return real.send(request, token=tokens.issue("ada", ["none"], lifetime=HOUR))
        case "408":
            return slow_body(Store(here), operation)
        case "413":
            return real.send(replace(request, body=b" " * 1_100_000))
        case "429":
            return strict.send(request)
        case "500" | "503" | "504":
            errors = {"503": Unavailable("Away.", retry_after=1), "504": TimedOut("Too late.")}
            here.failing(errors.get(status) or RuntimeError("a defect"))
            return Store(here).send(request.having(if_match="*"))
        case "202" if operation.id == "resumeParkedOrder":
            # That one is resumed in fact is tested with the saga.
            here.replacing(dependencies.resume_order, _resume)
            return Store(here).send(request)
    raise AssertionError(f"nobody has shown how {operation.id} of {operation.version} gets there")
