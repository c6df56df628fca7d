"""Which media type reads a body, and how its bytes arrive."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.types import Message

from accord.runtime.declare import JSON, Media
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call
from tests.unit.runtime.orders import (
    ORDER,
    Bodies,
    Card,
    post,
    received,
    taking,
)


async def test_chunks_are_one_body(call: Call) -> None:
    """However the server cuts it, inside a character too."""
    data = json.dumps({**ORDER, "note": "€"}, ensure_ascii=False).encode()
    handler = Bodies()
    pieces = [data[i : i + 1] for i in range(len(data))]
    response = await post(call, taking(handler=handler), pieces)

    assert response.status == 204
    assert handler.bodies[0].note == "€"


async def test_an_optional_body(call: Call) -> None:
    """Not sent is None, with or without a Content-Type; what is sent is held to the contract."""
    handler = Bodies()
    app = taking(required=False, handler=handler)

    assert (await post(call, app, b"", None)).status == 204
    assert (await post(call, app, b"")).status == 204
    assert (await post(call, app, {})).status == 422
    assert (await post(call, app, b"null")).status == 422
    assert handler.bodies == [None, None]


async def test_a_required_body_that_was_not_sent(call: Call) -> None:
    """400 that says so."""
    response = await post(call, taking(), b"", None)

    assert (response.status, response.json()["detail"]) == (400, "The request needs a body.")


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        (JSON, "application/json; charset=utf-8"),
        (JSON, "Application/JSON;charset=UTF-8"),
        ("application/json; charset=utf-8", JSON),
        ("application/merge-patch+json", "application/merge-patch+json"),
        ("application/vnd.store+json;v=2", "application/vnd.store+json; v=3"),
    ],
)
async def test_json_by_any_name(call: Call, declared: str, sent: str) -> None:
    """Parameters and case do not matter; `+json` is JSON."""
    card = {"kind": "card", "number": "1234"}
    assert isinstance(await received(call, Card, card, declared, sent), Card)


@pytest.mark.parametrize(
    ("declared", "sent"),
    [("image/*", "image/png"), ("*/*", "x/y"), ("application/octet-stream",) * 2],
)
async def test_bytes_of_any_type(call: Call, declared: str, sent: str) -> None:
    """Wildcards take what they cover; the bytes arrive as they are."""
    assert await received(call, bytes, b"\x00\xff", declared, sent) == b"\x00\xff"


async def test_the_closest_media_type_reads_the_body(call: Call) -> None:
    """Exact before `text/*` before `*/*`, in whatever order they are declared."""
    handler = Bodies()
    app = taking(
        Media("*/*", bytes), Media("text/*", str), Media(JSON, dict[str, int]), handler=handler
    )
    await post(call, app, {"a": 1})
    await post(call, app, b"a", "text/csv")
    await post(call, app, b"a", "audio/ogg")

    assert handler.bodies == [{"a": 1}, "a", b"a"]


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("text/plain", "€".encode()),
        ("text/plain; charset=utf-8", "€".encode()),
        ('text/plain; charset="windows-1252"', b"\x80"),
        ("text/plain; charset=UTF-16", "€".encode("utf-16")),
    ],
)
async def test_text_in_its_charset(call: Call, content_type: str, data: bytes) -> None:
    """UTF-8 unless it says otherwise."""
    assert await received(call, str, data, "text/plain", content_type) == "€"


async def test_text_that_is_not_what_it_says(call: Call) -> None:
    """Bytes that do not decode are a 400; a charset that is none is a 415."""
    app = taking(Media("text/plain", str))

    assert (await post(call, app, b"\xff", "text/plain")).status == 400
    for charset in ("punycode", "zip", "klingon", "\x00"):
        assert (await post(call, app, b"a", f"text/plain; charset={charset}")).status == 415


@pytest.mark.parametrize("content_type", ["text/plain", "application/jso", "", "json", None])
async def test_a_media_type_that_is_not_listed(call: Call, content_type: str | None) -> None:
    """415 with those that are in Accept."""
    app = taking(Media(JSON, Card), Media("application/x+json", Card))
    response = await post(call, app, b"{}", content_type)

    assert (response.status, response.json()["code"]) == (415, "unsupported_media_type")
    assert response.header("accept") == "application/json, application/x+json"


async def test_a_caller_that_leaves_midway(call: Call) -> None:
    """The handler is not called and nothing is sent."""
    handler = Bodies()
    app = taking(handler=handler)
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"lines"', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/orders",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await app(scope, receive, send)

    assert (sent, handler.bodies) == ([], [])


async def test_over_a_socket(serve: Serve) -> None:
    """Chunked by the client, and broken off by another."""
    handler = Bodies()
    url = serve(taking(handler=handler))

    async def pieces() -> Any:
        for piece in json.dumps(ORDER).partition("["):
            yield piece.encode()

    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{url}/orders", content=pieces(), headers={"content-type": JSON}
        )
        assert response.status_code == 204
        host, port = url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n")
        writer.write(b"content-type: application/json\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        again = await client.post(f"{url}/orders", json=ORDER)
        assert again.status_code == 204
    assert len(handler.bodies) == 2
