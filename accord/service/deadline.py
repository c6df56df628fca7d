"""How long an answer may take: `X-Request-Deadline-Ms`, or the service's own budget.

The deadline is set for the layers that wait on others (`accord.downstream`), which never go past
it; nothing is cancelled here.
"""

from __future__ import annotations

import re
from asyncio import get_running_loop

from starlette.types import ASGIApp, Scope

from accord.runtime import context
from accord.runtime.problem import FieldError, Problem
from accord.service.answer import answering
from accord.service.exchange import Exchange, Layer

HEADER = "X-Request-Deadline-Ms"
_MILLISECONDS = re.compile(rb"0*[1-9][0-9]{0,8}").fullmatch


class Deadline(Layer):
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

    def enter(self, exchange: Exchange, scope: Scope) -> ASGIApp | None:
        given = exchange.request.get(b"x-request-deadline-ms")
        budget = self.default_s
        if given is not None:
            if not _MILLISECONDS(given):
                return answering(_malformed())
            budget = min(int(given) / 1000, self.longest_s)
        exchange.enter(context.deadline, get_running_loop().time() + budget)
        return None


def _malformed() -> Problem:
    detail = "Give the milliseconds that the answer may take as a whole number above 0."
    error = FieldError("malformed", detail, parameter=HEADER, location="header")
    return Problem(400, code="malformed_request", detail=f"{HEADER} is malformed.", errors=(error,))
