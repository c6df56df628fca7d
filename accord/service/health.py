"""What an orchestrator asks: has it started, does it live, may it have traffic.

None of the three does any I/O. Readiness is this replica's own state and nothing else: one that
asked its dependencies would take all replicas out at once when one of those fails.
"""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, problem_bytes

Phase = Literal["starting", "ready", "draining"]


class Health:
    """Where this replica stands: `starting`, then `ready`, then `draining`, never back."""

    def __init__(self) -> None:
        self.phase: Phase = "starting"

    def ready(self) -> None:
        """Started: everything that is needed to serve is there and warm."""
        if self.phase == "starting":
            self.phase = "ready"

    def drain(self) -> None:
        """Stop asking for traffic; requests that come all the same are still served."""
        self.phase = "draining"


def health_routes(health: Health) -> list[Route]:
    """`/health/startup`, `/health/live` and `/health/ready`: 200, or 503 with the phase.

    Live answers 200 whenever the loop runs at all.
    """

    async def startup(request: Request) -> Response:
        return _answer(request, health.phase, good=health.phase != "starting")

    async def live(request: Request) -> Response:
        return _answer(request, health.phase, good=True)

    async def ready(request: Request) -> Response:
        return _answer(request, health.phase, good=health.phase == "ready")

    return [
        Route(f"/health/{check.__name__}", check, include_in_schema=False)
        for check in (startup, live, ready)
    ]


def _answer(request: Request, phase: Phase, *, good: bool) -> Response:
    headers = {"cache-control": "no-store"}
    if good:
        return JSONResponse({"status": phase}, headers=headers)
    problem = Problem(503, code="service_unavailable", detail=f"This replica is {phase}.")
    body = problem_bytes(
        problem, request_id=context.request_id.get(), instance=request.scope["path"]
    )
    return Response(body, 503, headers | {"retry-after": "1"}, media_type=PROBLEM)
