"""Answers that are errors, as exceptions."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from accord.client import failures
from accord.client.response import Response
from accord.client.service import answered, streamed


def _response(status: int, content: bytes = b"", **headers: str) -> Response[Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, content, httpx.Headers(named), {"parsed": True})


def test_the_class_says_the_status() -> None:
    """Those without one of their own are refused or failed."""
    assert type(failures.error_of(_response(404))) is failures.NotFound
    assert type(failures.error_of(_response(418))) is failures.Refused
    assert type(failures.error_of(_response(503))) is failures.Unavailable
    assert type(failures.error_of(_response(599))) is failures.Failed
    assert issubclass(failures.NotFound, failures.Refused)
    assert issubclass(failures.TimedOut, failures.ServiceError)


def test_it_carries_the_problem() -> None:
    """As the contract types it; its usual members are at hand, and in the message."""
    problem = {"code": "sku_taken", "title": "Conflict", "detail": "There is one already."}
    content = json.dumps(problem).encode()
    with pytest.raises(failures.Conflict, match="409 sku_taken: There is one already") as raised:
        answered(lambda: _response(409, content, retry_after="3"))
    error = raised.value
    assert (error.status, error.code, error.title) == (409, "sku_taken", "Conflict")
    assert error.problem == {"parsed": True}
    assert error.retry_after == 3


def test_what_is_no_problem_is_shown_as_it_is() -> None:
    """A page of a proxy, or JSON of another shape."""
    error = failures.error_of(_response(502, b"<html>Bad gateway</html>"))
    assert (error.code, error.detail, error.retry_after) == ("", "", None)
    assert "Bad gateway" in str(error)
    assert failures.error_of(_response(500, b'["a"]')).code == ""


def test_no_answer_is_told_from_an_error() -> None:
    """Late or never; the cause is kept."""

    def fail(error: Exception) -> Any:
        raise error

    with pytest.raises(failures.TimedOut):
        answered(lambda: fail(httpx.ReadTimeout("slow")))
    with pytest.raises(failures.Unreachable) as raised:
        answered(lambda: fail(httpx.ConnectError("refused")))
    assert isinstance(raised.value.__cause__, httpx.ConnectError)
    with pytest.raises(failures.TimedOut):
        list(streamed(iter(lambda: fail(httpx.ReadTimeout("slow")), None)))
    assert answered(lambda: _response(200)).status_code == 200
