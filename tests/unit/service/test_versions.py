"""Paths without a version, whose version a header or the query names."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime.declare import Contract
from accord.service.access_log import AccessLog
from accord.service.versions import Versions
from tests.unit.runtime.conftest import operation


def contract(version: int) -> Contract:
    return Contract(
        name=f"shop/v{version}",
        title="Shop",
        release="1.0.0",
        document=FilePath("contract.json"),
        operations=(operation(f"/v{version}/items/{{id}}", id="getItem"),),
    )


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """What the application sees: path, raw path and query."""
    seen = f"{scope['path']} {scope['raw_path'].decode()} {scope['query_string'].decode()}"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": seen.encode()})


@pytest.fixture
def app() -> ASGIApp:
    return Versions(echo, contracts=[contract(1), contract(2)])


@pytest.mark.parametrize(
    ("url", "header", "seen"),
    [
        ("/items/7", "2", "/v2/items/7 /v2/items/7 "),
        ("/items/7", "1", "/v1/items/7 /v1/items/7 "),
        ("/items/a%2Fb?x=1", " 2 ", "/v2/items/a/b /v2/items/a%2Fb x=1"),
        ("/items/7?api-version=1", None, "/v1/items/7 /v1/items/7 "),
        ("/items/7?a=1&api-version=2&b=2", None, "/v2/items/7 /v2/items/7 a=1&b=2"),
        ("/items/7?api-version=2", "2", "/v2/items/7 /v2/items/7 "),
        ("/items?api-version=2", None, "/v2/items /v2/items "),
    ],
)
async def test_header_or_query_choose(
    app: ASGIApp, call: Any, url: str, header: str | None, seen: str
) -> None:
    """The application sees the versioned path and no more of the choice; the answer names it, and
    that it depends on the header."""
    headers = {} if header is None else {"api-version": header}
    reply = await call(app, url=url, headers=headers)
    assert reply.text == seen
    assert reply.headers["api-version"] == seen[2]
    assert reply.headers["vary"] == "API-Version"


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("/items/7", None),
        ("/items/7", "3"),
        ("/items/7", ""),
        ("/items/7", "v2"),
        ("/items/7?api-version=0", None),
        ("/items/7?api-version=1", "2"),
        ("/items/7?api-version=1&api-version=2", None),
    ],
)
async def test_a_version_that_is_none(
    app: ASGIApp, call: Any, url: str, header: str | None
) -> None:
    """400 that lists those that are served: there is no default, which would move one day."""
    headers = {} if header is None else {"api-version": header}
    reply = await call(app, url=url, headers=headers)
    assert reply.status_code == 400
    assert reply.json()["code"] == "unknown_version"
    assert reply.json()["detail"].endswith("send one of 1, 2.")
    assert "api-version" not in reply.headers


@pytest.mark.parametrize("url", ["/", "/v2/items/7", "/v1/items/7?api-version=2", "/metrics"])
async def test_other_paths_are_left_alone(app: ASGIApp, call: Any, url: str) -> None:
    """A path that has a version keeps it, whatever a header says."""
    reply = await call(app, url=url, headers={"api-version": "1"})
    assert reply.text.startswith(url.partition("?")[0] + " ")
    assert "vary" not in reply.headers


async def test_the_log_has_the_path_that_was_served(call: Any) -> None:
    """Middlewares further out see what the path has become."""
    lines: list[str] = []
    app = AccessLog(Versions(echo, contracts=[contract(2)]), write=lines.append)
    await call(app, url="/items/7?api-version=2")
    assert '"path":"/v2/items/7"' in lines[0]
