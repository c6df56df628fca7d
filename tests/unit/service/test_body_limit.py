from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
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


async def test_application_gets_no_more_than_the_limit(call: Any) -> None:
    """However much is on its way, the application sees the limit at most, and is stopped."""
    seen = 0

    async def counts(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal seen
        async for chunk in Request(scope, receive).stream():
            seen += len(chunk)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 300

    app = BodyLimit(counts, max_bytes=LIMIT, linger_s=0.1)
    assert refused(await call(app, "POST", content=endless()))
    assert seen == 900


@pytest.mark.parametrize("app", [echo_length, ErrorGuard(echo_length)])
async def test_over_a_socket_client_that_sends_all_sees_the_answer(serve: Any, app: Any) -> None:
    """Over a real socket: a client that first sends megabytes, in chunks or announced, and reads
    afterwards, reads a 413 and no reset connection; then the service serves on."""
    service = ErrorGuard(BodyLimit(app, max_bytes=LIMIT))
    async with (
        serve(service) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        assert refused(await http.post("/", content=chunks(65536, 160)))
        assert refused(await http.post("/", content=b"x" * 10_000_000))
        assert (await http.post("/", content=chunks(400, 2))).text == "800"


async def test_over_a_socket_client_that_never_stops_is_cut_off(serve: Any) -> None:
    """A client that sends for ever gets its 413 at once and is cut off after the linger time."""
    async with serve(BodyLimit(echo_length, max_bytes=LIMIT, linger_s=0.3)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")

        async def send_for_ever() -> None:
            while True:
                writer.write(b"64\r\n" + b"x" * 100 + b"\r\n")
                await writer.drain()
                await asyncio.sleep(0.005)

        sending = asyncio.create_task(send_for_ever())
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert not sending.done()
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(sending, 5)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer


async def test_over_a_socket_client_that_asks_first_sends_nothing(serve: Any) -> None:
    """`Expect: 100-continue` with a length too large is answered 413 and closed straight away."""
    async with serve(BodyLimit(echo_length, max_bytes=LIMIT)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n"
        )
        answer = await asyncio.wait_for(reader.read(), 2)
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
