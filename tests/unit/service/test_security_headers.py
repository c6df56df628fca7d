from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.service.security_headers import STANDARD, SecurityHeaders


async def test_every_answer_has_them(call: Any) -> None:
    """All standard headers are on an answer that has none of its own; no HSTS over http."""
    response = await call(SecurityHeaders(Response("ok")))
    assert STANDARD.items() <= dict(response.headers).items()
    assert "strict-transport-security" not in response.headers


async def test_what_the_answer_says_itself_is_kept(call: Any) -> None:
    """A header that the application sets is neither overwritten nor doubled."""
    inner = Response("ok", headers={"Cache-Control": "max-age=60"})
    response = await call(SecurityHeaders(inner))
    assert response.headers.get_list("cache-control") == ["max-age=60"]
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_https_gets_hsts(call: Any) -> None:
    """Over https the browser is told to stay there."""
    response = await call(SecurityHeaders(Response("ok")), url="https://service.test/")
    assert response.headers["strict-transport-security"].startswith("max-age=")


async def test_extra_adds_changes_and_removes(call: Any) -> None:
    """`extra` can add a header, change one, or take one out by an empty value."""
    extra = {
        "Permissions-Policy": "camera=()",
        "x-content-type-options": "",
        "Referrer-Policy": "origin",
    }
    response = await call(SecurityHeaders(Response("ok"), extra=extra))
    assert response.headers["permissions-policy"] == "camera=()"
    assert response.headers.get_list("referrer-policy") == ["origin"]
    assert "x-content-type-options" not in response.headers


async def test_ready_made_message_is_not_changed(call: Any) -> None:
    """An application may send one and the same message for ever: headers do not pile up in it."""
    start = {"type": "http.response.start", "status": 204, "headers": []}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start)
        await send({"type": "http.response.body"})

    wrapped: ASGIApp = SecurityHeaders(app)
    for _ in range(3):
        response = await call(wrapped)
        assert len(response.headers.get_list("x-content-type-options")) == 1
    assert start["headers"] == []
