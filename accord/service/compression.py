"""Compressed answers for callers who take them, at no cost to the others."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.service.exchange import join

_VARY = (b"vary", b"Accept-Encoding")


class Compression:
    """Starlette's `GZipMiddleware`, passed by where the caller does not accept gzip.

    Answers of at least `minimum_size` bytes, and streams, are compressed. An answer that might
    have been compressed says so in `Vary`, for caches.
    """

    def __init__(self, app: ASGIApp, *, minimum_size: int = 1000) -> None:
        self.app = app
        self._gzip = GZipMiddleware(app, minimum_size=minimum_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange, send = join(scope, send)
        if b"gzip" in exchange.request.get(b"accept-encoding", b""):
            await self._gzip(scope, receive, send)
        else:
            exchange.headers.append(_VARY)
            await self.app(scope, receive, send)
