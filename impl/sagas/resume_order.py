"""Going on with an order that was parked, once what kept it from going on is mended."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from impl.domain.errors import NotFound, OrderNotParked
from impl.domain.orders import Order, OrderStatus
from impl.gateways import Gateways
from impl.repositories.database import Database
from impl.sagas.detached import Detached
from impl.sagas.order_steps import order_steps
from impl.sagas.steps import undo

_log = logging.getLogger(__name__)


class ResumeOrder:
    """The use case: a parked order is one that was not undone, so undoing it goes on."""

    def __init__(self, database: Database, gateways: Gateways, detached: Detached) -> None:
        self._database = database
        self._detached = detached
        self._steps = order_steps(database, gateways)

    async def __call__(self, order_id: UUID) -> Order:
        """The order, pending again; it fails once everything is undone, or is parked anew.

        Raises `NotFound` and `OrderNotParked`.
        """
        async with self._database.transaction() as work:
            order = await work.orders.get(order_id)
            if order is None:
                raise NotFound("No order has this id.")
            if order.status is not OrderStatus.PARKED:
                raise OrderNotParked(f"The order is {order.status}.")
            begun = order.changed(OrderStatus.PENDING, at=datetime.now(UTC), failure=order.failure)
            if not await work.orders.save_next(begun):
                raise OrderNotParked("Somebody else goes on with the order.")
        self._detached.start(self._undo(begun))
        return begun

    async def _undo(self, order: Order) -> None:
        stuck = await undo(self._steps, order)
        status = OrderStatus.PARKED if stuck else OrderStatus.FAILED
        failure = order.failure
        if stuck and failure is not None:
            failure = replace(failure, step=stuck[0])
        if stuck:
            _log.error("order %s is parked again: not undone: %s", order.id, stuck)
        async with self._database.transaction() as work:
            await work.orders.save_next(
                order.changed(status, at=datetime.now(UTC), failure=failure)
            )
