"""How answers leave the process: in one write, and if they are whole without ASGI's messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from accord.runtime.whole import BodySource, FixedHeaders, Headers, Responder, in_messages
from accord.service.http_head import written


class Connection(Protocol):
    """What a request has from the connection that it came by."""

    scope: Any
    transport: asyncio.Transport
    flow: FlowControl
    access_log: bool
    server_state: ServerState
    expect_100_continue: bool
    tasks: set[asyncio.Task[None]]

    def on_response_complete(self) -> None: ...


class _OneWrite:
    """Stands for a connection while an answer is put together."""

    __slots__ = ("closes", "parts", "write")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.write = self.parts.append
        self.closes = False

    def close(self) -> None:
        self.closes = True


class _Event:
    """`asyncio.Event`, which is made when somebody waits for it: most requests come whole."""

    __slots__ = ("_event", "_is_set")

    def __init__(self) -> None:
        self._event: asyncio.Event | None = None
        self._is_set = False

    def set(self) -> None:
        self._is_set = True
        if self._event is not None:
            self._event.set()

    def clear(self) -> None:
        self._is_set = False
        if self._event is not None:
            self._event.clear()

    def is_set(self) -> bool:
        return self._is_set

    async def wait(self) -> None:
        if not self._is_set:
            if self._event is None:
                self._event = asyncio.Event()
            await self._event.wait()


class Cycle(RequestResponseCycle, BodySource, Responder):
    """Holds the head of an answer back until its body begins, as ASGI has it, so that both are
    one write: a system call less, and a packet. Streams, whose length nobody knows, begin at
    once: their callers wait for the head to know that they are heard.

    The usual answer, whole and of the length it says, is put together here, at a tenth of what
    it costs uvicorn to look at every header by itself. Whatever is unusual is left to uvicorn.
    """

    logger = logging.getLogger("uvicorn.error")
    access_logger = logging.getLogger("uvicorn.access")
    task: asyncio.Task[None] | None = None
    _start: Any = None
    _headers: dict[bytes, bytes]
    # What every request begins with.
    disconnected = False
    more_body = True
    response_started = False
    response_complete = False
    chunked_encoding = None
    expected_content_length = 0

    # uvicorn's own is given each of these by name, which takes as long as parsing a request.
    def __init__(self, connection: Connection, keep_alive: bool) -> None:
        self.scope = connection.scope
        self.transport = connection.transport
        self.flow = connection.flow
        self.access_log = connection.access_log
        self.default_headers = connection.server_state.default_headers
        self.message_event = _Event()  # type: ignore[assignment]
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = connection.expect_100_continue
        self.on_response: Callable[[], None] = connection.on_response_complete
        self.body = bytearray()
        self._tasks = connection.tasks

    async def run_asgi(self, app: Any) -> None:
        try:
            try:
                result = await app(self.scope, self.receive, self.send)
            except BaseException as error:
                await super().run_asgi(_raising(error))
            else:
                if result is not None or not self.response_complete:
                    await super().run_asgi(_returning(result))
        finally:
            self.on_response = _nothing
            task = self.task
            if task is not None:
                # It keeps all that is in the request's context, and an idle connection its cycle.
                self.task = None
                self._tasks.discard(task)

    def arrived(self) -> int | None:
        if self.more_body or self.response_complete or self.disconnected:
            return None
        return len(self.body) if self.message_event.is_set() else None

    def take(self) -> bytes | None:
        if self.arrived() is None:
            return None
        self.flow.resume_reading()
        self.message_event.clear()
        body = bytes(self.body)
        self.body = bytearray()
        return body

    def respond(
        self, status: int, headers: Headers, body: bytes, fixed: FixedHeaders | None = None
    ) -> Awaitable[None] | None:
        usual = None
        if not self.response_started and self._start is None and self._is_usual():
            usual = written(status, self.default_headers, headers, body, fixed)
        if usual is None:
            return in_messages(self.send, status, headers, body, fixed)
        self._write(usual)
        return None

    async def send(self, message: Any) -> None:
        start = self._start
        if start is None:
            headers = message.get("headers")
            if (
                type(headers) is list
                and not self.response_started
                and message["type"] == "http.response.start"
            ):
                self._headers = dict(headers)
                if b"content-length" in self._headers:
                    self._start = message
                    return
            await super().send(message)
            return
        self._start = None
        usual = self._usual(start, message)
        if usual is None:
            await self._send_both(start, message)
        else:
            self._write(usual)

    def _write(self, answer: bytes) -> None:
        self.response_started = self.response_complete = True
        self.transport.write(answer)
        self.message_event.set()
        self.on_response()

    def _is_usual(self) -> bool:
        """Whether the connection stays, and takes an answer now."""
        return (
            self.keep_alive
            and not self.disconnected
            and not self.waiting_for_100_continue
            and not self.flow.write_paused
            and not self.access_log
            and self.scope["method"] != "HEAD"
        )

    def _usual(self, start: Any, message: Any) -> bytes | None:
        """An answer in one piece, on a connection that stays; None where it is anything else."""
        headers = self._headers
        body: bytes = message.get("body", b"")
        if (
            message["type"] != "http.response.body"
            or message.get("more_body")
            or headers.pop(b"content-length") != b"%d" % len(body)
            or len(headers) + 1 != len(start["headers"])
            or not self._is_usual()
        ):
            return None
        return written(start["status"], self.default_headers, [*headers.items()], body, None)

    async def _send_both(self, start: Any, message: Any) -> None:
        """What uvicorn makes of them, in one write."""
        transport = self.transport
        held = _OneWrite()
        self.transport = held  # type: ignore[assignment]
        try:
            await super().send(start)
            await super().send(message)
        finally:
            self.transport = transport
            if held.parts:
                transport.write(b"".join(held.parts))
            if held.closes:
                transport.close()

    async def send_500_response(self) -> None:
        self._start = None
        await super().send_500_response()


def _raising(error: BaseException) -> Any:
    async def app(*channels: Any) -> None:
        raise error

    return app


def _returning(result: Any) -> Any:
    async def app(*channels: Any) -> Any:
        return result

    return app


def _nothing() -> None:
    """In place of a connection's method: a circle is left to the garbage collector."""
