"""Orders in the database, lines included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from impl.domain.errors import Fault
from impl.domain.money import Money
from impl.domain.orders import Address, Failure, Order, OrderLine, OrderStatus
from impl.repositories.tables import order_lines, orders

# One statement for the order and its lines.
_BY_ID = (
    select(
        orders,
        order_lines.c.item_id,
        order_lines.c.sku,
        order_lines.c.name,
        order_lines.c.quantity,
        order_lines.c.unit_price_amount,
        order_lines.c.unit_price_currency,
    )
    .join(order_lines, order_lines.c.order_id == orders.c.id)
    .where(orders.c.id == bindparam("id"))
    .order_by(order_lines.c.position)
)


class OrderRepository:
    """Orders over one connection, in the transaction that it is in."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, order_id: UUID) -> Order | None:
        result = await self._connection.execute(_BY_ID, {"id": order_id})
        rows = result.all()
        return _order(rows) if rows else None

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

    async def save(self, order: Order) -> None:
        """Write an order that exists; its lines never change."""
        values = _columns(order)
        del values["id"]
        await self._connection.execute(
            update(orders).where(orders.c.id == order.id).values(**values)
        )


def _order(rows: Sequence[Row[Any]]) -> Order:
    row = rows[0]
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
            for line in rows
        ),
        total=Money(row.total_amount, row.total_currency),
        shipping_address=Address(**row.shipping_address),
        payment_method_id=row.payment_method_id,
        note=row.note,
        quote_id=row.quote_id,
        reservation_id=row.reservation_id,
        payment_id=row.payment_id,
        shipment_id=row.shipment_id,
        failure=_failure(row.failure),
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _failure(stored: dict[str, Any] | None) -> Failure | None:
    if stored is None:
        return None
    return Failure(**stored | {"faults": tuple(Fault(**fault) for fault in stored["faults"])})


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
        "quote_id": order.quote_id,
        "reservation_id": order.reservation_id,
        "payment_id": order.payment_id,
        "shipment_id": order.shipment_id,
        "failure": None if order.failure is None else asdict(order.failure),
        "revision": order.revision,
        "created_at": order.created_at,
        "updated_at": order.updated_at,
    }
