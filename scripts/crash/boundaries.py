"""Every place where a process can die in the sagas of orders, and what must become of the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Moment = Literal["before", "during", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "during", "after")

PLACING = (
    "order.begin",
    "customers.get",
    "pricing.quote",
    "inventory.reserve",
    "payments.authorize",
    "shipping.create",
    "inventory.confirm",
    "payments.capture",
    "order.end",
    "notifications.send",
)
# Where the last step fails, everything is undone.
UNDOING = (
    "payments.capture",
    "undo shipping.create",
    "undo payments.authorize",
    "undo inventory.reserve",
    "order.end",
)
CANCELLING = (
    "order.hold",
    "shipping.cancel",
    "payments.void",
    "inventory.release",
    "order.end",
    "notifications.send",
)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A `moment` of a `step`, while an order is placed, placed and undone, or cancelled."""

    way: Literal["place", "undo", "cancel"]
    step: str
    moment: Moment

    def __str__(self) -> str:
        return f"{self.way}: {self.moment} {self.step}"


def every() -> Iterator[Boundary]:
    """All of them."""
    for step in PLACING:
        yield from (Boundary("place", step, moment) for moment in MOMENTS)
    for step in UNDOING:
        yield from (Boundary("undo", step, moment) for moment in MOMENTS)
    for step in CANCELLING:
        yield from (Boundary("cancel", step, moment) for moment in MOMENTS)


SHORT = (
    Boundary("place", "payments.authorize", "before"),
    Boundary("place", "shipping.create", "during"),
    Boundary("place", "order.end", "after"),
    Boundary("undo", "undo payments.authorize", "before"),
    Boundary("undo", "undo inventory.reserve", "during"),
    Boundary("undo", "undo shipping.create", "after"),
    Boundary("cancel", "payments.void", "during"),
)
"""One of each kind."""
