"""What the middlewares of one request share.

Each middleware that wants to add a header or know the answer would wrap `send`, and every wrapper
is paid for twice a request. So the outermost one wraps it once, in an `Exchange`, and leaves that
in the scope; the others find it there. Any of them works alone, in any order.
"""

from __future__ import annotations

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

    __slots__ = ("_defaults", "_names", "_send", "headers", "request", "sent", "started", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self.started = perf_counter()
        self.request: dict[bytes, bytes] = dict(scope["headers"])
        self.headers: list[Header] = []
        self.status = 0
        self.sent = 0
        self._defaults: tuple[Header, ...] = ()
        self._names: frozenset[bytes] = frozenset()
        self._send = send

    def default(self, headers: tuple[Header, ...], names: frozenset[bytes]) -> None:
        """Add `headers`, whose names are `names`, except those that the answer has itself."""
        self._defaults += headers
        self._names |= names

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.body":
            self.sent += len(message.get("body", b""))
        elif kind == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), *self.headers]
            if self._defaults:
                present = dict(headers)
                if self._names.isdisjoint(present):
                    headers += self._defaults
                else:
                    headers += [pair for pair in self._defaults if pair[0] not in present]
            # A copy: the application may send one ready-made message for every request.
            message = {**message, "headers": headers}
        await self._send(message)


def join(scope: Scope, send: Send) -> tuple[Exchange, Send]:
    """The exchange of this request, begun if need be, and the `send` to hand on."""
    exchange: Exchange | None = scope.get(KEY)
    if exchange is not None:
        return exchange, send
    exchange = scope[KEY] = Exchange(scope, send)
    return exchange, exchange.send
