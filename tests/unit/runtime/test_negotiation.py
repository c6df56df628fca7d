"""What is sent to a caller who says what it accepts."""

from __future__ import annotations

from typing import Any

import pytest

from accord.runtime import Application, Model
from accord.runtime.declare import JSON, Media, Reply
from tests.unit.runtime.conftest import Call, Response, application, operation


class Cat(Model):
    name: str


def replying(value: Any, reply: Reply) -> Application:
    """An application whose operation returns `value`, or what it makes."""

    async def handle() -> Any:
        return value() if callable(value) else value

    return application(operation("/pets", replies=(reply,)), handler=handle)


async def get(call: Call, app: Application, accept: str | None) -> Response:
    return await call(app, "GET", "/pets", {} if accept is None else {"accept": accept})


CSV = Reply(200, (Media(JSON, Cat), Media("text/csv", str), Media("text/plain", str)))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "text/csv; charset=utf-8"),
        ("*/*", "text/csv; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("TEXT/Plain;q=0.5", "text/plain; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/plain;q=0.3, text/csv;q=0.2", "text/plain; charset=utf-8"),
        ("text/csv;q=0, text/*", "text/plain; charset=utf-8"),
        ("text/plain;level=1;q=0.9, */*;q=0.1", "text/plain; charset=utf-8"),
        ("application/json", "text/csv; charset=utf-8"),
        ("", "text/csv; charset=utf-8"),
    ],
)
async def test_negotiation(call: Call, accept: str | None, content_type: str) -> None:
    """Of the types that the value can be written in, the one wanted most; text says its charset."""
    response = await get(call, replying("a", CSV), accept)

    assert response.status == 200
    assert response.header("content-type") == content_type


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/xml, text/html",
        "application/json;q=0, text/*;q=0",
        "*/*;q=0",
        "text/csv;q=nan",
        "json",
    ],
)
async def test_nothing_acceptable_is_a_406(call: Call, accept: str) -> None:
    """Told before the handler runs, with what there is."""
    called: list[bool] = []
    response = await get(call, replying(lambda: called.append(True), CSV), accept)

    assert (response.status, response.json()["code"]) == (406, "not_acceptable")
    assert "application/json, text/csv, text/plain" in response.json()["detail"]
    assert called == []


async def test_an_operation_without_bodies_accepts_anything(call: Call) -> None:
    """There is nothing to negotiate about a 204."""
    assert (await get(call, replying(None, Reply(204)), "image/png")).status == 204
