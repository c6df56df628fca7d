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

T = TypeVar("T")
Call = TypeVar("Call", bound=Callable[..., Awaitable[None]])
KEY = "accord.exchange"
Header = tuple[bytes, bytes]


class Exchange:
    """One request and its answer.

    `request` holds the request's headers by lower-case name (the last of equal ones). `headers` are
    added to whatever is answered; the functions in `starts` are given, before it is sent, the list
    of all headers to add to, and the same by name. `status` is 0 until the answer starts, `sent`
    counts the bytes of its body as they leave the service, `elapsed` is how many seconds all of it
    took, known at the end. The functions in `ends` are called when all is over, however it went,
    the last that was added first, with the scope as the outermost middleware has it.
    """

    __slots__ = (
        "_send",
        "_started",
        "default_names",
        "defaults",
        "elapsed",
        "ends",
        "headers",
        "request",
        "sent",
        "starts",
        "status",
        "tokens",
    )

    def __init__(self, scope: Scope, send: Send) -> None:
        self._started = perf_counter()
        self.elapsed = 0.0
        self.request: dict[bytes, bytes] = dict(scope["headers"])
        self.headers: list[Header] = []
        self.starts: list[Callable[[list[Header], dict[bytes, bytes]], None]] = []
        self.ends: list[Callable[[Scope, Exchange], None]] = []
        self.tokens: list[Token[Any]] = []
        self.status = 0
        self.sent = 0
        self.defaults: tuple[Header, ...] = ()
        self.default_names: frozenset[bytes] = frozenset()
        self._send: Send | None = send

    def default(self, headers: tuple[Header, ...], names: frozenset[bytes]) -> None:
        """Add `headers`, whose names are `names`, except those that the answer has itself."""
        if self.defaults:
            headers, names = self.defaults + headers, self.default_names | names
        self.defaults = headers
        self.default_names = names

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
            headers = [*message.get("headers", ()), *self.headers]
            present = dict(headers)
            for add in self.starts:
                add(headers, present)
            if self.default_names.isdisjoint(present):
                headers += self.defaults
            else:
                headers += [pair for pair in self.defaults if pair[0] not in present]
            # A copy: the application may send one ready-made message for every request.
            message = {**message, "headers": headers}
        if self._send is None:
            raise RuntimeError(f"{message['type']} was sent after the request had ended")
        return self._send(message)

    def end(self, scope: Scope) -> None:
        # A server's `send` knows the scope, which knows this: a circle is left to the garbage
        # collector, at several times the cost of all middlewares.
        self._send = None
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
        return _entered(self, exchange, scope)(scope, receive, send)


def _entered(app: ASGIApp, exchange: Exchange, scope: Scope) -> ASGIApp:
    """What answers within `app`: the first that is no layer, or what a layer has put there."""
    while isinstance(app, Layer):
        app = app.enter(exchange, scope) or app.app
    return app


async def begin(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Have `app` answer a request with an exchange in its scope."""
    exchange = scope[KEY] = Exchange(scope, send)
    try:
        await _entered(app, exchange, scope)(scope, receive, exchange.send)
    finally:
        exchange.end(scope)
