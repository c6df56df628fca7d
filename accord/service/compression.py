"""Compressed answers for callers who take them, at no cost to the others."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Scope

from accord.runtime.accept import accepts_gzip
from accord.runtime.whole import Headers
from accord.service.exchange import Exchange, Layer

_VARY = (b"vary", b"Accept-Encoding")


class Compression(Layer):
    """Starlette's `GZipMiddleware`, passed by where the caller does not accept gzip.

    Answers of at least `minimum_size` bytes, and streams, are compressed. An answer that might
    have been compressed says so in `Vary`, for caches.
    """

    def __init__(self, app: ASGIApp, *, minimum_size: int = 1000) -> None:
        self.app = app
        self._minimum_size = minimum_size
        self._gzip = GZipMiddleware(app, minimum_size=minimum_size)

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        accepted = exchange.request.get(b"accept-encoding", b"")
        # Hardly anybody says how much, and only then is there something to weigh.
        if b"gzip" in accepted and (b"q=" not in accepted.lower() or accepts_gzip(accepted)):
            return self._gzip
        exchange.starts.append(self._vary)
        return None

    def _vary(self, exchange: Exchange, headers: Headers) -> None:
        # What is too small is sent as it is to everybody.
        if exchange.length is None or exchange.length >= self._minimum_size:
            headers.append(_VARY)
