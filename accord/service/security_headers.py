"""Headers that tell browsers to make nothing of an API's answers but data."""

from __future__ import annotations

from starlette.types import ASGIApp, Scope

from accord.runtime.whole import FixedHeaders
from accord.service.exchange import Exchange, Layer

# Each header costs the server about a microsecond on every answer. Not here because another says
# it: X-Frame-Options (frame-ancestors), Cross-Origin-Resource-Policy (the CORS middleware).
STANDARD = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


class SecurityHeaders(Layer):
    """Adds the `STANDARD` headers to every answer, each unless the answer has it itself.

    `hsts` is sent over https only; `extra` adds headers or, by giving an empty value, takes one
    of the standard ones out.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hsts: str = "max-age=63072000; includeSubDomains",
        extra: dict[str, str] | None = None,
    ) -> None:
        self.app = app
        wanted = STANDARD | {k.lower(): v for k, v in (extra or {}).items()}
        self._plain = _fixed(wanted)
        self._secure = _fixed(wanted | {"strict-transport-security": hsts})

    def enter(self, exchange: Exchange, scope: Scope) -> None:
        exchange.default(self._secure if scope["scheme"] == "https" else self._plain)


def _fixed(headers: dict[str, str]) -> FixedHeaders:
    pairs = ((k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items() if v)
    return FixedHeaders(pairs)
