from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from accord.service.body_limit import BodyLimit
from accord.service.errors import ErrorGuard

LIMIT = 1000


async def echo_length(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


def refused(response: httpx.Response) -> bool:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code == 413 and response.json()["code"] == "content_too_large"


async def test_up_to_the_limit_passes(call: Any) -> None:
    """A body of exactly the limit is served, with a length and without."""
    app = BodyLimit(echo_length, max_bytes=LIMIT)
    assert (await call(app, "POST", content=b"x" * LIMIT)).text == "1000"
    assert (await call(app, "POST", content=chunks(100, 10))).text == "1000"
    assert (await call(app, "GET")).text == "0"


async def test_announced_length_is_refused_unread(call: Any) -> None:
    """A Content-Length above the limit is answered without calling the application."""

    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("called")

    response = await call(BodyLimit(never, max_bytes=LIMIT), "POST", content=b"x" * (LIMIT + 1))
    assert refused(response)
    assert response.headers["connection"] == "close"


async def test_announced_length_is_not_trusted(call: Any) -> None:
    """A Content-Length that is too small does not let a large body through: bytes count."""
    app = BodyLimit(echo_length, max_bytes=LIMIT)
    response = await call(app, "POST", content=chunks(400, 4), headers={"content-length": "5"})
    assert refused(response)


async def test_absurd_length_is_refused(call: Any) -> None:
    """A Content-Length of thousands of digits costs nothing and is a 413."""
    app = BodyLimit(echo_length, max_bytes=LIMIT)
    headers = {"content-length": "9" * 5000}
    assert refused(await call(app, "POST", content=chunks(1, 1), headers=headers))


async def test_framework_cannot_turn_it_into_400(call: Any) -> None:
    """FastAPI makes any error while a body is read a 400; the caller still gets the 413."""
    api = FastAPI()

    @api.post("/")
    async def take(body: Annotated[dict[str, Any], Body()]) -> None:
        raise AssertionError("called")

    app = ErrorGuard(BodyLimit(api, max_bytes=LIMIT))
    headers = {"content-type": "application/json"}
    assert refused(await call(app, "POST", content=chunks(400, 4), headers=headers))


async def test_application_stops_reading(call: Any) -> None:
    """Past the limit nothing more is taken from the network, however much is on its way."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 100
            yield b"x" * 100

    assert refused(await call(BodyLimit(echo_length, max_bytes=LIMIT), "POST", content=endless()))
    assert taken <= LIMIT + 200


async def test_over_a_socket_chunked_and_announced(serve: Any) -> None:
    """On a real server: 413 for a chunked body and for an announced one, then it serves on."""
    app = ErrorGuard(BodyLimit(echo_length, max_bytes=LIMIT))
    async with serve(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert refused(await http.post("/", content=chunks(400, 4)))
        assert refused(await http.post("/", content=b"x" * (LIMIT + 1)))
        assert (await http.post("/", content=chunks(400, 2))).text == "800"


async def test_over_a_socket_client_that_never_stops(serve: Any) -> None:
    """A client that sends chunks for ever reads its 413 and is cut off."""
    async with serve(ErrorGuard(BodyLimit(echo_length, max_bytes=LIMIT))) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent = 0
        while not reader.at_eof() and sent < 200:
            writer.write(b"64\r\n" + b"x" * 100 + b"\r\n")
            sent += 1
            await asyncio.sleep(0.005)
            if writer.is_closing() or reader._buffer:  # type: ignore[attr-defined]
                break
        answer = await asyncio.wait_for(reader.read(4096), 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 200
