"""Orders, as version 2 shows them."""

from __future__ import annotations

from uuid import UUID

from accord.runtime import Principal
from accord.service.prefer import RESPOND_ASYNC, prefers
from generated.store.v2 import models
from generated.store.v2.handlers import (
    CancelOrder200,
    CancelOrder202,
    ChangeShippingAddress200,
    GetOrder200,
    GetOrder304,
    PlaceOrder201,
    PlaceOrder202,
)
from impl.dependencies import ChangeOrderDep, OrderServiceDep, PlaceOrderDep
from impl.domain.etags import EntityTags
from impl.domain.idempotency import IdempotencyKey
from impl.domain.orders import Address, LineDraft, Order, OrderDraft, OrderLine, OrderStatus
from impl.domain.pages import OrderQuery, PageCursor
from impl.handlers.v2.items import condition, money, money_model
from impl.handlers.v2.order_details import detailed


class Orders:
    """`OrdersHandler` of version 2."""

    def __init__(
        self, orders: OrderServiceDep, place_order: PlaceOrderDep, change_order: ChangeOrderDep
    ) -> None:
        self._orders = orders
        self._place_order = place_order
        self._change_order = change_order

    async def list_orders(
        self,
        *,
        status: models.OrderStatus | None,
        customer_id: str | None,
        page_size: int,
        page_cursor: str | None,
        principal: Principal,
    ) -> models.OrderPage:
        page = await self._orders.page(
            OrderQuery(
                owner=principal.subject,
                size=page_size,
                status=None if status is None else OrderStatus(status),
                customer_id=customer_id,
                cursor=None if page_cursor is None else PageCursor(page_cursor, "page_cursor"),
            )
        )
        return models.OrderPage(
            orders=[order_model(order) for order in page.entries],
            next_cursor=page.next_cursor,
            prev_cursor=page.previous_cursor,
        )

    async def place_order(
        self,
        *,
        idempotency_key: str,
        prefer: str | None,
        body: models.OrderCreate,
        principal: Principal,
    ) -> PlaceOrder201 | PlaceOrder202:
        key = IdempotencyKey(principal.subject, "place_order", idempotency_key)
        if not prefers(prefer, RESPOND_ASYNC):
            order = await self._place_order(_draft(body), key=key)
        else:
            order = await self._place_order.begin(_draft(body), key=key)
            if order.status is OrderStatus.PENDING:
                return PlaceOrder202(
                    body=order_model(order),
                    location=f"/v2/orders/{order.id}",
                    etag=order.etag,
                    preference_applied=RESPOND_ASYNC,
                )
        return PlaceOrder201(
            body=order_model(order), location=f"/v2/orders/{order.id}", etag=order.etag
        )

    async def get_order(
        self,
        *,
        order_id: UUID,
        view: models.ViewName,
        if_none_match: str | None,
        principal: Principal,
    ) -> GetOrder200 | GetOrder304:
        if view is models.ViewName.DETAILED:
            details = await self._orders.details(order_id, owner=principal.subject)
            return GetOrder200(body=detailed(order_model(details.order), details))
        order = await self._orders.get(order_id, owner=principal.subject)
        if if_none_match is not None and EntityTags.parse(if_none_match).match_weakly(order.etag):
            return GetOrder304(etag=order.etag)
        body = _minimal(order) if view is models.ViewName.MINIMAL else _standard(order)
        return GetOrder200(body=body, etag=order.etag)

    async def change_shipping_address(
        self,
        *,
        order_id: UUID,
        if_match: str | None,
        body: models.AddressInput,
        principal: Principal,
    ) -> ChangeShippingAddress200:
        order = await self._change_order.address(
            order_id,
            _address_of(body),
            owner=principal.subject,
            if_match=condition(if_match),
        )
        return ChangeShippingAddress200(body=order_model(order), etag=order.etag)

    async def cancel_order(
        self, *, order_id: UUID, if_match: str | None, prefer: str | None, principal: Principal
    ) -> CancelOrder200 | CancelOrder202:
        order = await self._change_order.cancel(
            order_id,
            owner=principal.subject,
            if_match=condition(if_match),
            wait=not prefers(prefer, RESPOND_ASYNC),
        )
        if order.status is not OrderStatus.CANCELLED:
            return CancelOrder202(
                body=order_model(order),
                location=f"/v2/orders/{order.id}",
                etag=order.etag,
                preference_applied=RESPOND_ASYNC,
            )
        return CancelOrder200(body=order_model(order), etag=order.etag)


def order_model(order: Order) -> models.Order:
    """An order on the wire."""
    return models.Order(
        id=order.id,
        customer_id=order.customer_id,
        status=models.OrderStatus(order.status),
        lines=[_line(line) for line in order.lines],
        total=money_model(order.total),
        shipping_address=_address(order.shipping_address),
        note=order.note,
        contact_email=order.contact_email,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )


def _standard(order: Order) -> models.OrderStandard:
    return models.OrderStandard(
        view="standard",
        id=order.id,
        customer_id=order.customer_id,
        status=models.OrderStatus(order.status),
        lines=[_line(line) for line in order.lines],
        total=money_model(order.total),
        shipping_address=_address(order.shipping_address),
        note=order.note,
        contact_email=order.contact_email,
        created_at=order.created_at,
        updated_at=order.updated_at,
    )


def _minimal(order: Order) -> models.OrderMinimal:
    return models.OrderMinimal(
        view="minimal",
        id=order.id,
        status=models.OrderStatus(order.status),
        total=money_model(order.total),
    )


def _line(line: OrderLine) -> models.OrderLine:
    return models.OrderLine(
        item_id=line.item_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price=money_model(line.unit_price),
        line_total=money_model(line.total),
    )


def _address(address: Address) -> models.Address:
    return models.Address(
        recipient=address.recipient,
        line1=address.line1,
        line2=address.line2,
        postal_code=address.postal_code,
        city=address.city,
        country=address.country,
    )


def _draft(body: models.OrderCreate) -> OrderDraft:
    return OrderDraft(
        customer_id=body.customer_id,
        lines=tuple(LineDraft(line.item_id, line.quantity) for line in body.lines),
        shipping_address=_address_of(body.shipping_address),
        payment_method_id=body.payment_method_id,
        note=body.note,
        contact_email=body.contact_email,
        lines_total=None if body.lines_total is None else money(body.lines_total),
    )


def _address_of(body: models.AddressInput) -> Address:
    return Address(
        recipient=body.recipient,
        line1=body.line1,
        line2=body.line2,
        postal_code=body.postal_code,
        city=body.city,
        country=body.country,
    )
