"""FastAPI behind the BaseHTTPMiddlewares that published guides put in front of it.

Request id, JSON log to a file, metrics by path with the process's memory, rate limit in a dict,
security headers, size limit. Kinder than most: the limit is a fixed window, not a list of times.
"""

from __future__ import annotations

import json
import logging
import os
import time
import uuid
from pathlib import Path

import psutil
from prometheus_client import Counter, Gauge, Histogram
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from scripts.bench.apps.fastapi_bare import app as app

REQUESTS = Counter("http_requests", "Requests", ["method", "path", "status"])
DURATION = Histogram("http_request_duration_seconds", "Duration", ["method", "path"])
MEMORY = Gauge("process_memory_bytes", "Memory")
LIMIT, WINDOW = 1_000_000_000, 60
LONGEST = 1_000_000


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "time": self.formatTime(record),
                "level": record.levelname,
                "message": record.getMessage(),
                **getattr(record, "fields", {}),
            }
        )


handler = logging.FileHandler(Path(os.environ["BENCH_FOLDER"]) / "usual-access.jsonl")
handler.setFormatter(JsonFormatter())
logger = logging.getLogger("access")
logger.addHandler(handler)
logger.setLevel(logging.INFO)
logger.propagate = False


class RequestIdMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        request_id = request.headers.get("X-Request-ID", str(uuid.uuid4()))
        request.state.request_id = request_id
        response = await call_next(request)
        response.headers["X-Request-ID"] = request_id
        return response


class LoggingMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        start = time.perf_counter()
        response = await call_next(request)
        fields = {
            "request_id": request.state.request_id,
            "method": request.method,
            "path": request.url.path,
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - start) * 1000, 2),
            "client": request.client.host if request.client else None,
        }
        logger.info("request", extra={"fields": fields})
        return response


class MetricsMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        start = time.perf_counter()
        response = await call_next(request)
        path = request.url.path
        REQUESTS.labels(request.method, path, response.status_code).inc()
        DURATION.labels(request.method, path).observe(time.perf_counter() - start)
        MEMORY.set(psutil.Process(os.getpid()).memory_info().rss)
        return response


class RateLimitMiddleware(BaseHTTPMiddleware):
    windows: dict[str, tuple[int, int]] = {}  # noqa: RUF012

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        client = request.client.host if request.client else "unknown"
        window = int(time.time() / WINDOW)
        start, used = self.windows.get(client, (window, 0))
        used = used + 1 if start == window else 1
        if used > LIMIT:
            return JSONResponse({"detail": "Too many requests"}, 429)
        self.windows[client] = (window, used)
        return await call_next(request)


class SecurityHeadersMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        response.headers["Cache-Control"] = "no-store"
        return response


class SizeLimitMiddleware(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if int(request.headers.get("content-length", 0)) > LONGEST:
            return JSONResponse({"detail": "Too large"}, 413)
        return await call_next(request)


for middleware in (
    SizeLimitMiddleware,
    RateLimitMiddleware,
    SecurityHeadersMiddleware,
    MetricsMiddleware,
    LoggingMiddleware,
    RequestIdMiddleware,
):
    app.add_middleware(middleware)
