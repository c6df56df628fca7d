"""Orders, as version 1 shows them."""

from __future__ import annotations

from uuid import UUID

from accord.runtime import Principal
from generated.store.v1 import models
from generated.store.v2 import models as v2
from impl.dependencies import OrderServiceDep
from impl.domain.downstream import Customer
from impl.domain.order_details import Available, Missing
from impl.handlers.v2.order_details import customer_model
from impl.handlers.v2.orders import order_model
from impl.versions.v1 import CONVERSIONS


class Orders:
    """`OrdersHandler` of version 1."""

    def __init__(self, orders: OrderServiceDep) -> None:
        self._orders = orders

    async def get_order(self, *, order_id: UUID, principal: Principal) -> models.Order:
        order, customer = await self._orders.with_customer(order_id, owner=principal.subject)
        return CONVERSIONS.order_to_v1(order_model(order), _known(customer))


def _known(section: Available[Customer] | Missing) -> v2.Customer | None:
    return None if isinstance(section, Missing) else customer_model(section.data)
