"""One JSON line for every request answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from time import gmtime, strftime, time

import msgspec
from starlette.types import ASGIApp, Scope

from accord.runtime import context
from accord.service.exchange import GONE, Exchange, Layer

LONGEST_PATH = 1024
_MILLISECONDS = tuple(f".{number:03d}Z" for number in range(1000))


class AccessLog(Layer):
    """Hands `write` one line per request, without its newline.

    Members: time, level (`error` from 500 up), event `request`, method, route (the template, null
    where none matched), path, status (499: the caller left before an answer), duration_ms, bytes
    (of the body as sent), request_id, trace_id, client, principal. Requests for the paths in
    `quiet` are logged only if they fail (500 and up).
    """

    # The line is a struct that msgspec writes, at a tenth of what the structlog chain costs, and
    # half of what a formatted text does. It is JSON throughout, so nothing in a request can end or
    # forge a line.

    def __init__(
        self, app: ASGIApp, *, write: Callable[[str], None], quiet: Container[str] = ()
    ) -> None:
        self.app = app
        self.write = write
        self.quiet = quiet
        self._second = 0
        self._stamp = ""

    def enter(self, exchange: Exchange, scope: Scope) -> None:
        exchange.ends.append(self._note)

    def _note(self, scope: Scope, exchange: Exchange) -> None:
        status = exchange.status or GONE
        if status >= 500 or scope["path"] not in self.quiet:
            self.write(self._line(scope, status, exchange.sent, exchange.elapsed))

    def _line(self, scope: Scope, status: int, sent: int, elapsed: float) -> str:
        second, millisecond = divmod(int(time() * 1000), 1000)
        if second != self._second:
            self._second = second
            self._stamp = strftime("%Y-%m-%dT%H:%M:%S", gmtime(second))
        client = scope.get("client")
        principal = scope.get("principal")
        trace = context.traceparent.get()
        line = _Line(
            self._stamp + _MILLISECONDS[millisecond],
            "info" if status < 500 else "error",
            "request",
            scope["method"],
            getattr(scope.get("route"), "path", None),
            scope["path"][:LONGEST_PATH],
            status,
            int(elapsed * 1e6) / 1000,
            sent,
            context.request_id.get(),
            trace[3:35] if trace else None,
            client[0] if client else None,
            principal.subject if principal else None,
        )
        try:
            return _encode(line).decode("ascii")
        except UnicodeError:
            # Nothing but ASCII: there are characters beyond that end a line, too.
            return json.dumps(msgspec.to_builtins(line), separators=(",", ":"))


class _Line(msgspec.Struct):
    time: str
    level: str
    event: str
    method: str
    route: str | None
    path: str
    status: int
    duration_ms: float
    bytes: int
    request_id: str
    trace_id: str | None
    client: str | None
    principal: str | None


_encode = msgspec.json.Encoder().encode
