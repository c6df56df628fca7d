from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from accord.service.access_log import AccessLog
from accord.service.request_id import RequestIds

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def item(request: Request) -> Response:
    request.scope["principal"] = SimpleNamespace(subject='ann "the admin"')
    return PlainTextResponse("twelve bytes")


def application() -> Starlette:
    return Starlette(routes=[Route("/items/{item_id}", item)])


async def test_line_says_what_was_asked_and_answered(call: Any) -> None:
    """One line: ids, template and path, status, duration, bytes, client, principal."""
    lines: list[str] = []
    app = RequestIds(AccessLog(application(), write=lines.append))
    headers = {"x-request-id": "request-1", "traceparent": TRACE}
    await call(app, "GET", "/items/7", headers=headers)
    (line,) = map(json.loads, lines)
    assert line.pop("duration_ms") > 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "event": "request",
        "method": "GET",
        "route": "/items/{item_id}",
        "path": "/items/7",
        "status": 200,
        "bytes": 12,
        "request_id": "request-1",
        "trace_id": TRACE[3:35],
        "client": "127.0.0.1",
        "principal": 'ann "the admin"',
    }


@pytest.mark.parametrize(
    "path", ['/a"}\n{"forged":1', "/\r\nx", "/\u2028\x00\x7f", "/" + "y" * 9000]
)
async def test_nothing_in_a_request_can_forge_a_line(path: str) -> None:
    """Quotes, newlines and control characters of the path stay inside one JSON string."""
    lines: list[str] = []
    scope = {"type": "http", "method": 'G"', "path": path, "headers": [], "client": ('"', 1)}

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        return None

    await AccessLog(PlainTextResponse("ok"), write=lines.append)(scope, receive, send)
    (text,) = lines
    assert text.isprintable()
    assert len(text) < 2000
    line = json.loads(text)
    assert line["path"] == path[:1024]
    assert "forged" not in line


async def test_unmatched_has_no_route(call: Any) -> None:
    """Where no route matched, `route` is null and the status is what was answered."""
    lines: list[str] = []
    await call(AccessLog(application(), write=lines.append), "GET", "/nowhere")
    (line,) = map(json.loads, lines)
    assert (line["route"], line["status"], line["principal"]) == (None, 404, None)


async def test_quiet_paths_speak_only_when_they_fail(call: Any) -> None:
    """A health check is not worth a line, one that fails is."""
    lines: list[str] = []
    await call(AccessLog(Response("ok"), write=lines.append, quiet={"/live"}), url="/live")
    assert lines == []
    failing = Response("no", status_code=503)
    await call(AccessLog(failing, write=lines.append, quiet={"/live"}), url="/live")
    assert json.loads(lines[0])["level"] == "error"


async def test_line_is_written_when_the_application_raises() -> None:
    """An error that nobody answered still leaves a line."""
    lines: list[str] = []

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    app = AccessLog(broken, write=lines.append)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://service.test"
    ) as http:
        with pytest.raises(RuntimeError):
            await http.get("/")
    assert json.loads(lines[0])["status"] == 499
