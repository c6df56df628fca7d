"""How long an answer may take: `X-Request-Deadline-Ms`, or the service's own budget.

The deadline is set for the layers that wait on others (`accord.downstream`), which never go past
it; nothing is cancelled here.
"""

from __future__ import annotations

import re
from asyncio import get_running_loop
from collections.abc import Awaitable

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import context
from accord.runtime.problem import FieldError, Problem
from accord.service.answer import send_problem
from accord.service.exchange import KEY, Exchange, asgi3, begin

HEADER = "X-Request-Deadline-Ms"
_MILLISECONDS = re.compile(rb"0*[1-9][0-9]{0,8}").fullmatch


class Deadline:
    """Sets `context.deadline` for the request.

    `default_s` is the budget where the caller names none, `longest_s` the most that a caller can
    ask for; both in seconds. A header that is no positive whole number is answered 400.
    """

    def __init__(self, app: ASGIApp, *, default_s: float, longest_s: float) -> None:
        if not 0 < default_s <= longest_s:
            raise ValueError(
                f"default_s is {default_s!r} and longest_s {longest_s!r}; "
                "both are seconds above 0, and the default is not above the longest"
            )
        self.app = app
        self.default_s = default_s
        self.longest_s = longest_s

    @asgi3
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self.app(scope, receive, send)
        exchange: Exchange | None = scope.get(KEY)
        if exchange is None:
            return begin(self, scope, receive, send)
        given = exchange.request.get(b"x-request-deadline-ms")
        budget = self.default_s
        if given is not None:
            if not _MILLISECONDS(given):
                return send_problem(scope, send, _malformed())
            budget = min(int(given) / 1000, self.longest_s)
        exchange.enter(context.deadline, get_running_loop().time() + budget)
        return self.app(scope, receive, send)


def _malformed() -> Problem:
    detail = "Give the milliseconds that the answer may take as a whole number above 0."
    error = FieldError("malformed", detail, parameter=HEADER, location="header")
    return Problem(400, code="malformed_request", detail=f"{HEADER} is malformed.", errors=(error,))
