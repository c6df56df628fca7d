"""Orders: amounts in cents of one currency, a customer with one name, and no `parked`."""

from __future__ import annotations

from generated.store.v1 import models as v1
from generated.store.v2 import models as v2


def order(newer: v2.Order, customer: v2.Customer | None) -> v1.Order:
    """A v2 order in v1; without a customer, the name is absent."""
    return v1.Order(
        id=newer.id,
        customer_id=newer.customer_id,
        customer_name=None if customer is None else customer.name,
        status=_status(newer.status),
        lines=[_line(line) for line in newer.lines],
        total_cents=newer.total.amount_minor,
        currency=newer.total.currency,
        shipping_address=_address(newer.shipping_address),
        created_at=newer.created_at,
        updated_at=newer.updated_at,
    )


def _status(newer: v2.OrderStatus) -> v1.OrderStatus:
    if newer is v2.OrderStatus.PARKED:
        return v1.OrderStatus.PENDING
    return v1.OrderStatus(newer)


def _line(newer: v2.OrderLine) -> v1.OrderLine:
    return v1.OrderLine(
        item_id=newer.item_id,
        sku=newer.sku,
        name=newer.name,
        quantity=newer.quantity,
        unit_price_cents=newer.unit_price.amount_minor,
        line_total_cents=newer.line_total.amount_minor,
    )


def _address(newer: v2.Address) -> v1.Address:
    return v1.Address(
        recipient=newer.recipient,
        line1=newer.line1,
        line2=newer.line2,
        postal_code=newer.postal_code,
        city=newer.city,
        country=newer.country,
    )
