"""Requests as fuzzers and old clients write them, over a socket."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accord.runtime.declare import JSON, Body, Media, Reply
from tests.serving import serving
from tests.unit.runtime.conftest import application, operation

Exchange = Callable[[bytes], list[bytes]]


class Echo:
    async def handle(self) -> str:
        return "ok"

    async def post(self, *, body: Any) -> Any:
        return body


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    """Sends bytes to a service that has `GET /x` and `POST /x`, until it closes the connection;
    gives the status line and the body of each answer."""
    replies = (Reply(200, (Media(JSON, Any),)),)
    app = application(
        operation("/x", replies=replies),
        operation("/x", "POST", handler="post", body=Body((Media(JSON, Any),)), replies=replies),
        handler=Echo(),
    )

    def exchange(request: bytes) -> list[bytes]:
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(request)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        heads = received.split(b"HTTP/1.1 ")[1:]
        return [
            part for head in heads for part in (head[:3], head.partition(b"\r\n\r\n")[2]) if part
        ]

    with serving(app) as address:
        host, port = address.removeprefix("http://").split(":")
        yield exchange


CLOSE = b"host: x\r\nconnection: close\r\n"


@pytest.mark.parametrize("method", [b"TRACE", b"QUERY", b"PROPFIND", b"PATCH"])
def test_methods_that_nobody_declared(exchange: Exchange, method: bytes) -> None:
    """A 405 problem; a TRACE repeats nothing of the request."""
    status, body = exchange(method + b" /x HTTP/1.1\r\nx-secret: hunter2\r\n" + CLOSE + b"\r\n")

    assert status == b"405"
    assert b"method_not_allowed" in body
    assert b"hunter2" not in body


@pytest.mark.parametrize(
    "request_",
    [
        b"get /x HTTP/1.1\r\n" + CLOSE + b"\r\n",
        b"POST /x HTTP/1.1\r\ncontent-length: nine\r\n" + CLOSE + b"\r\n",
        b"POST /x HTTP/1.1\r\ntransfer-encoding: chunked\r\n" + CLOSE + b"\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_the_servers_to_refuse(exchange: Exchange, request_: bytes) -> None:
    """Methods in lower case, lengths that are no number, broken chunks."""
    assert exchange(request_)[0] in (b"400", b"415")


def test_a_body_that_was_not_asked_for(exchange: Exchange) -> None:
    """A GET with a body is answered, and the next request on the connection understood."""
    first = b"GET /x HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello"
    second = b"GET /x HTTP/1.1\r\n" + CLOSE + b"\r\n"

    assert exchange(first + second) == [b"200", b'"ok"', b"200", b'"ok"']


def test_more_than_the_length_says(exchange: Exchange) -> None:
    """What follows the body is the next request, here a broken one."""
    head = b"POST /x HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    answers = exchange(head + b"content-length: 2\r\n\r\n{}junk\r\n\r\n")

    assert answers[-2] == b"400"


def test_header_bytes_beyond_ascii(exchange: Exchange) -> None:
    """They are compared and shown as they are, and break nothing."""
    head = b"POST /x HTTP/1.1\r\ncontent-length: 2\r\n" + CLOSE
    status, body = exchange(head + b"content-type: \xff/\xfe; charset=\xff\r\n\r\n{}")
    assert (status, b"unsupported_media_type" in body) == (b"415", True)

    head = b"GET /x HTTP/1.1\r\n" + CLOSE
    status, body = exchange(head + b"accept: \xff\xfe;q=\xff\r\n\r\n")
    assert (status, b"not_acceptable" in body) == (b"406", True)


@pytest.mark.parametrize("target", [b"*", b"/x%FF", b"/%2e%2e/x", b"//x", b"/x/../x", b"/" * 3000])
def test_targets_of_no_operation(exchange: Exchange, target: bytes) -> None:
    """None of them is another operation's path."""
    status, body = exchange(b"OPTIONS " + target + b" HTTP/1.1\r\n" + CLOSE + b"\r\n")

    assert status == b"404"
    assert b"not_found" in body


def test_a_target_with_its_host(exchange: Exchange) -> None:
    """As proxies are asked (RFC 9112, 3.2.2)."""
    assert exchange(b"GET http://x/x HTTP/1.1\r\n" + CLOSE + b"\r\n") == [b"200", b'"ok"']


def test_http_1_0(exchange: Exchange) -> None:
    """A client that knows no hosts and keeps no connection."""
    assert exchange(b"GET /x HTTP/1.0\r\n\r\n") == [b"200", b'"ok"']
