"""Parked orders, as version 2 shows them to operators."""

from __future__ import annotations

from uuid import UUID

from accord.runtime import Principal
from generated.store.v2 import models
from generated.store.v2.handlers import ResumeParkedOrder202
from impl.dependencies import ParkedOrdersDep, ResumeOrderDep
from impl.domain.orders import Order
from impl.domain.pages import PageCursor, ParkedOrderQuery
from impl.handlers.v2.items import money_model
from impl.handlers.v2.orders import order_model


class ParkedOrders:
    """`ParkedOrdersHandler` of version 2."""

    def __init__(self, parked: ParkedOrdersDep, resume: ResumeOrderDep) -> None:
        self._parked = parked
        self._resume = resume

    async def list_parked_orders(
        self, *, page_size: int, page_cursor: str | None, principal: Principal
    ) -> models.ParkedOrderPage:
        page = await self._parked.page(
            ParkedOrderQuery(
                size=page_size,
                cursor=None if page_cursor is None else PageCursor(page_cursor, "page_cursor"),
            )
        )
        return models.ParkedOrderPage(
            orders=[_parked(order) for order in page.entries],
            next_cursor=page.next_cursor,
            prev_cursor=page.previous_cursor,
        )

    async def resume_parked_order(
        self, *, order_id: UUID, principal: Principal
    ) -> ResumeParkedOrder202:
        order = await self._resume(order_id)
        return ResumeParkedOrder202(
            body=order_model(order), location=f"/v2/orders/{order.id}", etag=order.etag
        )


def _parked(order: Order) -> models.ParkedOrder:
    failure = order.failure
    assert failure is not None
    return models.ParkedOrder(
        id=order.id,
        customer_id=order.customer_id,
        total=money_model(order.total),
        step=failure.step,
        code=failure.code,
        detail=failure.detail,
        parked_at=order.updated_at,
    )
