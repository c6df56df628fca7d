"""The middlewares together, in the order that `accord.service` gives."""

from __future__ import annotations

import ast
import gc
import json
import weakref
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.service.access_log import AccessLog
from accord.service.body_limit import BodyLimit
from accord.service.browsers import Cors, TrustedHosts
from accord.service.compression import Compression
from accord.service.deadline import Deadline
from accord.service.errors import ErrorGuard
from accord.service.lines import LineWriter
from accord.service.metrics import Metrics, RequestMetrics
from accord.service.rate_limit import MemoryLimiter, Quota, RateLimit
from accord.service.request_id import RequestIds
from accord.service.security_headers import STANDARD, SecurityHeaders

ROOT = Path(__file__).parents[3]


class FaultyMiddleware:
    """A team's own middleware with a defect."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/faulty":
            raise ZeroDivisionError
        await self.app(scope, receive, send)


async def echo(request: Request) -> Response:
    return JSONResponse({"length": len(await request.body())})


async def long(request: Request) -> Response:
    return PlainTextResponse("long " * 1000)


class Service:
    def __init__(self, write: Any) -> None:
        self.registry = CollectorRegistry()
        self.app = Starlette(
            routes=[Route("/echo", echo, methods=["GET", "POST"]), Route("/long", long)],
            middleware=[
                Middleware(RequestIds),
                Middleware(AccessLog, write=write),
                Middleware(Metrics, metrics=RequestMetrics(self.registry)),
                Middleware(SecurityHeaders),
                Middleware(ErrorGuard),
                Middleware(FaultyMiddleware),
                Middleware(TrustedHosts, hosts=["127.0.0.1"]),
                Middleware(Cors, allow_origins=["https://shop.example"]),
                Middleware(Deadline, default_s=10, longest_s=30),
                Middleware(RateLimit, limiter=MemoryLimiter(Quota(100, 60))),
                Middleware(BodyLimit, max_bytes=1000),
                Middleware(Compression),
            ],
        )

    def count(self, method: str, route: str, status: int) -> float | None:
        labels = {"method": method, "route": route, "status": str(status)}
        return self.registry.get_sample_value("http_server_requests_total", labels)


async def test_over_a_socket_every_answer_carries_everything(serve: Any, tmp_path: Path) -> None:
    """Success, 404, 413, a defect, an unknown host: each with id and security headers, in the
    log and in the metrics; errors are problems with the id."""
    writer = LineWriter(tmp_path / "access.log")
    service = Service(writer.write)
    async with (
        serve(service.app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        answers = {
            200: await http.get("/echo", headers={"x-request-id": "request-200"}),
            404: await http.get("/nowhere", headers={"x-request-id": "request-404"}),
            413: await http.post(
                "/echo", content=b"x" * 1001, headers={"x-request-id": "request-413"}
            ),
            500: await http.get("/faulty", headers={"x-request-id": "request-500"}),
            400: await http.get("/echo", headers={"x-request-id": "request-400", "host": "evil"}),
        }
    writer.close()
    lines = {line["request_id"]: line for line in map(json.loads, (tmp_path / "access.log").open())}
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["x-request-id"] == f"request-{status}"
        assert STANDARD.items() <= dict(answer.headers).items()
        assert lines[f"request-{status}"]["status"] == status
        assert lines[f"request-{status}"]["bytes"] == len(answer.content)
        if status in (400, 413, 500):
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"] == f"request-{status}"
    assert service.count("GET", "/echo", 200) == 1
    assert service.count("GET", "(unmatched)", 404) == 1
    assert service.count("POST", "(unmatched)", 413) == 1
    assert service.count("GET", "(unmatched)", 500) == 1


async def test_compressed_bytes_are_what_is_counted(call: Any) -> None:
    """The log's `bytes` are those that leave the service, after compression."""
    lines: list[str] = []
    service = Service(lines.append)
    answer = await call(service.app, url="http://127.0.0.1/long")
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(lines[0])["bytes"] == int(answer.headers["content-length"]) < 1000


@pytest.mark.parametrize("package", ["accord", "impl"])
def test_no_base_http_middleware(package: str) -> None:
    """BaseHTTPMiddleware, which costs a task and a stream for each request, is nowhere used."""
    for path in (ROOT / package).rglob("*.py"):
        text = path.read_text()
        if "BaseHTTPMiddleware" not in text:
            continue
        tree = ast.parse(text)
        named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        named |= {node.name for node in ast.walk(tree) if isinstance(node, ast.alias)}
        assert "BaseHTTPMiddleware" not in named, path


async def test_other_protocols_pass_untouched() -> None:
    """Lifespan and WebSocket scopes go through every middleware as they are."""
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def channel(*_: Any) -> Any:
        raise AssertionError

    for wrap in (
        RequestIds,
        lambda app: AccessLog(app, write=seen.append),
        lambda app: Metrics(app, metrics=RequestMetrics(CollectorRegistry())),
        SecurityHeaders,
        ErrorGuard,
        lambda app: TrustedHosts(app, hosts=["x"]),
        lambda app: Deadline(app, default_s=1, longest_s=1),
        lambda app: RateLimit(app, limiter=MemoryLimiter(Quota(1, 1))),
        lambda app: BodyLimit(app, max_bytes=1),
    ):
        seen.clear()
        await wrap(inner)({"type": "websocket", "path": "/"}, channel, channel)
        await wrap(inner)({"type": "lifespan"}, channel, channel)
        assert seen == ["websocket", "lifespan"]


class Connection:
    """What a server makes for a request: it knows the scope, and its `send` is in use."""

    def __init__(self) -> None:
        self.scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/",
            "headers": [(b"host", b"127.0.0.1")],
            "client": ("127.0.0.1", 1),
        }

    async def receive(self) -> Any:
        return {"type": "http.request"}

    async def send(self, message: Any) -> None:
        return None


async def test_requests_leave_nothing_to_the_garbage_collector() -> None:
    """What belongs to a request is freed when it ends: circles would cost more than all the
    middlewares do."""
    app: ASGIApp = PlainTextResponse("ok")
    app = BodyLimit(app, max_bytes=1000)
    app = RateLimit(app, limiter=MemoryLimiter(Quota(100, 60)))
    app = Deadline(app, default_s=10, longest_s=30)
    app = SecurityHeaders(ErrorGuard(app))
    app = Metrics(app, metrics=RequestMetrics(CollectorRegistry()))
    app = RequestIds(AccessLog(app, write=lambda line: None))
    connection = Connection()
    gone = weakref.ref(connection)
    gc.disable()
    try:
        await app(connection.scope, connection.receive, connection.send)
        del connection
        assert gone() is None
    finally:
        gc.enable()
