"""Refuses request bodies that are too large, by the bytes that really come.

`Content-Length` can only make the refusal earlier: what is counted is what is received, so a
chunked body is held to the same limit.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.service.answer import send_problem
from accord.service.exchange import join


class BodyLimit:
    """Answers 413 where the body is longer than `max_bytes`.

    Inside, reading past the limit raises the `Problem`, so that a handler stops and cleans up. An
    answer with another status that it or a framework makes of this is replaced by the 413. The
    connection is closed: the rest of the body is not wanted.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange, send = join(scope, send)
        request = exchange.request
        length = request.get(b"content-length")
        if length is None and b"transfer-encoding" not in request and scope["http_version"] < "2":
            # RFC 9112, 6.3: such a request has no body.
            await self.app(scope, receive, send)
            return
        if length is not None and length.isdigit() and int(length[:20]) > self.max_bytes:
            await send_problem(scope, send, self._problem(scope))
            return
        counted = _Counted(self, scope, receive, send)
        try:
            await self.app(scope, counted.receive, counted.send)
        except Exception:
            if not counted.exceeded or counted.started:
                raise
        if counted.exceeded and not counted.started:
            await send_problem(scope, send, self._problem(scope))

    def _problem(self, scope: Scope) -> Problem:
        return Problem(
            413,
            code="content_too_large",
            detail=f"The body is longer than {self.max_bytes} bytes.",
            headers={"connection": "close"} if scope["http_version"] < "2" else {},
        )


class _Counted:
    """The two channels of a request whose body is counted."""

    __slots__ = ("_limit", "_receive", "_scope", "_send", "exceeded", "received", "started")

    def __init__(self, limit: BodyLimit, scope: Scope, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._scope = scope
        self._receive = receive
        self._send = send
        self.received = 0
        self.exceeded = False
        self.started = False

    async def receive(self) -> Message:
        if not self.exceeded:
            message = await self._receive()
            self.received += len(message.get("body", b""))
            if self.received <= self._limit.max_bytes:
                return message
            self.exceeded = True
        raise self._limit._problem(self._scope)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.exceeded and message["status"] != 413:
                return
            self.started = True
        elif self.exceeded and not self.started:
            return
        await self._send(message)
