from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from accord.service.browsers import Cors, TrustedHosts

ORIGIN = "https://shop.example"


async def test_allowed_origin_passes(call: Any) -> None:
    """Preflight and request of an allowed origin get what a browser needs."""
    app = Cors(PlainTextResponse("ok"), allow_origins=[ORIGIN], allow_methods=["GET"])
    headers = {"origin": ORIGIN, "access-control-request-method": "GET"}
    preflight = await call(app, "OPTIONS", headers=headers)
    assert preflight.status_code == 200
    answer = await call(app, headers={"origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_refused_preflight_is_a_problem(call: Any) -> None:
    """Another origin's preflight is a 400 problem that names what is disallowed."""
    app = Cors(PlainTextResponse("ok"), allow_origins=[ORIGIN])
    headers = {"origin": "https://evil.example", "access-control-request-method": "DELETE"}
    response = await call(app, "OPTIONS", headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "cors_refused"
    assert "origin, method" in response.json()["detail"]
    assert "access-control-allow-origin" not in response.headers
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("api.example", 200),
        ("API.example:8443", 200),
        ("eu.shops.example", 200),
        ("evil.example", 400),
        ("shops.example.evil", 400),
        ("", 400),
    ],
)
async def test_hosts(call: Any, host: str, status: int) -> None:
    """Listed hosts and subdomains are served; any other is a 400 problem, nothing called."""
    app = TrustedHosts(PlainTextResponse("ok"), hosts=["api.example", "*.shops.example"])
    response = await call(app, headers={"host": host})
    assert response.status_code == status
    if status == 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == "unknown_host"
