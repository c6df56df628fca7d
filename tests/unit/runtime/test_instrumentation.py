"""Middlewares, instrumentation and FastAPI's telemetry around a contract's operations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import Request
from opentelemetry import trace
from starlette.middleware import Middleware
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import Application
from accord.runtime.declare import JSON, Media, Path, Reply
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call, application, operation


def things(**options: Any) -> Application:
    """One operation, which fails for the name `broken`."""

    async def handle(*, name: str) -> str:
        if name == "broken":
            raise RuntimeError(name)
        return name

    declared = operation(
        "/things/{name}",
        id="getThing",
        parameters=(Path("name", str),),
        replies=(Reply(200, (Media(JSON, str),)),),
    )
    return application(declared, handler=handle, **options)


class Recorder:
    """A middleware that keeps what it saw."""

    def __init__(self, app: ASGIApp, name: str, seen: list[tuple[str, Any]]) -> None:
        self.app = app
        self.name = name
        self.seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        route = scope.get("route")
        self.seen.append((self.name, route and route.path))


async def test_middlewares_are_outside_and_see_the_template(call: Call) -> None:
    """Those given to the constructor and those added later, the last added outermost."""
    seen: list[tuple[str, Any]] = []
    app = things(middleware=[Middleware(Recorder, "first", seen)])
    app.add_middleware(Recorder, name="added", seen=seen)

    await call(app, "GET", "/things/mug")
    await call(app, "POST", "/things/mug")
    await call(app, "GET", "/nowhere")

    assert seen == [
        ("first", "/things/{name}"),
        ("added", "/things/{name}"),
        ("first", "/things/{name}"),
        ("added", "/things/{name}"),
        ("first", None),
        ("added", None),
    ]


async def test_http_middleware_in_fastapis_style(call: Call) -> None:
    """`@app.middleware("http")` wraps operations like any route."""
    app = things()

    @app.middleware("http")
    async def add(request: Request, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["x-seen"] = request.scope["route"].operation_id
        return response

    assert (await call(app, "GET", "/things/mug")).header("x-seen") == "getThing"


def test_operations_are_among_the_routes() -> None:
    """Instrumentation that walks `app.routes` finds template, method and values."""
    app = things()
    scope = {"type": "http", "method": "GET", "path": "/things/mug", "root_path": ""}
    found = [route for route in app.routes if route.matches(scope)[0] is Match.FULL]

    assert [getattr(route, "path", None) for route in found] == ["/things/{name}"]
    assert found[0].matches(scope)[1] == {"path_params": {"name": "mug"}}
    assert found[0].matches({**scope, "method": "DELETE"})[0] is Match.PARTIAL
    assert found[0].matches({**scope, "path": "/other"})[0] is Match.NONE
    assert found[0].matches({"type": "websocket", "path": "/things/mug"})[0] is Match.NONE


class Span(trace.NonRecordingSpan):
    def __init__(self, name: str) -> None:
        super().__init__(trace.INVALID_SPAN_CONTEXT)
        self.name = name
        self.attributes: dict[str, Any] = {}

    def set_attribute(self, key: str, value: Any) -> None:
        self.attributes[key] = value

    def set_attributes(self, attributes: Any) -> None:
        self.attributes.update(attributes)

    def update_name(self, name: str) -> None:
        self.name = name


class Tracing(trace.TracerProvider, trace.Tracer):
    """Keeps the spans of requests."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def get_tracer(self, *_: Any, **__: Any) -> trace.Tracer:
        return self

    def start_span(self, name: str, *_: Any, **__: Any) -> Span:
        self.spans.append(Span(name))
        return self.spans[-1]

    def start_as_current_span(self, name: str, *_: Any, **__: Any) -> Any:
        return trace.use_span(self.start_span(name))


async def test_fastapis_telemetry_knows_the_route(call: Call) -> None:
    """Spans are named after the template, the status is theirs."""
    tracing = Tracing()
    app = things(telemetry={"tracer_provider": tracing})

    await call(app, "GET", "/things/mug")
    await call(app, "GET", "/nowhere")

    served, unknown = tracing.spans
    assert served.name == "GET /things/{name}"
    assert served.attributes["http.route"] == "/things/{name}"
    assert served.attributes["http.response.status_code"] == 200
    assert unknown.name == "GET"
    assert unknown.attributes["http.response.status_code"] == 404


def test_telemetry_that_a_lifespan_configures(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for again at the end of start-up, and hears of errors too."""
    tracing = Tracing()

    @asynccontextmanager
    async def lifespan(app: Application) -> AsyncIterator[None]:
        monkeypatch.setattr(trace, "get_tracer_provider", lambda: tracing)
        yield

    with httpx.Client(base_url=serve(things(lifespan=lifespan))) as client:
        assert client.get("/things/mug").status_code == 200
        assert client.get("/things/broken").status_code == 500

    served, failed = tracing.spans
    assert served.name == failed.name == "GET /things/{name}"
    assert failed.attributes["error.type"] == "RuntimeError"
