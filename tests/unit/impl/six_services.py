"""The six services in memory: they keep a ledger, and fail when they are told to."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from impl.domain.downstream import (
    Customer,
    Message,
    MessageChannel,
    MessageStatus,
    MessageTemplate,
    Payment,
    PaymentStatus,
    Quote,
    Reservation,
    ReservationStatus,
    Shipment,
    ShipmentStatus,
)
from impl.domain.errors import NotFound
from impl.domain.money import Money
from impl.domain.orders import Address, OrderLine
from impl.gateways import Gateways


class SixServices:
    """`fail[call]` is raised by that call, before it has an effect or, with `late`, after.

    A list is used up one by one. `hang` names calls that do not answer until `go_on`. `effects`
    maps what was made to its state; `calls` counts.
    """

    def __init__(self) -> None:
        self.fail: dict[str, Exception | list[Exception]] = {}
        self.late: set[str] = set()
        self.hang: set[str] = set()
        self._going_on = asyncio.Event()
        self._begun: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.calls: Counter[str] = Counter()
        self.effects: dict[str, str] = {}
        self.by_key: dict[str, str] = {}

    def gateways(self) -> Gateways:
        return Gateways(
            _Customers(self),
            _Pricing(self),
            _Inventory(self),
            _Payments(self),
            _Shipping(self),
            _Notifications(self),
        )

    async def begin(self, call: str) -> None:
        self.calls[call] += 1
        self._begun[call].set()
        if call in self.hang:
            await self._going_on.wait()
        if call not in self.late:
            self._raise(call)

    async def has_begun(self, call: str) -> None:
        """Waits until `call` was made."""
        await self._begun[call].wait()

    def go_on(self) -> None:
        """Lets every hanging call answer."""
        self.hang = set()
        self._going_on.set()

    def end(self, call: str) -> None:
        if call in self.late:
            self._raise(call)

    def _raise(self, call: str) -> None:
        error = self.fail.get(call)
        if isinstance(error, list):
            error = error.pop(0) if error else None
        if error is not None:
            raise error

    async def make(self, call: str, prefix: str, key: str, state: str) -> str:
        await self.begin(call)
        made = self.by_key.setdefault(key, f"{prefix}_{len(self.by_key):08d}")
        self.effects.setdefault(made, state)
        self.end(call)
        return made

    async def change(self, call: str, made: str, state: str) -> None:
        await self.begin(call)
        self.effects[made] = state
        self.end(call)

    async def look_up(self, call: str, made: str) -> str:
        await self.begin(call)
        if made not in self.effects:
            raise NotFound(f"No {made!r}.")
        return self.effects[made]


class _Customers:
    def __init__(self, six: SixServices) -> None:
        self.six = six

    async def get(self, customer_id: str) -> Customer:
        await self.six.begin("customers.get")
        if customer_id == "cus_unknown00":
            raise NotFound("No customer has this id.")
        return Customer(customer_id, "Ada", "Lovelace", blocked=customer_id == "cus_blocked00")


class _Pricing:
    def __init__(self, six: SixServices) -> None:
        self.six = six

    async def quote(
        self, *, customer_id: str, lines: Sequence[OrderLine], idempotency_key: str
    ) -> Quote:
        made = await self.six.make("pricing.quote", "quo", idempotency_key, "quoted")
        return _quote(made, sum(line.total.amount_minor for line in lines))

    async def get(self, quote_id: str) -> Quote:
        await self.six.look_up("pricing.get", quote_id)
        return _quote(quote_id, 1)


def _quote(quote_id: str, amount: int) -> Quote:
    zero = Money(0, "EUR")
    return Quote(quote_id, zero, zero, Money(amount, "EUR"), datetime.now(UTC))


class _Inventory:
    def __init__(self, six: SixServices) -> None:
        self.six = six

    async def reserve(
        self, *, order_id: UUID, lines: Sequence[OrderLine], idempotency_key: str
    ) -> Reservation:
        made = await self.six.make("inventory.reserve", "res", idempotency_key, "held")
        return Reservation(made, ReservationStatus.HELD)

    async def confirm(self, reservation_id: str) -> Reservation:
        await self.six.change("inventory.confirm", reservation_id, "confirmed")
        return Reservation(reservation_id, ReservationStatus.CONFIRMED)

    async def release(self, reservation_id: str) -> None:
        await self.six.change("inventory.release", reservation_id, "released")

    async def get(self, reservation_id: str) -> Reservation:
        state = await self.six.look_up("inventory.get", reservation_id)
        return Reservation(reservation_id, ReservationStatus(state))


class _Payments:
    def __init__(self, six: SixServices) -> None:
        self.six = six

    async def authorize(
        self,
        *,
        order_id: UUID,
        customer_id: str,
        payment_method_id: str,
        amount: Money,
        idempotency_key: str,
    ) -> Payment:
        made = await self.six.make("payments.authorize", "pay", idempotency_key, "authorized")
        return Payment(made, PaymentStatus.AUTHORIZED, amount)

    async def capture(self, payment_id: str) -> Payment:
        await self.six.change("payments.capture", payment_id, "captured")
        return Payment(payment_id, PaymentStatus.CAPTURED, Money(1, "EUR"))

    async def void(self, payment_id: str) -> None:
        await self.six.change("payments.void", payment_id, "voided")

    async def get(self, payment_id: str) -> Payment:
        state = await self.six.look_up("payments.get", payment_id)
        return Payment(payment_id, PaymentStatus(state), Money(1, "EUR"))


class _Shipping:
    def __init__(self, six: SixServices) -> None:
        self.six = six

    async def create(
        self,
        *,
        order_id: UUID,
        address: Address,
        lines: Sequence[OrderLine],
        idempotency_key: str,
    ) -> Shipment:
        made = await self.six.make("shipping.create", "shp", idempotency_key, "created")
        return Shipment(made, ShipmentStatus.CREATED)

    async def cancel(self, shipment_id: str) -> None:
        await self.six.change("shipping.cancel", shipment_id, "cancelled")

    async def get(self, shipment_id: str) -> Shipment:
        state = await self.six.look_up("shipping.get", shipment_id)
        return Shipment(shipment_id, ShipmentStatus(state))


class _Notifications:
    def __init__(self, six: SixServices) -> None:
        self.six = six

    async def send(
        self,
        *,
        order_id: UUID,
        customer_id: str,
        template: MessageTemplate,
        channel: MessageChannel,
        idempotency_key: str,
    ) -> Message:
        made = await self.six.make("notifications.send", "msg", idempotency_key, "queued")
        return Message(made, template, channel, MessageStatus.QUEUED)

    async def of_order(self, order_id: UUID) -> tuple[Message, ...]:
        await self.six.begin("notifications.of_order")
        template, channel = MessageTemplate.ORDER_CONFIRMED, MessageChannel.EMAIL
        return tuple(
            Message(made, template, channel, MessageStatus.QUEUED)
            for made in self.six.effects
            if made.startswith("msg_")
        )
