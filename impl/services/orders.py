"""Reading orders, alone or together with what six services know about them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from impl.domain.downstream import Customer
from impl.domain.errors import NotFound, TimedOut, Unavailable
from impl.domain.order_details import Available, Missing, OrderDetails
from impl.domain.orders import Order
from impl.domain.pages import OrderQuery, Page
from impl.gateways import Gateways
from impl.repositories.database import Database

T = TypeVar("T")
_log = logging.getLogger(__name__)


class OrderService:
    """Orders, each for the one who placed it. `timeout` (seconds) bounds all sections together."""

    def __init__(self, database: Database, gateways: Gateways, *, timeout: float) -> None:
        self._database = database
        self._gateways = gateways
        self._timeout = timeout

    async def get(self, order_id: UUID, *, owner: str) -> Order:
        """Raises `NotFound`, also for the order of somebody else."""
        async with self._database.reading() as work:
            order = await work.orders.get(order_id)
        if order is None or order.owner != owner:
            raise NotFound("No order has this id.")
        return order

    async def page(self, query: OrderQuery) -> Page[Order]:
        """Raises `Invalid` where the cursor is not one of this query."""
        async with self._database.reading() as work:
            return await work.orders.page(query)

    async def details(self, order_id: UUID, *, owner: str) -> OrderDetails:
        """The order, and what the six services say in parallel; raises as `get`.

        A service that fails or is late costs its own section only.
        """
        order = await self.get(order_id, owner=owner)
        due = asyncio.get_running_loop().time() + self._timeout
        to = self._gateways
        async with asyncio.TaskGroup() as group:
            customer = group.create_task(_section(due, to.customers.get, order.customer_id))
            quote = group.create_task(_section(due, to.pricing.get, order.quote_id))
            reservation = group.create_task(_section(due, to.inventory.get, order.reservation_id))
            payment = group.create_task(_section(due, to.payments.get, order.payment_id))
            shipment = group.create_task(_section(due, to.shipping.get, order.shipment_id))
            messages = group.create_task(_section(due, to.notifications.of_order, order.id))
        return OrderDetails(
            order=order,
            customer=customer.result(),
            quote=quote.result(),
            reservation=reservation.result(),
            payment=payment.result(),
            shipment=shipment.result(),
            messages=messages.result(),
        )

    async def with_customer(
        self, order_id: UUID, *, owner: str
    ) -> tuple[Order, Available[Customer] | Missing]:
        """The order and its customer; raises as `get`."""
        order = await self.get(order_id, owner=owner)
        due = asyncio.get_running_loop().time() + self._timeout
        return order, await _section(due, self._gateways.customers.get, order.customer_id)


K = TypeVar("K")


async def _section(
    due: float, read: Callable[[K], Awaitable[T]], key: K | None
) -> Available[T] | Missing:
    """What `read` says, or why it says nothing; cancellation is neither and passes."""
    if key is None:
        return Missing("not_created")
    try:
        async with asyncio.timeout_at(due):
            return Available(await read(key))
    except (TimeoutError, TimedOut):
        return Missing("timeout")
    except Unavailable:
        return Missing("service_unavailable")
    except NotFound:
        return Missing("not_found")
    except Exception:
        _log.exception("a section of an order could not be read")
        return Missing("internal_error")
