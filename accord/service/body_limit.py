"""Refuses request bodies that are too large, by the bytes that really come.

`Content-Length` can only make the refusal earlier: what is counted is what is received, so a
chunked body is held to the same limit.
"""

from __future__ import annotations

from asyncio import get_running_loop, timeout
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.service.answer import send_problem
from accord.service.exchange import join


class BodyLimit:
    """Answers 413 where the body is longer than `max_bytes`.

    Inside, reading past the limit raises the `Problem`, so that a handler stops and cleans up. An
    answer with another status that it or a framework makes of this is replaced by the 413. The
    connection is closed, but not before the client has had `linger_s` seconds to stop sending:
    one whose connection is reset while it sends does not see the answer.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, linger_s: float = 5.0) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.linger_s = linger_s

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
        body = _CountedBody(scope, receive, send, self.max_bytes, self.linger_s)
        if length is not None and length.isdigit() and int(length[:20]) > self.max_bytes:
            body.exceeded = True
            # One who asks first (`Expect: 100-continue`) has sent nothing yet, and never will.
            body.more = b"expect" not in request
            await send_problem(scope, body.send, body.problem())
            return
        try:
            await self.app(scope, body.receive, body.send)
        except Exception:
            if not body.exceeded or body.answered:
                raise
        if body.exceeded and not body.answered:
            await send_problem(scope, body.send, body.problem())


class _CountedBody:
    """The two channels of a request whose body is counted.

    `more` says that the client may still be sending, `answered` that an answer has begun.
    """

    __slots__ = (
        "_linger_s",
        "_max_bytes",
        "_receive",
        "_received",
        "_scope",
        "_send",
        "answered",
        "exceeded",
        "more",
    )

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, max_bytes: int, linger_s: float
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._linger_s = linger_s
        self._received = 0
        self.exceeded = False
        self.more = True
        self.answered = False

    def problem(self) -> Problem:
        # HTTP/2 has no such header: there the stream alone is closed.
        headers = {"connection": "close"} if self._scope["http_version"] < "2" else {}
        detail = f"The body is longer than {self._max_bytes} bytes."
        return Problem(413, code="content_too_large", detail=detail, headers=headers)

    async def receive(self) -> Message:
        if not self.exceeded:
            message = await self._receive()
            self.more = message.get("more_body", False)
            self._received += len(message.get("body", b""))
            if self._received <= self._max_bytes:
                return message
            self.exceeded = True
        raise self.problem()

    async def send(self, message: Message) -> None:
        if self.exceeded:
            if message["type"] == "http.response.start":
                if message["status"] != 413:
                    return
            elif not self.answered:
                return
            elif not message.get("more_body", False) and self.more:
                await self._send({**message, "more_body": True})
                await self._discard()
                message = {"type": "http.response.body", "body": b""}
        self.answered = True
        await self._send(message)

    async def _discard(self) -> None:
        """Take what the client still sends, and keep nothing of it."""
        clock = get_running_loop().time
        until = clock() + self._linger_s
        with suppress(TimeoutError):
            async with timeout(self._linger_s):
                while self.more and clock() < until:
                    self.more = (await self._receive()).get("more_body", False)
