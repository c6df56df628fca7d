"""How each error of the store is shown to callers: the one table from domain to wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accord.runtime import FieldError, Problem
from impl.domain.errors import (
    Conflict,
    Defect,
    Invalid,
    NotFound,
    PaymentDeclined,
    PreconditionFailed,
    PreconditionRequired,
    StoreError,
    TimedOut,
    Unavailable,
)

_RETRY_AFTER = 1


def _shown(status: int, title: str) -> Callable[[StoreError], Problem]:
    def problem(error: StoreError) -> Problem:
        wait = error.retry_after
        if wait is None and status == 503:
            wait = _RETRY_AFTER
        return Problem(
            status,
            code=error.code,
            type=f"/problems/{error.code}",
            title=title,
            detail=error.detail,
            errors=[
                FieldError(
                    fault.code,
                    fault.detail,
                    pointer=fault.pointer,
                    parameter=fault.parameter,
                    location=fault.location,
                )
                for fault in error.faults
            ],
            headers={} if wait is None else {"retry-after": str(wait)},
            **({} if error.step is None else {"step": error.step}),
        )

    return problem


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    PaymentDeclined: _shown(402, "Payment declined"),
    NotFound: _shown(404, "Not found"),
    Conflict: _shown(409, "Conflict"),
    PreconditionFailed: _shown(412, "Precondition failed"),
    Invalid: _shown(422, "Validation failed"),
    PreconditionRequired: _shown(428, "Precondition required"),
    Defect: _shown(500, "Internal error"),
    Unavailable: _shown(503, "Service unavailable"),
    TimedOut: _shown(504, "Gateway timeout"),
}
