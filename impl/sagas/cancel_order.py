"""Cancelling an order that is confirmed: once its shipment is called off, there is no way back."""

from __future__ import annotations

from impl.domain.downstream import MessageChannel, MessageTemplate
from impl.domain.errors import Conflict, OrderNotChangeable
from impl.domain.orders import Hold, Order, OrderStatus
from impl.gateways import Gateways
from impl.repositories.database import Database
from impl.sagas.answers import ASKED, Asked
from impl.sagas.endings import Endings, Meaning
from impl.sagas.hold import take_hold
from impl.sagas.steps import Journal, Limits, Step, carry_out

CANCEL_ORDER = "cancel_order"


class CancelOrderSaga:
    """What is carried out, once for each cancellation."""

    def __init__(
        self, database: Database, gateways: Gateways, endings: Endings, limits: Limits
    ) -> None:
        self._database = database
        self._to = gateways
        self._endings = endings
        self._limits = limits

    async def __call__(self, id: str, request: str, journal: Journal) -> None:
        asked = ASKED.validate_json(request)
        hold = Hold(CANCEL_ORDER, id, int(asked.request))
        held = await take_hold(self._database, journal, asked.order_id, hold)
        if held.failure is not None:
            await self._endings.refuse(journal, asked, CANCEL_ORDER, held.failure)
            return
        assert held.order is not None
        await self._carry_out(self._steps(), asked, held.order, journal)

    async def resume(self, asked: Asked, order: Order, journal: Journal) -> Order:
        """Go on where a parked order got stuck."""
        steps = self._steps()
        first = next(index for index, step in enumerate(steps) if step.name in order.stuck)
        return await self._carry_out(steps[first:], asked, order, journal, resumed=True)

    async def _carry_out(
        self,
        steps: tuple[Step, ...],
        asked: Asked,
        order: Order,
        journal: Journal,
        *,
        resumed: bool = False,
    ) -> Order:
        ended = await carry_out(steps, order, journal, self._limits)
        meaning = Meaning(
            CANCEL_ORDER,
            done=OrderStatus.CANCELLED,
            undone=OrderStatus.CONFIRMED,
            resumed=resumed,
        )
        order = await self._endings.end(journal, asked, ended, meaning)
        if order.status is OrderStatus.CANCELLED:
            tell = Step("notifications.send", self.notify, needed=False)
            await carry_out((tell,), order, journal, self._limits)
        return order

    def _steps(self) -> tuple[Step, ...]:
        return (
            Step("shipping.cancel", self.call_off, insists=True),
            Step("payments.void", self.give_back, insists=True),
            Step("inventory.release", self.release, insists=True),
        )

    async def call_off(self, order: Order) -> Order:
        if order.shipment_id is not None:
            try:
                await self._to.shipping.cancel(order.shipment_id)
            except Conflict as error:
                raise OrderNotChangeable("The order is on its way already.") from error
        return order

    async def give_back(self, order: Order) -> Order:
        if order.payment_id is not None:
            await self._to.payments.void(order.payment_id)
        return order

    async def release(self, order: Order) -> Order:
        if order.reservation_id is not None:
            await self._to.inventory.release(order.reservation_id)
        return order

    async def notify(self, order: Order) -> Order:
        await self._to.notifications.send(
            order_id=order.id,
            customer_id=order.customer_id,
            template=MessageTemplate.ORDER_CANCELLED,
            channel=MessageChannel.EMAIL,
            idempotency_key=f"{order.id}:notifications.cancelled",
        )
        return order
