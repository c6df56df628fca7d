"""What the middlewares of one request share.

A middleware that wants to add a header, to know the answer or to hear of its end would wrap `send`
and `await` what is inside; each such layer is paid for on every request, and there are nine. So
those that want no more are a `Layer` each, and say what they want to the `Exchange`, which the
outermost one begins and leaves in the scope. That wraps once and waits once, and layers that follow
one another are asked in turn. Any of them works alone, in any order, with others in between.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar, Token
from time import perf_counter
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime.whole import FixedHeaders, Headers, Responder, respond

T = TypeVar("T")
Call = TypeVar("Call", bound=Callable[..., Awaitable[None]])
KEY = "accord.exchange"
GONE = 499
"""The status, for logs and metrics, of a request whose caller left before an answer; as nginx."""
Guard = Callable[[Exception, Scope, Send], Awaitable[None]]
"""Answers what was raised, or raises it again."""
_TOO_LATE = "an answer was sent after the request had ended"


class Exchange(Responder):
    """One request and its answer.

    `request` holds the request's headers by lower-case name (the last of equal ones), `receive` is
    where the layers that are being entered have its body from. `headers` are added to whatever is
    answered, `fixed` where the answer has them not itself; the functions in `starts` are given,
    before it is sent, the list of all headers to add to. `guard` answers what is raised. `status`
    is 0 until the answer starts, `length` what it says of its body's bytes by then, None for a
    stream; `sent` counts the bytes of its body as they leave the service, `elapsed` is how many
    seconds all of it took, known at the end. The functions in `ends` are called when all is over,
    however it went, the last that was added first, with the scope as the outermost middleware has
    it.
    """

    __slots__ = (
        "_send",
        "_started",
        "elapsed",
        "ends",
        "fixed",
        "guard",
        "headers",
        "length",
        "receive",
        "request",
        "sent",
        "starts",
        "status",
        "tokens",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._started = perf_counter()
        self.elapsed = 0.0
        self.request: dict[bytes, bytes] = dict(scope["headers"])
        self.headers: Headers = []
        self.starts: list[Callable[[Exchange, Headers], None]] = []
        self.ends: list[Callable[[Scope, Exchange], None]] = []
        self.tokens: list[Token[Any]] = []
        self.status = 0
        self.sent = 0
        self.length: int | None = None
        self.fixed: FixedHeaders | None = None
        self.guard: Guard | None = None
        self.receive = receive
        self._send: Send | None = send

    def default(self, fixed: FixedHeaders) -> None:
        """Add `fixed`, except those that the answer has itself."""
        self.fixed = fixed if self.fixed is None else self.fixed.over(fixed)

    def enter(self, variable: ContextVar[T], value: T) -> None:
        """Give `variable` a value for the rest of the request."""
        self.tokens.append(variable.set(value))

    # Not a coroutine of its own: it hands back the server's.
    def send(self, message: Message) -> Awaitable[None]:
        """The one wrapper around the server's `send`."""
        kind = message["type"]
        if kind == "http.response.body":
            self.sent += len(message.get("body", b""))
        elif kind == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ())]
            said = dict(headers).get(b"content-length", b"")
            self.length = int(said) if said.isdigit() else None
            fixed = self._complete(headers, None)
            if fixed is not None:
                headers += fixed.pairs
            # A copy: the application may send one ready-made message for every request.
            message = {**message, "headers": headers}
        if self._send is None:
            raise RuntimeError(_TOO_LATE)
        return self._send(message)

    def respond(
        self, status: int, headers: Headers, body: bytes, fixed: FixedHeaders | None = None
    ) -> Awaitable[None] | None:
        if self._send is None:
            raise RuntimeError(_TOO_LATE)
        self.status = status
        self.length = len(body)
        self.sent += self.length
        return respond(self._send, status, headers, body, self._complete(headers, fixed))

    def _complete(self, headers: Headers, own: FixedHeaders | None) -> FixedHeaders | None:
        """Adds to `headers` what is asked for; gives those that come on top, and on top of `own`,
        which the answer has beside them."""
        headers += self.headers
        for add in self.starts:
            add(self, headers)
        if self.fixed is None:
            return own
        fixed = self.fixed if own is None else own.over(self.fixed)
        present = dict(headers)
        if fixed.names.isdisjoint(present):
            return fixed
        headers += [pair for pair in fixed.pairs if pair[0] not in present]
        return None

    def replace(self, receive: Receive, guard: Guard | None) -> tuple[Receive, Guard | None]:
        """Gives what `receive` and `guard` were."""
        before = self.receive, self.guard
        self.receive, self.guard = receive, guard
        return before

    def end(self, scope: Scope) -> None:
        # A server's `send` knows the scope, which knows this: a circle is left to the garbage
        # collector, at several times the cost of all middlewares.
        self._send = None
        del self.receive
        self.elapsed = perf_counter() - self._started
        for told in reversed(self.ends):
            told(scope, self)
        for token in reversed(self.tokens):
            token.var.reset(token)


def asgi3(call: Call) -> Call:
    """Marks a function that hands back the coroutine of another: servers tell applications of
    ASGI 3 from older ones by their being coroutine functions."""
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(call)
    call._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return call


class Layer:
    """A middleware around `app` that looks at requests, and is told of their answers."""

    app: ASGIApp

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        """Called once for each request; gives what answers instead of `app`, if anything."""
        raise NotImplementedError

    @asgi3
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)
        exchange: Exchange | None = scope.get(KEY)
        if exchange is None:
            return begin(self, scope, receive, send)
        return _further(self, exchange, scope, receive, send)


def _entered(app: ASGIApp, exchange: Exchange, scope: Scope) -> ASGIApp:
    """What answers within `app`: the first that is no layer, or what a layer has put there."""
    while isinstance(app, Layer):
        app = app.enter(exchange, scope) or app.app
    return app


async def begin(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Have `app` answer a request with an exchange in its scope."""
    exchange = scope[KEY] = Exchange(scope, receive, send)
    try:
        await _entered(app, exchange, scope)(scope, receive, exchange.send)
    except Exception as error:
        if exchange.guard is None:
            raise
        await exchange.guard(error, scope, exchange.send)
    finally:
        exchange.end(scope)


async def _further(
    app: ASGIApp, exchange: Exchange, scope: Scope, receive: Receive, send: Send
) -> None:
    """The same within a middleware that is no layer, which may have wrapped both channels, and is
    to see the answers that layers within it give."""
    outer = exchange.replace(receive, None)
    try:
        await _entered(app, exchange, scope)(scope, receive, send)
    except Exception as error:
        if exchange.guard is None:
            raise
        await exchange.guard(error, scope, send)
    finally:
        exchange.replace(*outer)
