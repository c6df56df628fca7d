"""FastAPI behind plain ASGI middlewares, as those who know what the others cost write them.

asgi-correlation-id, structlog in the configuration that its documentation gives for speed,
prometheus-client by route template with children looked up once, a rate limit in memory, security
headers, a size limit that counts bytes.
"""

from __future__ import annotations

import os
from collections import Counter as Tally
from functools import lru_cache
from pathlib import Path
from time import perf_counter, time
from typing import Any

import msgspec
import structlog
from asgi_correlation_id import CorrelationIdMiddleware, correlation_id
from prometheus_client import Counter, Histogram
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scripts.bench.apps.fastapi_bare import app as app

REQUESTS = Counter("http_requests", "Requests", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Duration", ["method", "route"])
LIMIT, WINDOW = 1_000_000_000, 60
LONGEST = 1_000_000
SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cache-control", b"no-store"),
]

_encoder = msgspec.json.Encoder()
_log_file = (Path(os.environ["BENCH_FOLDER"]) / "plain-access.jsonl").open("ab")
structlog.configure(
    cache_logger_on_first_use=True,
    wrapper_class=structlog.make_filtering_bound_logger(20),
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(serializer=lambda event, **_: _encoder.encode(event)),
    ],
    logger_factory=structlog.BytesLoggerFactory(_log_file),
)
log = structlog.get_logger()


@lru_cache
def counter(method: str, route: str, status: int) -> Any:
    return REQUESTS.labels(method, route, status)


@lru_cache
def histogram(method: str, route: str) -> Any:
    return DURATION.labels(method, route)


class Observability:
    """The access log and the metrics: both want the status and the time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = perf_counter()
        try:
            await self.app(scope, receive, observe)
        finally:
            elapsed = perf_counter() - start
            route = getattr(scope.get("route"), "path", "(unmatched)")
            counter(scope["method"], route, status).inc()
            histogram(scope["method"], route).observe(elapsed)
            log.info(
                "request",
                request_id=correlation_id.get(),
                method=scope["method"],
                route=route,
                path=scope["path"],
                status=status,
                duration_ms=round(elapsed * 1000, 3),
                client=scope["client"][0] if scope["client"] else None,
            )


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY]
            await send(message)

        await self.app(scope, receive, add)


class RateLimit:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.window = 0
        self.used: Tally[str] = Tally()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            window = int(time() / WINDOW)
            if window != self.window:
                self.window = window
                self.used.clear()
            client = scope["client"][0] if scope["client"] else ""
            self.used[client] += 1
            if self.used[client] > LIMIT:
                await JSONResponse({"detail": "Too many requests"}, 429)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class TooLarge(Exception):
    pass


class SizeLimit:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LONGEST:
                raise TooLarge
            return message

        try:
            await self.app(scope, counted, send)
        except TooLarge:
            await JSONResponse({"detail": "Too large"}, 413)(scope, receive, send)


for middleware in (SizeLimit, RateLimit, SecurityHeaders, Observability, CorrelationIdMiddleware):
    app.add_middleware(middleware)
