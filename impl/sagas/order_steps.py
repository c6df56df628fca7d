"""The steps of placing an order, in order, and what undoes each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from impl.domain.downstream import MessageChannel, MessageTemplate
from impl.domain.errors import Fault, Invalid, NotFound, Rejected, StoreError
from impl.domain.orders import Order
from impl.gateways import Gateways
from impl.sagas.steps import Step


class OrderSteps:
    """The steps. Each call that makes something carries a key made of the order's id and the
    step's name; the order gathers the ids of what they make."""

    def __init__(self, gateways: Gateways) -> None:
        self._to = gateways

    def steps(self) -> tuple[Step, ...]:
        return (
            Step("customers.get", self.check_customer),
            Step("pricing.quote", self.quote),
            Step("inventory.reserve", self.reserve, undo=self.release),
            Step("payments.authorize", self.authorize, undo=self.void),
            Step("shipping.create", self.ship, undo=self.cancel_shipment),
            Step("inventory.confirm", self.confirm_reservation),
            Step("payments.capture", self.capture),
        )

    def tell(self) -> Step:
        """Telling the customer, once the order is confirmed."""
        return Step("notifications.send", self.notify, needed=False)

    async def check_customer(self, order: Order) -> Order:
        pointer = "/customer_id"
        try:
            customer = await self._to.customers.get(order.customer_id)
        except NotFound:
            fault = Fault("customer_unknown", "No customer has this id.", pointer=pointer)
            raise Invalid(fault) from None
        if customer.blocked:
            raise Invalid(Fault("customer_blocked", "May not buy for now.", pointer=pointer))
        return order

    async def quote(self, order: Order) -> Order:
        quote = await self._to.pricing.quote(
            customer_id=order.customer_id,
            lines=order.lines,
            idempotency_key=_key(order, "pricing.quote"),
        )
        return replace(order, quote_id=quote.id, total=quote.total)

    async def reserve(self, order: Order) -> Order:
        reservation = await self._to.inventory.reserve(
            order_id=order.id,
            lines=order.lines,
            idempotency_key=_key(order, "inventory.reserve"),
        )
        return replace(order, reservation_id=reservation.id)

    async def release(self, order: Order) -> None:
        known = await learned(order, order.reservation_id, self.reserve)
        if known is not None and known.reservation_id is not None:
            await self._to.inventory.release(known.reservation_id)

    async def authorize(self, order: Order) -> Order:
        payment = await self._to.payments.authorize(
            order_id=order.id,
            customer_id=order.customer_id,
            payment_method_id=order.payment_method_id,
            amount=order.total,
            idempotency_key=_key(order, "payments.authorize"),
        )
        return replace(order, payment_id=payment.id)

    async def void(self, order: Order) -> None:
        known = await learned(order, order.payment_id, self.authorize)
        if known is not None and known.payment_id is not None:
            await self._to.payments.void(known.payment_id)

    async def ship(self, order: Order) -> Order:
        shipment = await self._to.shipping.create(
            order_id=order.id,
            address=order.shipping_address,
            lines=order.lines,
            idempotency_key=_key(order, "shipping.create"),
        )
        return replace(order, shipment_id=shipment.id)

    async def cancel_shipment(self, order: Order) -> None:
        known = await learned(order, order.shipment_id, self.ship)
        if known is not None and known.shipment_id is not None:
            await self._to.shipping.cancel(known.shipment_id)

    async def confirm_reservation(self, order: Order) -> Order:
        assert order.reservation_id is not None
        await self._to.inventory.confirm(order.reservation_id)
        return order

    async def capture(self, order: Order) -> Order:
        assert order.payment_id is not None
        await self._to.payments.capture(order.payment_id)
        return order

    async def notify(self, order: Order) -> Order:
        await self._to.notifications.send(
            order_id=order.id,
            customer_id=order.customer_id,
            template=MessageTemplate.ORDER_CONFIRMED,
            channel=MessageChannel.EMAIL,
            idempotency_key=_key(order, "notifications.send"),
        )
        return order


async def learned(
    order: Order, known: str | None, repeat: Callable[[Order], Awaitable[Order]]
) -> Order | None:
    """The order with the id of what a step made; None where it made nothing.

    A call without a reply may have had its effect: repeated with its key, it tells.
    """
    if known is not None:
        return order
    try:
        return await repeat(order)
    except Rejected:
        return None
    except StoreError as error:
        if error.final:
            return None
        raise


def _key(order: Order, step: str) -> str:
    return f"{order.id}:{step}"
