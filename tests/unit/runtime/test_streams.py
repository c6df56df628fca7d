"""Replies that are sent as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from accord.runtime import Application
from accord.runtime.declare import Media, Reply
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call, application, operation

BYTES = Reply(200, (Media("application/octet-stream", bytes),))


def streaming(chunks: Callable[[], AsyncIterator[bytes]]) -> Application:
    async def handle() -> AsyncIterator[bytes]:
        return chunks()

    return application(operation("/pets", replies=(BYTES,)), handler=handle)


async def test_a_stream_is_sent_as_it_comes(call: Call) -> None:
    """An async iterator of chunks, with no length; for HEAD it is closed unread."""
    closed: list[str] = []

    async def chunks() -> AsyncIterator[bytes]:
        try:
            yield b"a"
            yield b"b"
        finally:
            closed.append("closed")

    response = await call(streaming(chunks), "GET", "/pets")
    head = await call(streaming(chunks), "HEAD", "/pets")

    assert (response.status, response.body, closed) == (200, b"ab", ["closed"])
    assert response.header("content-length") is None
    assert (head.status, head.body) == (200, b"")


def test_a_stream_that_fails_breaks_the_connection(serve: Serve) -> None:
    """Half an answer is not taken for a whole one."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("midway")

    url = serve(streaming(chunks))
    with httpx.stream("GET", f"{url}/pets") as response, pytest.raises(httpx.RemoteProtocolError):
        response.read()


async def test_a_stream_ends_when_its_caller_leaves(serve: Serve) -> None:
    """As with FastAPI's StreamingResponse: the iterator is cancelled and cleaned up."""
    ended: list[str] = []

    async def chunks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0.01)
        finally:
            ended.append("ended")

    url = serve(streaming(chunks))
    async with httpx.AsyncClient() as client, client.stream("GET", f"{url}/pets") as response:
        await anext(response.aiter_bytes())
    async with asyncio.timeout(5):
        while not ended:  # noqa: ASYNC110 - it happens on the server's loop
            await asyncio.sleep(0.01)
