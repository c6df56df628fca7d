"""Ways to call an ASGI application: in process, and over a real socket."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
import structlog
from starlette.types import ASGIApp

from accord.service.logging import configure_logging
from tests.serving import serving_here

Call = Callable[..., Awaitable[httpx.Response]]
LogLines = Callable[[], list[dict[str, Any]]]
Serve = Callable[[ASGIApp], AbstractAsyncContextManager[int]]


@pytest.fixture
def call() -> Call:
    """`await call(app, "GET", "/path", headers=…)`: the response of an app, in process."""

    async def call(
        app: ASGIApp, method: str = "GET", url: str = "/", **options: Any
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as http:
            return await http.request(method, url, **options)

    return call


@pytest.fixture
def serve() -> Serve:
    """`async with serve(app) as port`: the app on a real uvicorn, on a port of its own."""

    return serving_here


@pytest.fixture
def log_lines() -> Iterator[LogLines]:
    """Logging set up as a service does it: the lines of the service so far, parsed.

    What httpx says of the test's own requests is left out.
    """
    lines: list[str] = []
    handlers, level = logging.root.handlers[:], logging.root.level
    configure_logging(lines.append)
    try:
        yield lambda: [
            line
            for line in map(json.loads, lines)
            if line.get("logger") not in ("httpx", "asyncio")
        ]
    finally:
        structlog.reset_defaults()
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
