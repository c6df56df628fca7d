"""An order together with what the six internal services know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from impl.domain.downstream import Customer, Message, Payment, Quote, Reservation, Shipment
from impl.domain.orders import Order

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Available(Generic[T]):
    """A section that is there."""

    data: T


@dataclass(frozen=True, slots=True)
class Missing:
    """A section that is not, and why: `timeout`, `service_unavailable`, `not_found`,
    `not_created` or `internal_error`."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """An order and its six sections, each of which is there or says why not."""

    order: Order
    customer: Available[Customer] | Missing
    quote: Available[Quote] | Missing
    reservation: Available[Reservation] | Missing
    payment: Available[Payment] | Missing
    shipment: Available[Shipment] | Missing
    messages: Available[tuple[Message, ...]] | Missing
