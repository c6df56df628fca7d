"""Sending a confirmed order elsewhere: a new shipment is booked, then the old one called off."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter

from impl.domain.errors import Conflict, OrderNotChangeable
from impl.domain.orders import Address, Hold, Order, OrderStatus
from impl.gateways import Gateways
from impl.repositories.database import Database
from impl.sagas.answers import ASKED, Asked
from impl.sagas.endings import Endings, Meaning
from impl.sagas.hold import take_hold
from impl.sagas.order_steps import learned
from impl.sagas.steps import Ended, Journal, Limits, Step, carry_out, undo

CHANGE_ADDRESS = "change_address"


_REQUEST: TypeAdapter[tuple[Hold, Address]] = TypeAdapter(tuple[Hold, Address])


def request_of(order: Order, address: Address) -> str:
    """What the saga is started with, the same while it is under way: where the order goes, and
    where it shall go."""
    hold = Hold(CHANGE_ADDRESS, "", order.revision, order.shipping_address, order.shipment_id)
    if order.hold is not None:
        hold = replace(order.hold, id="")
    return _REQUEST.dump_json((hold, address)).decode()


class ChangeAddressSaga:
    """What is carried out, once for each change."""

    def __init__(
        self, database: Database, gateways: Gateways, endings: Endings, limits: Limits
    ) -> None:
        self._database = database
        self._to = gateways
        self._endings = endings
        self._limits = limits

    async def __call__(self, id: str, request: str, journal: Journal) -> None:
        asked = ASKED.validate_json(request)
        hold, address = _REQUEST.validate_json(asked.request)
        held = await take_hold(self._database, journal, asked.order_id, replace(hold, id=id))
        if held.failure is not None:
            await self._endings.refuse(journal, asked, CHANGE_ADDRESS, held.failure)
            return
        assert held.order is not None
        moved = replace(held.order, shipping_address=address, shipment_id=None)
        ended = await carry_out(self._steps(), moved, journal, self._limits)
        await self._end(asked, ended, journal)

    async def resume(self, asked: Asked, order: Order, journal: Journal) -> Order:
        """Go on where a parked order got stuck: forwards, or backwards."""
        create, call_off = self._steps()
        if call_off.name in order.stuck:
            ended = await carry_out((call_off,), order, journal, self._limits)
        else:
            stuck = await undo((create,), order, journal, self._limits)
            ended = Ended(order, order.failure, stuck)
        return await self._end(asked, ended, journal, resumed=True)

    async def _end(
        self, asked: Asked, ended: Ended, journal: Journal, *, resumed: bool = False
    ) -> Order:
        hold = ended.order.hold
        assert hold is not None
        assert hold.address is not None
        if ended.failure is not None and not ended.stuck:
            before = replace(
                ended.order, shipping_address=hold.address, shipment_id=hold.shipment_id
            )
            ended = replace(ended, order=before)
        meaning = Meaning(
            CHANGE_ADDRESS,
            done=OrderStatus.CONFIRMED,
            undone=OrderStatus.CONFIRMED,
            resumed=resumed,
        )
        return await self._endings.end(journal, asked, ended, meaning)

    def _steps(self) -> tuple[Step, Step]:
        return (
            Step("shipping.create", self.ship_anew, undo=self.call_off_anew),
            Step("shipping.cancel", self.call_off, insists=True),
        )

    async def ship_anew(self, order: Order) -> Order:
        assert order.hold is not None
        shipment = await self._to.shipping.create(
            order_id=order.id,
            address=order.shipping_address,
            lines=order.lines,
            idempotency_key=f"{order.id}:shipping.create:{order.hold.id}",
        )
        return replace(order, shipment_id=shipment.id)

    async def call_off_anew(self, order: Order) -> None:
        known = await learned(order, order.shipment_id, self.ship_anew)
        if known is not None and known.shipment_id is not None:
            await self._to.shipping.cancel(known.shipment_id)

    async def call_off(self, order: Order) -> Order:
        assert order.hold is not None
        if order.hold.shipment_id is not None:
            try:
                await self._to.shipping.cancel(order.hold.shipment_id)
            except Conflict as error:
                raise OrderNotChangeable("The order is on its way already.") from error
        return order
