"""Taking hold of an order, so that nothing else changes it while a saga does."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from impl.domain.errors import OrderNotChangeable
from impl.domain.orders import Hold, Order, OrderStatus
from impl.repositories.database import Database
from impl.sagas.steps import Journal, Result, insisting


async def take_hold(database: Database, journal: Journal, order_id: UUID, hold: Hold) -> Result:
    """The order in `hold`, or `order_not_changeable` where it is not free, or not of the revision
    that `hold` names any more."""

    async def take() -> Order:
        async with database.transaction() as work:
            order = await work.orders.get(order_id)
            assert order is not None
            if order.hold is not None and order.hold.id == hold.id:
                return order
            must_be_free(order)
            held = order.held(hold, at=datetime.now(UTC))
            # What was asked was asked of that revision: the condition that its caller made held
            # then, and the shipment that a change of address calls off was the order's then.
            if order.revision != hold.revision or not await work.orders.save_next(held):
                raise OrderNotChangeable("Somebody else has changed the order meanwhile.")
        return held

    return await journal.once("order.hold", insisting("order.hold", take))


def must_be_free(order: Order) -> None:
    """Raises `OrderNotChangeable` unless the order is confirmed and in nobody's hold."""
    if order.status is not OrderStatus.CONFIRMED:
        raise OrderNotChangeable(f"The order is {order.status}.")
    if order.hold is not None:
        raise OrderNotChangeable("The order is being changed.")
