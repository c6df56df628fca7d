from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.service.access_log import AccessLog
from accord.service.errors import ErrorGuard
from accord.service.request_id import RequestIds


class Raises:
    """A middleware of somebody's that raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise self.error


async def test_unknown_error_shows_nothing_but_the_request_id(call: Any, log_lines: Any) -> None:
    """A defect is a 500 problem that tells the id and nothing internal; the log tells it all."""
    response = await call(RequestIds(ErrorGuard(Raises(RuntimeError("password=hunter2")))))
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "internal_error"
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text
    (line,) = log_lines()
    assert "RuntimeError: password=hunter2" in line["exception"]
    assert (line["level"], line["request_id"]) == ("error", problem["request_id"])


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (HTTPException(403, "Not for you."), 403, "forbidden"),
        (HTTPException(418), 418, "http_418"),
        (Problem(409, code="sku_taken", detail="Taken."), 409, "sku_taken"),
    ],
)
async def test_what_a_middleware_raises_is_answered_as_meant(
    call: Any, error: Exception, status: int, code: str
) -> None:
    """An HTTPException or Problem raised in a middleware keeps its status: no accidental 500."""
    response = await call(ErrorGuard(Raises(error)))
    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_headers_of_the_error_are_sent(call: Any) -> None:
    """What an HTTPException says in headers reaches the caller."""
    error = HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    response = await call(ErrorGuard(Raises(error)))
    assert response.headers["www-authenticate"] == "Bearer"


async def test_head_gets_no_body(call: Any) -> None:
    """The problem of a HEAD request has its length and type, but no body."""
    response = await call(ErrorGuard(Raises(HTTPException(404))), "HEAD")
    assert (response.status_code, response.content) == (404, b"")


async def test_broken_answer_is_not_patched_over(call: Any, log_lines: Any) -> None:
    """Once the answer has begun, an error breaks it off instead of ending it as if whole."""

    async def half(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        await call(ErrorGuard(half))
    assert "RuntimeError: midway" in log_lines()[0]["exception"]


async def test_caller_who_left_is_no_defect(log_lines: Any) -> None:
    """A client that disconnects is logged as 499, not as an error of the service."""
    lines: list[str] = []
    app = AccessLog(ErrorGuard(Raises(ClientDisconnect())), write=lines.append)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    await app(scope, receive, send)
    (line,) = map(json.loads, lines)
    assert log_lines() == []
    assert (line["status"], line["level"]) == (499, "info")
