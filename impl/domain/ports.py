"""What the store asks of the six internal services; `impl.gateways` does it over HTTP.

Every method raises `Unavailable` or `TimedOut` where the service does not answer, and `Rejected`
where it refuses in a way that is not listed here. Methods that take an `idempotency_key` may be
repeated with it: the first reply comes again, and nothing is done twice. So may those that undo.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from impl.domain.downstream import (
    Customer,
    Message,
    MessageChannel,
    MessageTemplate,
    Payment,
    Quote,
    Reservation,
    Shipment,
)
from impl.domain.money import Money
from impl.domain.orders import Address, OrderLine


class Customers(Protocol):
    async def get(self, customer_id: str) -> Customer:
        """Raises `NotFound`."""
        ...


class Pricing(Protocol):
    async def quote(
        self, *, customer_id: str, lines: Sequence[OrderLine], idempotency_key: str
    ) -> Quote:
        """Price the lines and hold the price."""
        ...

    async def get(self, quote_id: str) -> Quote:
        """Raises `NotFound`."""
        ...


class Inventory(Protocol):
    async def reserve(
        self, *, order_id: UUID, lines: Sequence[OrderLine], idempotency_key: str
    ) -> Reservation:
        """Set all lines aside, or none. Raises `OutOfStock`."""
        ...

    async def confirm(self, reservation_id: str) -> Reservation:
        """Make a held reservation lasting. Raises `Conflict` where it has been released."""
        ...

    async def release(self, reservation_id: str) -> None:
        """Put the stock back, held or confirmed."""
        ...

    async def get(self, reservation_id: str) -> Reservation:
        """Raises `NotFound`."""
        ...


class Payments(Protocol):
    async def authorize(
        self,
        *,
        order_id: UUID,
        customer_id: str,
        payment_method_id: str,
        amount: Money,
        idempotency_key: str,
    ) -> Payment:
        """Set the amount aside. Raises `PaymentDeclined`, and `Invalid` with
        `payment_method_unknown` at `/payment_method_id`."""
        ...

    async def capture(self, payment_id: str) -> Payment:
        """Take what was set aside. Raises `Conflict` where it has been voided."""
        ...

    async def void(self, payment_id: str) -> None:
        """Give the money back, authorized or captured."""
        ...

    async def get(self, payment_id: str) -> Payment:
        """Raises `NotFound`."""
        ...


class Shipping(Protocol):
    async def create(
        self,
        *,
        order_id: UUID,
        address: Address,
        lines: Sequence[OrderLine],
        idempotency_key: str,
    ) -> Shipment:
        """Book a carrier. Raises `Invalid` with `not_deliverable` at `/shipping_address`."""
        ...

    async def cancel(self, shipment_id: str) -> None:
        """Call the carrier off. Raises `Conflict` where it is on its way."""
        ...

    async def get(self, shipment_id: str) -> Shipment:
        """Raises `NotFound`."""
        ...


class Notifications(Protocol):
    async def send(
        self,
        *,
        order_id: UUID,
        customer_id: str,
        template: MessageTemplate,
        channel: MessageChannel,
        idempotency_key: str,
    ) -> Message:
        """Queue a message; it reaches the customer later, or not."""
        ...

    async def of_order(self, order_id: UUID) -> tuple[Message, ...]:
        """Newest first."""
        ...
