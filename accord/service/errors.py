"""The last line: whatever an application or a middleware raises is answered as a problem."""

from __future__ import annotations

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Scope, Send

from accord.runtime.failures import from_http_exception
from accord.runtime.problem import Problem
from accord.service.answer import send_problem
from accord.service.exchange import KEY, Exchange, Layer

log = structlog.get_logger("accord.service")


class ErrorGuard(Layer):
    """Turns what is raised below it into an answer.

    A `Problem` is answered as it says, an `HTTPException` by its status. Anything else is a
    defect: it is logged whole, and the caller sees nothing of it but the request's id. Where the
    answer has begun already nothing can be mended: the error goes on to the server, which breaks
    the connection off, so that half an answer is not taken for a whole one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def enter(self, exchange: Exchange, scope: Scope) -> None:
        exchange.guard = _answer


async def _answer(error: Exception, scope: Scope, send: Send) -> None:
    if isinstance(error, ClientDisconnect):
        return
    problem = _as_problem(error)
    if problem is None:
        log.error("unhandled_error", exc_info=error, method=scope["method"], path=scope["path"])
        problem = Problem(
            500,
            code="internal_error",
            detail="The request could not be completed; quote its id when reporting this.",
        )
    if scope[KEY].status:
        raise error
    await send_problem(scope, send, problem)


def _as_problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return from_http_exception(error)
    return None
