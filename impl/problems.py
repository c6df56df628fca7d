"""How each error of the store is shown to callers: the one table from domain to wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accord.runtime import FieldError, Problem
from accord.service.problem_pages import ENGINE_KINDS, Kind
from impl.domain.errors import StoreError

PAGES = "/problems"
_RETRY_AFTER = 1

KINDS: Mapping[str, Kind] = {
    **ENGINE_KINDS,
    "payment_declined": Kind(
        402,
        "Payment declined",
        "The payment was declined; nothing was charged, and what had been done was undone.",
        "Pay in another way, with a new Idempotency-Key.",
    ),
    "conflict": Kind(
        409,
        "Conflict",
        "The request is at odds with the present state.",
        "Read the resource again and decide anew.",
    ),
    "sku_taken": Kind(
        409,
        "SKU taken",
        "Another item has this sku, which is unique among all items.",
        "Change the other item, or choose another sku.",
    ),
    "out_of_stock": Kind(
        409,
        "Out of stock",
        "There is less in stock than was ordered; what had been done was undone.",
        "Order less of what `errors` names, with a new Idempotency-Key.",
    ),
    "order_not_changeable": Kind(
        409,
        "Order not changeable",
        "The order is not confirmed, has changed meanwhile, or is on its way to the customer.",
        "Read the order again; one that is pending can be changed when it is confirmed.",
    ),
    "order_not_parked": Kind(
        409,
        "Order not parked",
        "The order does not wait for a person: it is being carried out, or that is over.",
        "Read the order to see where it stands.",
    ),
    "idempotency_key_reused": Kind(
        409,
        "Idempotency key reused",
        "The Idempotency-Key was sent before, with another request.",
        "Make a new random key for every new intention.",
    ),
    "idempotency_in_progress": Kind(
        409,
        "First request in progress",
        "The first request with this Idempotency-Key is still being carried out.",
        "Repeat the same request after the seconds that Retry-After names.",
    ),
    "precondition_failed": Kind(
        412,
        "Precondition failed",
        "The If-Match header no longer holds: somebody else has changed the resource.",
        "Read it again, decide anew, and repeat the change with the new ETag.",
    ),
    "precondition_required": Kind(
        428,
        "Precondition required",
        "The operation needs an If-Match header, so that nobody's change is lost.",
        "Send the ETag that the resource was read with.",
    ),
}
"""Every kind of problem that callers of the store can meet; each has a page."""


def _shown(error: StoreError) -> Problem:
    kind = KINDS[error.code]
    wait = error.retry_after
    if wait is None and kind.status == 503:
        wait = _RETRY_AFTER
    return Problem(
        kind.status,
        code=error.code,
        title=kind.title,
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


PROBLEMS: Mapping[type[Exception], Callable[[Any], Problem]] = {StoreError: _shown}
