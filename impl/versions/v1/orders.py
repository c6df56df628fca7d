"""Orders: amounts in cents of one currency, a customer's name, and no `parked`."""

from __future__ import annotations

from generated.store.v1 import models as v1
from generated.store.v1.conversions import address_to_v1
from generated.store.v2 import models as v2


class OrderConversions:
    """The part of `Conversions` that is about orders."""

    def order_to_v1(self, newer: v2.Order, customer: v2.Customer | None = None) -> v1.Order:
        """Version 2 has the customer in a section of its own; without one, the name is absent."""
        return v1.Order(
            id=newer.id,
            customer_id=newer.customer_id,
            customer_name=None if customer is None else customer.name,
            status=self.order_status_to_v1(newer.status),
            lines=[self.order_line_to_v1(line) for line in newer.lines],
            total_cents=newer.total.amount_minor,
            currency=newer.total.currency,
            shipping_address=address_to_v1(newer.shipping_address),
            created_at=newer.created_at,
            updated_at=newer.updated_at,
        )

    def order_status_to_v1(self, newer: v2.OrderStatus) -> v1.OrderStatus:
        if newer is v2.OrderStatus.PARKED:
            return v1.OrderStatus.PENDING
        return v1.OrderStatus(newer)

    def order_line_to_v1(self, newer: v2.OrderLine) -> v1.OrderLine:
        return v1.OrderLine(
            item_id=newer.item_id,
            sku=newer.sku,
            name=newer.name,
            quantity=newer.quantity,
            unit_price_cents=newer.unit_price.amount_minor,
            line_total_cents=newer.line_total.amount_minor,
        )
