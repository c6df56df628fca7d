"""A bulkhead around the service: no more requests at once than it can carry."""

from __future__ import annotations

from collections.abc import Container

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.service.answer import send_problem

RETRY_AFTER = "1"


class ConcurrencyLimit:
    """Answers 503 at once where `most` requests are being served: one that waits in a queue is
    answered when its caller has gone. Requests for the paths in `exempt` pass and do not count."""

    def __init__(self, app: ASGIApp, *, most: int, exempt: Container[str] = ()) -> None:
        self.app = app
        self.most = most
        self.exempt = exempt
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.exempt:
            await self.app(scope, receive, send)
            return
        if self.running >= self.most:
            problem = Problem(
                503,
                code="service_unavailable",
                detail=f"{self.most} requests are being served already; try again in a moment.",
                headers={"retry-after": RETRY_AFTER},
            )
            await send_problem(scope, send, problem)
            return
        self.running += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.running -= 1
