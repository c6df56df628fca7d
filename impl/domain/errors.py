"""What can go wrong in the store, in its own words.

    StoreError
    ├── Invalid                   a value breaks a rule; `faults` says which and where
    ├── NotFound                  nothing has this id, or it is somebody else's
    ├── Conflict                  at odds with the present state
    │   ├── SkuTaken
    │   ├── OutOfStock
    │   ├── OrderNotChangeable
    │   ├── OrderNotParked
    │   ├── IdempotencyKeyReused
    │   └── IdempotencyInProgress
    ├── PaymentDeclined
    ├── PreconditionFailed        changed since it was read
    ├── PreconditionRequired
    ├── Unavailable               a service we need does not answer for now
    ├── TimedOut                  a service we need did not answer in time
    └── Defect                    something of ours broke; the log says what

    Rejected                      a service refused what should have been right: a defect of ours

`impl.problems` says how each is shown to callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that breaks a rule.

    It is in the body (`pointer`, a JSON pointer) or in a parameter (`parameter` and
    `location`). `code` is for programs and stable, `detail` for people.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    location: Literal["path", "query", "header", "cookie"] | None = None


class StoreError(Exception):
    """A refusal that callers are told of.

    `step` names the step of a larger undertaking that failed; `retry_after` is in seconds.
    `final` errors stay the same however often the request is repeated.
    """

    code: ClassVar[str]
    final: ClassVar[bool] = True

    def __init__(
        self,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        retry_after: int | None = None,
        step: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.retry_after = retry_after
        self.step = step


class Invalid(StoreError):
    code = "validation_failed"

    def __init__(self, *faults: Fault, step: str | None = None) -> None:
        count = len(faults)
        verb = "1 value is" if count == 1 else f"{count} values are"
        super().__init__(f"{verb} not valid.", faults=faults, step=step)


class NotFound(StoreError):
    code = "not_found"


class Conflict(StoreError):
    code = "conflict"


class SkuTaken(Conflict):
    code = "sku_taken"


class OutOfStock(Conflict):
    """`faults` has one entry for each line that is short, where the service says which."""

    code = "out_of_stock"


class OrderNotChangeable(Conflict):
    """It is not confirmed, or on its way already."""

    code = "order_not_changeable"


class OrderNotParked(Conflict):
    """There is nothing to go on with."""

    code = "order_not_parked"


class IdempotencyKeyReused(Conflict):
    code = "idempotency_key_reused"


class IdempotencyInProgress(Conflict):
    code = "idempotency_in_progress"
    final = False


class PaymentDeclined(StoreError):
    code = "payment_declined"


class PreconditionFailed(StoreError):
    code = "precondition_failed"


class PreconditionRequired(StoreError):
    code = "precondition_required"


class Unavailable(StoreError):
    """The call may or may not have had its effect."""

    code = "service_unavailable"
    final = False


class TimedOut(StoreError):
    """The call may or may not have had its effect."""

    code = "gateway_timeout"
    final = False


class Defect(StoreError):
    """Tells callers nothing but that it is not their fault."""

    code = "internal_error"
    final = False


class Rejected(Exception):
    """An internal service refused a request in a way that only a defect explains.

    Callers see an internal error; the log has `service`, `status` and `code`.
    """

    def __init__(self, service: str, status: int, code: str = "") -> None:
        super().__init__(f"{service} answered {status} {code!r}")
        self.service = service
        self.status = status
        self.code = code


def restored(
    code: str,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    retry_after: int | None = None,
    step: str | None = None,
) -> StoreError:
    """The error that was once written down by its members."""
    kind = _BY_CODE[code]
    error = kind.__new__(kind)
    StoreError.__init__(error, detail, faults=faults, retry_after=retry_after, step=step)
    return error


_BY_CODE: dict[str, type[StoreError]] = {
    kind.code: kind
    for kind in (
        Invalid,
        NotFound,
        Conflict,
        SkuTaken,
        OutOfStock,
        OrderNotChangeable,
        OrderNotParked,
        IdempotencyKeyReused,
        IdempotencyInProgress,
        PaymentDeclined,
        PreconditionFailed,
        PreconditionRequired,
        Unavailable,
        TimedOut,
        Defect,
    )
}
