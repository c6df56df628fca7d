"""A bulkhead around the service: no more requests at once than it can carry."""

from __future__ import annotations

from collections.abc import Container

from starlette.types import ASGIApp, Scope

from accord.runtime.problem import Problem
from accord.service.answer import answering
from accord.service.exchange import Exchange, Layer

RETRY_AFTER = "1"


class ConcurrencyLimit(Layer):
    """Answers 503 at once where `most` requests are being served: one that waits in a queue is
    answered when its caller has gone. Requests for the paths in `exempt` pass and do not count."""

    def __init__(self, app: ASGIApp, *, most: int, exempt: Container[str] = ()) -> None:
        self.app = app
        self.most = most
        self.exempt = exempt
        self.running = 0

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        if scope["path"] in self.exempt:
            return None
        if self.running >= self.most:
            problem = Problem(
                503,
                code="service_unavailable",
                detail=f"{self.most} requests are being served already; try again in a moment.",
                headers={"retry-after": RETRY_AFTER},
            )
            return answering(problem)
        self.running += 1
        exchange.ends.append(self._leave)
        return None

    def _leave(self, scope: Scope, exchange: Exchange) -> None:
        self.running -= 1
