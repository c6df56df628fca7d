"""What callers send who mean no good, byte by byte: each gets the right problem, and the store
neither waits for them nor keeps anything of theirs."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from accord.gates.application import Running, running
from accord.gates.project import commands
from impl.auth import tokens_of
from impl.problems import KINDS
from impl.settings import Settings
from tests.conftest import ROOT
from tests.integration.impl.conftest import item_body, order_body, problem

pytestmark = pytest.mark.slow
LARGEST = 65_536
SLOWEST = 1.0
JSON = "content-type: application/json"
_HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def store() -> Iterator[Running]:
    """A store of its own that takes small bodies, and does not wait long for them."""
    own = commands(ROOT)
    environment = own.environment | {
        "STORE_MAX_BODY_SIZE": str(LARGEST),
        "STORE_BODY_TIMEOUT": str(SLOWEST),
    }
    with running(ROOT, replace(own, environment=environment)) as started:
        yield started


class Caller:
    """One connection to the store, over which bytes are sent as they are."""

    def __init__(self, store: Running) -> None:
        address = urlsplit(store.url)
        self._token = store.token
        self._socket = socket.create_connection((address.hostname or "", address.port or 0), 20)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def head(self, line: str, *headers: str) -> None:
        fields = ["host: store", f"authorization: Bearer {self._token}", *headers]
        self.send("\r\n".join([f"{line} HTTP/1.1", *fields, "", ""]).encode("latin-1"))

    def problem(self) -> tuple[int, str, dict[str, Any]]:
        """Status, code and body of the answer, which is a problem like all others."""
        with self._socket.makefile("rb") as reader:
            status = int(reader.readline().split()[1])
            headers = {}
            while (line := reader.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            body = json.loads(reader.read(int(headers["content-length"])))
        assert headers["content-type"] == "application/problem+json"
        assert body["type"] == f"/problems/{body['code']}"
        assert body["status"] == status == KINDS[body["code"]].status
        return status, body["code"], body

    def closed(self) -> bool:
        """Whether the store hangs up."""
        return self._socket.recv(1) == b""

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def caller(store: Running) -> Iterator[Caller]:
    with closing(Caller(store)) as caller:
        yield caller


def refused(store: Running, line: str, body: bytes, *headers: str) -> tuple[int, str]:
    with closing(Caller(store)) as caller:
        caller.head(line, f"content-length: {len(body)}", *headers)
        caller.send(body)
        status, code, _ = caller.problem()
        return status, code


# --- bodies that are too large, or do not come


def test_a_body_that_announces_its_size(caller: Caller) -> None:
    """413 without a byte of it read."""
    caller.head("POST /v2/items", JSON, f"content-length: {10**12}", "expect: 100-continue")
    assert caller.problem()[:2] == (413, "content_too_large")


def test_a_body_that_does_not(caller: Caller) -> None:
    """413 once more has come than is taken, whatever is still to come."""
    caller.head("POST /v2/items", JSON, "transfer-encoding: chunked")
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    for _ in range(LARGEST // 0x4000 + 1):
        caller.send(chunk)
    assert caller.problem()[:2] == (413, "content_too_large")


def test_a_body_that_lies_about_its_size(store: Running) -> None:
    """More than Content-Length would be the next request, and is no HTTP."""
    with closing(Caller(store)) as caller:
        caller.head("POST /v2/items", JSON, "content-length: 2")
        caller.send(b"{}" + b"\x00" * 100)
        assert caller.problem()[:2] == (400, "malformed_request")
        assert caller.closed()


@pytest.mark.parametrize("framing", ["content-length: 1000", "transfer-encoding: chunked"])
def test_a_body_that_does_not_come(caller: Caller, framing: str) -> None:
    """408 when the time is over, and the connection is closed; a byte now and then is no help."""
    caller.head("POST /v2/items", JSON, framing)
    began = time.monotonic()
    for _ in range(4):
        caller.send(b"1\r\n{\r\n" if "chunked" in framing else b"{")
        time.sleep(SLOWEST / 5)
    assert caller.problem()[:2] == (408, "request_timeout")
    assert time.monotonic() - began >= SLOWEST * 0.9
    assert caller.closed()


# --- bodies that are not what they say


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'sku': 1}",
        b'{"sku": 1,}',
        b"NaN",
        b'{"sku": Infinity}',
        b"\xff\xfe{\x00}\x00",
        b'{"name": "\xc3\x28"}',
        b'{"name": "\x00"}',
        b'{"name": "\\ud800"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"{}{}",
    ],
    ids=repr,
)
def test_what_is_no_json(store: Running, body: bytes) -> None:
    """400: broken, not UTF-8, lone surrogates, deeper than anybody needs."""
    assert refused(store, "POST /v2/items", body, JSON) == (400, "malformed_request")


@pytest.mark.parametrize(
    "change",
    [
        '"sku": null',
        '"sku": ["MUG"]',
        '"sku": "\\u0000"',
        '"name": "a\\u0000b"',
        '"description": "\\u0000"',
        '"tags": "gift"',
        '"tags": [[]]',
        '"category": 7',
        '"price": []',
        '"price": {"amount_minor": true, "currency": "EUR"}',
        '"price": {"amount_minor": 1.5, "currency": "EUR"}',
        '"price": {"amount_minor": "1", "currency": "EUR"}',
        '"price": {"amount_minor": 1e400, "currency": "EUR"}',
        '"price": {"amount_minor": -1e400, "currency": "EUR"}',
        '"price": {"amount_minor": ' + "9" * 4000 + ', "currency": "EUR"}',
        '"price": {"amount_minor": ' + "9" * 19 + ', "currency": "EUR"}',
        '"unknown": {}',
        '"__proto__": {}',
    ],
)
def test_values_of_the_wrong_kind(store: Running, change: str) -> None:
    """422 that points at the value: wrong types, NUL, numbers beyond all bounds."""
    text = json.dumps(item_body())[:-1] + f", {change}}}"
    with closing(Caller(store)) as caller:
        caller.head("POST /v2/items", JSON, f"content-length: {len(text)}")
        caller.send(text.encode())
        status, code, body = caller.problem()
    assert (status, code) == (422, "validation_failed")
    name = re.match(r'"(\w+)"', change)
    assert name is not None
    assert all(error["pointer"].startswith(f"/{name[1]}") for error in body["errors"])


@pytest.mark.parametrize("body", [b"null", b"[]", b"7", b'"text"', b"true", b"[{}]"])
def test_a_body_that_is_no_object(store: Running, body: bytes) -> None:
    """422, with the pointer of the whole."""
    assert refused(store, "POST /v2/items", body, JSON) == (422, "validation_failed")


@pytest.mark.parametrize(
    "media_type",
    ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/jsonx", "garbage", "", "a/b" * 1000],
)  # fmt: skip
def test_media_types_that_are_not_taken(store: Running, media_type: str) -> None:
    """415 before the body is looked at."""
    line = "POST /v2/items"
    assert refused(store, line, b"{}", f"content-type: {media_type}") == (
        415,
        "unsupported_media_type",
    )


# --- addresses, queries and headers


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/v2/items/%00", (422, "validation_failed")),
        ("/v2/items/..%2f..%2fetc%2fpasswd", (422, "validation_failed")),
        ("/v2/items/%ed%a0%80", (422, "validation_failed")),
        ("/v2/items/" + "a" * 8000, (422, "validation_failed")),
        ("/v2/items?category=%00", (422, "validation_failed")),
        ("/v2/items?category=%ff", (422, "validation_failed")),
        ("/v2/items?page_size=" + "9" * 5000, (422, "validation_failed")),
        ("/v2/items?page_size=1e3", (422, "validation_failed")),
        ("/v2/items?page_cursor=%00", (422, "validation_failed")),
        ("/v2/items?page_cursor=" + "A" * 512, (422, "validation_failed")),
        ("/v2/items?" + "sort=x&" * 9_000, (422, "validation_failed")),
        ("/v2/items?" + "page_size=7&" * 10_000, (414, "uri_too_long")),
        ("/v2/nothing/" + "x/" * 2000, (404, "not_found")),
        ("/items?api-version=" + "9" * 1000, (400, "unknown_version")),
        ("/" + "x" * 65_535, (414, "uri_too_long")),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_addresses(caller: Caller, target: str, expected: tuple[int, str]) -> None:
    """Each a problem of its own kind, none of them a 500."""
    caller.head(f"GET {target}")
    assert caller.problem()[:2] == expected


@pytest.mark.parametrize(
    ("line", "status"),
    [("OPTIONS *", 404), ("GET *", 404), ("GET http://elsewhere/v2/items?page_size=0", 422)],
)
def test_addresses_of_other_forms(caller: Caller, line: str, status: int) -> None:
    """The asterisk is nothing here, and an absolute address is that of the path in it."""
    caller.head(line)
    assert caller.problem()[0] == status


def test_ten_thousand_parameters_that_nobody_knows(caller: Caller) -> None:
    """They are ignored, as unknown parameters are; what is wrong among them is found."""
    query = "&".join(f"{number:x}=" for number in range(10_000))
    caller.head(f"GET /v2/items?{query}&page_size=0")
    status, _, body = caller.problem()
    assert status == 422
    assert [error["parameter"] for error in body["errors"]] == ["page_size"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("idempotency-key: " + "k" * 256, (422, "validation_failed")),
        ("idempotency-key: \xff", (422, "validation_failed")),
        ("idempotency-key: a\x00b", (400, "malformed_request")),
        ("x-request-deadline-ms: -1", (400, "malformed_request")),
        ("x-request-deadline-ms: " + "9" * 500, (400, "malformed_request")),
        ("accept: image/png", (406, "not_acceptable")),
        ("content-length: -1", (400, "malformed_request")),
        ("content-length: 2\r\ntransfer-encoding: chunked", (400, "malformed_request")),
        ("x: " + "y" * 200_000, (431, "head_too_large")),
        ("authorization: Bearer " + "a." * 30_000, (401, "unauthorized")),
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "backslashreplace").decode(),
)
def test_headers(store: Running, header: str, expected: tuple[int, str]) -> None:
    """What the protocol forbids is 400, a value that breaks a rule 422."""
    body = json.dumps(item_body()).encode()
    with closing(Caller(store)) as caller:
        fields = [header] if header.startswith("content-length") else [
            f"content-length: {len(body)}", header,
        ]  # fmt: skip
        if header.startswith("authorization"):
            caller._token = "none"
        caller.head("POST /v2/items", JSON, *fields)
        caller.send(body)
        assert caller.problem()[:2] == expected


@pytest.mark.parametrize("data", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\r\n" * 9 + b"?"])
def test_what_is_no_http(caller: Caller, data: bytes) -> None:
    """A problem like all others; the connection is closed."""
    caller.send(data + b"\r\n\r\n")
    assert caller.problem()[:2] == (400, "malformed_request")
    assert caller.closed()


def test_forged_proxies(store: Running) -> None:
    """Who is not listed as a proxy cannot be somebody else, and so not escape the rate limit."""

    def remaining(**headers: str) -> int:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = httpx.get(f"{store.url}/v2/items", headers=names)
        return int(reply.headers["ratelimit"].split("r=")[1].split(";")[0])

    first = remaining()
    for number in range(5):
        forged = f"198.51.100.{number}"
        assert remaining(x_forwarded_for=forged, forwarded=f"for={forged}") == first - 1 - number


# --- others' belongings


def test_somebody_elses_order(store: Running) -> None:
    """404 whatever is asked of it, as for one that does not exist; and no list has it."""
    eve = tokens_of(Settings.load(development=True)).issue(
        "eve", ["orders:read", "orders:write"], lifetime=_HOUR
    )
    ada = httpx.Client(base_url=store.url, headers={"authorization": f"Bearer {store.token}"})
    other = httpx.Client(base_url=store.url, headers={"authorization": f"Bearer {eve}"})
    with ada, other:
        item = ada.post("/v2/items", json=item_body()).json()
        key = {"idempotency-key": uuid4().hex}
        order = ada.post("/v2/orders", json=order_body(item["id"]), headers=key).json()
        path = f"/v2/orders/{order['id']}"
        asked = [
            other.get(path),
            other.get(path, params={"view": "detailed"}),
            other.get(f"/v1/orders/{order['id']}"),
            other.put(f"{path}/cancellation"),
            other.put(f"{path}/shipping_address", json=order["shipping_address"]),
        ]
        nobodys = problem(other.get(f"/v2/orders/{uuid4()}"), 404, "not_found")
        for reply in asked:
            assert problem(reply, 404, "not_found")["detail"] == nobodys["detail"]
        assert other.get("/v2/orders").json()["orders"] == []
        assert ada.get(path).json()["status"] == "confirmed"
        # Her key is not Ada's: the same one makes an order of her own, or is refused for itself.
        twin = other.post("/v2/orders", json=order_body(item["id"]), headers=key)
        assert twin.json().get("id") != order["id"]
        problem(other.get("/v2/parked-orders"), 403, "forbidden")


# --- and nothing of it stays


def test_memory_is_flat(store: Running) -> None:
    """Two rounds of everything that is large cost no more memory than the first did."""

    def resident() -> float:
        text = httpx.get(f"{store.url}/metrics").text
        found = re.search(r"^service_resident_memory_bytes (\S+)", text, re.MULTILINE)
        assert found is not None
        return float(found[1])

    def barrage() -> None:
        for _ in range(40):
            for body in (b"[" * 60_000, b'{"sku": "' + b"x" * 60_000 + b'"}'):
                refused(store, "POST /v2/items", body, JSON)
            with closing(Caller(store)) as caller:
                caller.head("POST /v2/items", JSON, "transfer-encoding: chunked")
                for _ in range(5):
                    caller.send(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
                caller.problem()
            with closing(Caller(store)) as caller:
                caller.head("GET /v2/nothing/" + uuid4().hex * 500)
                caller.problem()

    barrage()
    before = resident()
    barrage()
    barrage()
    assert resident() - before < 16 * 2**20
