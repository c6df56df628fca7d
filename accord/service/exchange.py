"""What the middlewares of one request share.

Each middleware that wants to add a header or know the answer would wrap `send`, and every wrapper
is paid for twice a request. So the outermost one wraps it once, in an `Exchange`, and leaves that
in the scope; the others find it there. Any of them works alone, in any order.
"""

from __future__ import annotations

from collections.abc import Awaitable
from time import perf_counter

from starlette.types import Message, Scope, Send

KEY = "accord.exchange"
Header = tuple[bytes, bytes]


class Exchange:
    """One request and its answer.

    `request` holds the request's headers by lower-case name (the last of equal ones), `started`
    is a `perf_counter` reading. `headers` are added to whatever is answered. `status` is 0 until
    the answer starts, `sent` counts the bytes of its body as they leave the service.
    """

    # It must not know `send`: a server's `send` knows the scope, which knows this, and a circle
    # is left to the garbage collector, at several times the cost of all middlewares.
    __slots__ = ("default_names", "defaults", "headers", "request", "sent", "started", "status")

    def __init__(self, request: dict[bytes, bytes]) -> None:
        self.started = perf_counter()
        self.request = request
        self.headers: list[Header] = []
        self.status = 0
        self.sent = 0
        self.defaults: tuple[Header, ...] = ()
        self.default_names: frozenset[bytes] = frozenset()

    def default(self, headers: tuple[Header, ...], names: frozenset[bytes]) -> None:
        """Add `headers`, whose names are `names`, except those that the answer has itself."""
        if self.defaults:
            headers, names = self.defaults + headers, self.default_names | names
        self.defaults = headers
        self.default_names = names


class _Answering:
    """The one wrapper around the server's `send`."""

    __slots__ = ("_exchange", "_send")

    def __init__(self, exchange: Exchange, send: Send) -> None:
        self._exchange = exchange
        self._send = send

    # Not a coroutine of its own: it hands back the server's.
    def send(self, message: Message) -> Awaitable[None]:
        exchange = self._exchange
        kind = message["type"]
        if kind == "http.response.body":
            exchange.sent += len(message.get("body", b""))
        elif kind == "http.response.start":
            exchange.status = message["status"]
            headers = [*message.get("headers", ()), *exchange.headers]
            if exchange.defaults:
                present = dict(headers)
                if exchange.default_names.isdisjoint(present):
                    headers += exchange.defaults
                else:
                    headers += [pair for pair in exchange.defaults if pair[0] not in present]
            # A copy: the application may send one ready-made message for every request.
            message = {**message, "headers": headers}
        return self._send(message)


def join(scope: Scope, send: Send) -> tuple[Exchange, Send]:
    """The exchange of this request, begun if need be, and the `send` to hand on."""
    exchange: Exchange | None = scope.get(KEY)
    if exchange is not None:
        return exchange, send
    exchange = scope[KEY] = Exchange(dict(scope["headers"]))
    return exchange, _Answering(exchange, send).send
