"""uvicorn's HTTP, with two differences: who sends what is no HTTP request hears a problem, as from
everything else here, and an answer leaves in one write."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, phrase, problem_bytes

LONGEST_URI = 65_535
"""Bytes that the parser can address."""
LONGEST_HEAD = 65_536
"""Bytes of all headers together; a body has a limit of its own."""


class _OneWrite:
    """Stands for a connection while an answer is put together."""

    __slots__ = ("closes", "parts", "write")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.write = self.parts.append
        self.closes = False

    def close(self) -> None:
        self.closes = True


class _Cycle(RequestResponseCycle):
    """Holds the head of an answer back until its body begins, as ASGI has it, so that both are
    one write: a system call less, and a packet. Streams, whose length nobody knows, begin at
    once: their callers wait for the head to know that they are heard."""

    _start: Any = None

    async def send(self, message: Any) -> None:
        start = self._start
        if start is None:
            if message["type"] == "http.response.start" and any(
                name == b"content-length" for name, _ in message.get("headers", ())
            ):
                self._start = message
            else:
                await super().send(message)
            return
        self._start = None
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


class ServiceProtocol(HttpToolsProtocol):
    """Stock, it answers 400 in plain text, takes heads of any length, and writes twice."""

    _head = 0

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_URI:
            raise ValueError("too long")  # the parser stops; the answer is below

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value)
        if self._head > LONGEST_HEAD:
            raise ValueError("too long")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        # uvicorn names the class in the middle of that method, and its task has not run yet.
        if self.cycle is not None:
            self.cycle.__class__ = _Cycle

    def send_400_response(self, msg: str) -> None:
        if len(self.url) > LONGEST_URI:
            detail = f"The address is longer than {LONGEST_URI} bytes."
            self._refuse(Problem(414, code="uri_too_long", title="URI too long", detail=detail))
        elif self._head > LONGEST_HEAD:
            detail = f"The headers are longer than {LONGEST_HEAD} bytes together."
            self._refuse(Problem(431, code="head_too_large", detail=detail))
        else:
            detail = "This is no HTTP request."
            self._refuse(Problem(400, code="malformed_request", detail=detail))

    def _refuse(self, problem: Problem) -> None:
        # No application has seen the request, so nothing has said where the pages are.
        whole = copy_context()
        whole.run(context.problem_types.set, getattr(self.app, "problem_types", ""))
        body = whole.run(problem_bytes, problem)
        head = (
            f"HTTP/1.1 {problem.status} {phrase(problem.status)}\r\ncontent-type: {PROBLEM}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
