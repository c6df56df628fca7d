from __future__ import annotations

from typing import Any

from starlette.applications import Starlette

from accord.service.health import Health, health_routes


async def statuses(call: Any, health: Health) -> list[int]:
    app = Starlette(routes=health_routes(health))
    checks = ("startup", "live", "ready")
    return [(await call(app, "GET", f"/health/{check}")).status_code for check in checks]


async def test_checks_follow_the_phase(call: Any) -> None:
    """Live always; started from ready on; ready only between start and drain."""
    health = Health()
    assert await statuses(call, health) == [503, 200, 503]
    health.ready()
    assert await statuses(call, health) == [200, 200, 200]
    health.drain()
    assert await statuses(call, health) == [200, 200, 503]


async def test_draining_is_final(call: Any) -> None:
    """A replica that drains is never ready again, even if its start-up ends late."""
    health = Health()
    health.drain()
    health.ready()
    assert health.phase == "draining"


async def test_refusal_is_a_problem_not_to_be_cached(call: Any) -> None:
    """503 says the phase, as problem+json, with no-store and Retry-After."""
    app = Starlette(routes=health_routes(Health()))
    response = await call(app, "GET", "/health/ready")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["retry-after"] == "1"
    assert "starting" in response.json()["detail"]
