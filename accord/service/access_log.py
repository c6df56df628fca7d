"""One JSON line for every request answered."""

from __future__ import annotations

from collections.abc import Callable, Container
from json.encoder import encode_basestring_ascii as quoted
from time import gmtime, perf_counter, strftime, time

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import context
from accord.service.exchange import join

LONGEST_PATH = 1024
GONE = 499


class AccessLog:
    """Hands `write` one line per request, without its newline.

    Members: time, level (`error` from 500 up), event `request`, method, route (the template, null
    where none matched), path, status (499: the caller left before an answer), duration_ms, bytes
    (of the body as sent), request_id, trace_id, client, principal. Requests for the paths in
    `quiet` are logged only if they fail (500 and up).
    """

    # The line is put together by hand, at a tenth of what the structlog chain costs. Whatever
    # comes from outside passes `quoted`, so nothing in a request can end or forge a line.

    def __init__(
        self, app: ASGIApp, *, write: Callable[[str], None], quiet: Container[str] = ()
    ) -> None:
        self.app = app
        self.write = write
        self.quiet = quiet
        self._millisecond = 0
        self._stamp = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange, send = join(scope, send)
        try:
            await self.app(scope, receive, send)
        finally:
            status = exchange.status or GONE
            if status >= 500 or scope["path"] not in self.quiet:
                elapsed = (perf_counter() - exchange.started) * 1000
                self.write(self._line(scope, status, exchange.sent, elapsed))

    def _line(self, scope: Scope, status: int, sent: int, elapsed: float) -> str:
        millisecond = int(time() * 1000)
        if millisecond != self._millisecond:
            self._millisecond = millisecond
            self._stamp = _stamp(millisecond)
        route = getattr(scope.get("route"), "path", None)
        client = scope.get("client")
        principal = scope.get("principal")
        trace = context.traceparent.get()
        return (
            f'{{"time":"{self._stamp}",'
            f'"level":"{"info" if status < 500 else "error"}","event":"request",'
            f'"method":{quoted(scope["method"])},'
            f'"route":{quoted(route) if route else "null"},'
            f'"path":{quoted(scope["path"][:LONGEST_PATH])},'
            f'"status":{status},"duration_ms":{elapsed:.3f},"bytes":{sent},'
            f'"request_id":{quoted(context.request_id.get())},'
            f'"trace_id":{quoted(trace[3:35]) if trace else "null"},'
            f'"client":{quoted(client[0]) if client else "null"},'
            f'"principal":{quoted(principal.subject) if principal else "null"}}}'
        )


def _stamp(millisecond: int) -> str:
    seconds, rest = divmod(millisecond, 1000)
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(seconds))}.{rest:03d}Z"
