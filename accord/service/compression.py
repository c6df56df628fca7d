"""Compressed answers for callers who take them, at no cost to the others."""

from __future__ import annotations

from collections.abc import Awaitable

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.service.exchange import KEY, Exchange, Header, asgi3, begin

_VARY = (b"vary", b"Accept-Encoding")


class Compression:
    """Starlette's `GZipMiddleware`, passed by where the caller does not accept gzip.

    Answers of at least `minimum_size` bytes, and streams, are compressed. An answer that might
    have been compressed says so in `Vary`, for caches.
    """

    def __init__(self, app: ASGIApp, *, minimum_size: int = 1000) -> None:
        self.app = app
        self._minimum_size = minimum_size
        self._gzip = GZipMiddleware(app, minimum_size=minimum_size)

    @asgi3
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)
        exchange: Exchange | None = scope.get(KEY)
        if exchange is None:
            return begin(self, scope, receive, send)
        if b"gzip" in exchange.request.get(b"accept-encoding", b""):
            return self._gzip(scope, receive, send)
        exchange.starts.append(self._vary)
        return self.app(scope, receive, send)

    def _vary(self, headers: list[Header], present: dict[bytes, bytes]) -> None:
        # What is too small is sent as it is to everybody.
        length = present.get(b"content-length")
        if length is None or int(length) >= self._minimum_size:
            headers.append(_VARY)
