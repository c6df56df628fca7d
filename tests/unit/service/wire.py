"""A server of ours, whose every write is kept, and callers who say what they send to the byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import Receive, Scope, Send

from accord.service.http_protocol import ServiceProtocol
from tests.serving import serving_here

Ask = Callable[..., Awaitable[bytes]]


class Noted(ServiceProtocol):
    """Keeps every write of its connections."""

    writes: list[bytes]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        write = transport.write

        class Transport:
            def __getattr__(self, name: str) -> object:
                return getattr(transport, name)

            def write(self, data: bytes) -> None:
                Noted.writes.append(data)
                write(data)

        super().connection_made(Transport())  # type: ignore[arg-type]


@asynccontextmanager
async def asking(
    app: Callable[[Scope, Receive, Send], Awaitable[None]], **config: Any
) -> AsyncIterator[Ask]:
    """`await ask(*parts)`: all that comes back on a connection of its own, until it closes. Parts
    are sent one after the other, a moment apart."""
    Noted.writes = []

    async def ask(*parts: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for part in parts:
                writer.write(part)
                await asyncio.sleep(0.05 if part is not parts[-1] else 0)
            return await reader.read()
        finally:
            writer.close()

    async with serving_here(app, http=Noted, **config) as port:
        yield ask


def get(path: str = "/", method: str = "GET", last: bool = True) -> bytes:
    closing = "connection: close\r\n" if last else ""
    return f"{method} {path} HTTP/1.1\r\nhost: here\r\n{closing}\r\n".encode()
