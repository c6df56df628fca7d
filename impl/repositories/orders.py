"""Orders in the database, lines included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from impl.domain.errors import Fault
from impl.domain.money import Money
from impl.domain.orders import Address, Failure, Hold, Order, OrderLine, OrderStatus
from impl.domain.pages import OrderQuery, Page, ParkedOrderQuery
from impl.repositories import keyset
from impl.repositories.cursors import CursorCodec
from impl.repositories.tables import order_lines, orders

_LINE = (
    order_lines.c.item_id,
    order_lines.c.sku,
    order_lines.c.name,
    order_lines.c.quantity,
    order_lines.c.unit_price_amount,
    order_lines.c.unit_price_currency,
)
# One statement for the order and its lines.
_BY_ID = (
    select(orders, *_LINE)
    .join(order_lines, order_lines.c.order_id == orders.c.id)
    .where(orders.c.id == bindparam("id"))
    .order_by(order_lines.c.position)
)


class OrderRepository:
    """Orders over one connection, in the transaction that it is in."""

    def __init__(self, connection: AsyncConnection, cursors: CursorCodec) -> None:
        self._connection = connection
        self._cursors = cursors

    async def get(self, order_id: UUID) -> Order | None:
        result = await self._connection.execute(_BY_ID, {"id": order_id})
        rows = result.all()
        return _order(rows[0], rows) if rows else None

    async def page(self, query: OrderQuery) -> Page[Order]:
        """One page, the latest first, in two statements however many orders it has. Raises
        `Invalid` where the cursor is not one of this query."""
        bound = ("orders", query.owner, query.status, query.customer_id)
        edge = None if query.cursor is None else self._cursors.read(query.cursor, bound)
        matching = select(orders)
        if query.owner is not None:
            matching = matching.where(orders.c.owner == query.owner)
        if query.status is not None:
            matching = matching.where(orders.c.status == query.status.value)
        if query.customer_id is not None:
            matching = matching.where(orders.c.customer_id == query.customer_id)
        result = await self._connection.execute(
            keyset.seek(
                matching,
                key=orders.c.created_at,
                id=orders.c.id,
                descending=True,
                edge=edge,
                size=query.size,
            )
        )
        return keyset.page(
            await self._with_lines(result.all()),
            edge=edge,
            size=query.size,
            codec=self._cursors,
            query=bound,
            place=lambda order: (order.created_at, order.id),
            total=None,
        )

    async def parked_page(self, query: ParkedOrderQuery) -> Page[Order]:
        """One page of everybody's parked orders, as `page` gives it."""
        bound = ("parked-orders",)
        edge = None if query.cursor is None else self._cursors.read(query.cursor, bound)
        result = await self._connection.execute(
            keyset.seek(
                select(orders).where(orders.c.status == OrderStatus.PARKED.value),
                key=orders.c.updated_at,
                id=orders.c.id,
                descending=False,
                edge=edge,
                size=query.size,
            )
        )
        return keyset.page(
            await self._with_lines(result.all()),
            edge=edge,
            size=query.size,
            codec=self._cursors,
            query=bound,
            place=lambda order: (order.updated_at, order.id),
            total=None,
        )

    async def _with_lines(self, rows: Sequence[Row[Any]]) -> list[Order]:
        lines = await self._lines([row.id for row in rows])
        return [_order(row, lines[row.id]) for row in rows]

    async def _lines(self, order_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = {order_id: [] for order_id in order_ids}
        if order_ids:
            statement = select(order_lines.c.order_id, *_LINE).where(
                order_lines.c.order_id.in_(order_ids)
            )
            for row in await self._connection.execute(statement.order_by(order_lines.c.position)):
                found[row.order_id].append(row)
        return found

    async def number_of(self, status: OrderStatus) -> int:
        """How many orders have this status."""
        counted = select(func.count()).where(orders.c.status == status.value)
        return (await self._connection.execute(counted)).scalar_one()

    async def add(self, order: Order) -> None:
        await self._connection.execute(insert(orders), _columns(order))
        await self._connection.execute(
            insert(order_lines),
            [
                {
                    "order_id": order.id,
                    "position": position,
                    "item_id": line.item_id,
                    "sku": line.sku,
                    "name": line.name,
                    "quantity": line.quantity,
                    "unit_price_amount": line.unit_price.amount_minor,
                    "unit_price_currency": line.unit_price.currency,
                }
                for position, line in enumerate(order.lines)
            ],
        )

    async def save_next(self, order: Order) -> bool:
        """Write the next revision of an order, whose lines never change; False where somebody else
        has changed it since."""
        values = _columns(order)
        del values["id"]
        result = await self._connection.execute(
            update(orders)
            .where(orders.c.id == order.id, orders.c.revision == order.revision - 1)
            .values(**values)
        )
        return result.rowcount == 1


def _order(row: Row[Any], lines: Sequence[Row[Any]]) -> Order:
    return Order(
        id=row.id,
        owner=row.owner,
        customer_id=row.customer_id,
        status=OrderStatus(row.status),
        lines=tuple(
            OrderLine(
                item_id=line.item_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=Money(line.unit_price_amount, line.unit_price_currency),
            )
            for line in lines
        ),
        total=Money(row.total_amount, row.total_currency),
        shipping_address=Address(**row.shipping_address),
        payment_method_id=row.payment_method_id,
        note=row.note,
        contact_email=row.contact_email,
        quote_id=row.quote_id,
        reservation_id=row.reservation_id,
        payment_id=row.payment_id,
        shipment_id=row.shipment_id,
        failure=_failure(row.failure),
        hold=_hold(row.hold),
        stuck=tuple(row.stuck or ()),
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _failure(stored: dict[str, Any] | None) -> Failure | None:
    if stored is None:
        return None
    return Failure(**stored | {"faults": tuple(Fault(**fault) for fault in stored["faults"])})


def _hold(stored: dict[str, Any] | None) -> Hold | None:
    if stored is None:
        return None
    address = stored["address"]
    return Hold(**stored | {"address": None if address is None else Address(**address)})


def _columns(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "owner": order.owner,
        "customer_id": order.customer_id,
        "status": order.status.value,
        "total_amount": order.total.amount_minor,
        "total_currency": order.total.currency,
        "shipping_address": asdict(order.shipping_address),
        "payment_method_id": order.payment_method_id,
        "note": order.note,
        "contact_email": order.contact_email,
        "quote_id": order.quote_id,
        "reservation_id": order.reservation_id,
        "payment_id": order.payment_id,
        "shipment_id": order.shipment_id,
        "failure": None if order.failure is None else asdict(order.failure),
        "hold": None if order.hold is None else asdict(order.hold),
        "stuck": list(order.stuck) or None,
        "revision": order.revision,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
    }
