"""Refuses request bodies that are too large, by the bytes that really come, or too slow.

`Content-Length` can only make the refusal earlier: what is counted is what is received, so a
chunked body is held to the same limit.
"""

from __future__ import annotations

from asyncio import get_running_loop, timeout
from collections.abc import Awaitable
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.runtime.whole import body_source
from accord.service.answer import send_problem
from accord.service.exchange import KEY, Exchange, Layer
from accord.service.patience import Patience


class BodyLimit(Layer):
    """Answers 413 where the body is longer than `max_bytes`, 408 where it takes longer than
    `timeout_s` seconds to come.

    Inside, reading past a limit raises the `Problem`, so that a handler stops and cleans up. An
    answer with another status that it or a framework makes of this is replaced by the problem. The
    connection is closed; after a 413 not before the client has had `linger_s` seconds to stop
    sending: one whose connection is reset while it sends does not see the answer.
    """

    def __init__(
        self, app: ASGIApp, *, max_bytes: int, timeout_s: float = 30.0, linger_s: float = 5.0
    ) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.timeout_s = timeout_s
        self.linger_s = linger_s
        self.patience = Patience()

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        request = exchange.request
        length = request.get(b"content-length")
        if length is None and b"transfer-encoding" not in request and scope["http_version"] < "2":
            # RFC 9112, 6.3: such a request has no body.
            return None
        source = body_source(exchange.receive)
        arrived = source.arrived() if source is not None else None
        if arrived is not None and arrived <= self.max_bytes:
            # All of it is here, so there is nothing left to count or to wait for.
            return None
        return self._limited

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = scope[KEY].request
        length = request.get(b"content-length")
        body = _CountedBody(self, scope, receive, send)
        if length is not None and length.isdigit() and int(length[:20]) > self.max_bytes:
            # One who asks first (`Expect: 100-continue`) has sent nothing yet, and never will.
            body.more = b"expect" not in request
            await send_problem(scope, body.send, body.refuse_large())
            return
        try:
            await self.app(scope, body.receive, body.send)
        except Exception:
            if body.refusal is None or body.answered:
                raise
        if body.refusal is not None and not body.answered:
            await send_problem(scope, body.send, body.refusal)


class _CountedBody:
    """The two channels of a request whose body is counted.

    `more` says that the client may still be sending and is listened to, `answered` that an answer
    has begun, `refusal` what it must be.
    """

    __slots__ = (
        "_due",
        "_limit",
        "_receive",
        "_received",
        "_scope",
        "_send",
        "answered",
        "more",
        "refusal",
    )

    def __init__(self, limit: BodyLimit, scope: Scope, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._scope = scope
        self._receive = receive
        self._send = send
        self._received = 0
        self._due = get_running_loop().time() + limit.timeout_s
        self.refusal: Problem | None = None
        self.more = True
        self.answered = False

    def refuse_large(self) -> Problem:
        detail = f"The body is longer than {self._limit.max_bytes} bytes."
        return self._refuse(Problem(413, code="content_too_large", detail=detail))

    def _refuse_slow(self) -> Problem:
        self.more = False
        detail = f"The body did not come within {self._limit.timeout_s:g} s."
        return self._refuse(Problem(408, code="request_timeout", detail=detail))

    def _refuse(self, problem: Problem) -> Problem:
        # HTTP/2 has no such header: there the stream alone is closed.
        if self._scope["http_version"] < "2":
            problem.headers["connection"] = "close"
        self.refusal = problem
        return problem

    async def receive(self) -> Message:
        if self.refusal is not None:
            raise self.refusal
        if not self.more:
            # The body is here; what comes now is that the caller has left, some time.
            return await self._receive()
        try:
            message = await self._limit.patience.until(self._due, self._receive())
        except TimeoutError:
            raise self._refuse_slow() from None
        self.more = message.get("more_body", False)
        self._received += len(message.get("body", b""))
        if self._received > self._limit.max_bytes:
            raise self.refuse_large()
        return message

    # Not a coroutine of its own, while there is nothing to refuse.
    def send(self, message: Message) -> Awaitable[None]:
        if self.refusal is not None:
            return self._send_refusal(self.refusal, message)
        self.answered = True
        return self._send(message)

    async def _send_refusal(self, refusal: Problem, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] != refusal.status:
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
        until = clock() + self._limit.linger_s
        with suppress(TimeoutError):
            async with timeout(self._limit.linger_s):
                while self.more and clock() < until:
                    self.more = (await self._receive()).get("more_body", False)
