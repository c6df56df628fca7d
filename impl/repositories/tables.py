"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


class UtcTime(TypeDecorator[datetime]):
    """A moment, always in UTC; SQLite has no type that keeps the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

items = Table(
    "items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sku", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("description", Text),
    Column("category", String(16), nullable=False),
    Column("tags", _Json, nullable=False),
    Column("price_amount", BigInteger, nullable=False),
    Column("price_currency", String(3), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    UniqueConstraint("sku"),
    # One pair for each sortable column: without and with the filter, so that a page deep in the
    # list costs what the first one costs.
    *(
        Index(None, *filters, sort_key, "id")
        for sort_key in ("created_at", "updated_at", "name", "sku", "price_amount")
        for filters in ((), ("category",))
    ),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("customer_id", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("total_amount", BigInteger, nullable=False),
    Column("total_currency", String(3), nullable=False),
    Column("shipping_address", _Json, nullable=False),
    Column("payment_method_id", String(32), nullable=False),
    Column("note", Text),
    Column("contact_email", String(254)),
    Column("quote_id", String(32)),
    Column("reservation_id", String(32)),
    Column("payment_id", String(32)),
    Column("shipment_id", String(32)),
    Column("failure", _Json),
    # The saga that has hold of the order, and what it could not do.
    Column("hold", _Json),
    Column("stuck", _Json),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    # One for each filter that a list may have, and one for the orders of all that are parked.
    Index(None, "owner", "created_at", "id"),
    Index(None, "owner", "status", "created_at", "id"),
    Index(None, "owner", "customer_id", "created_at", "id"),
    Index(None, "status", "updated_at", "id"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # Not a foreign key: items may be deleted, orders keep their names and prices.
    Column("item_id", Uuid, nullable=False),
    Column("sku", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price_amount", BigInteger, nullable=False),
    Column("unit_price_currency", String(3), nullable=False),
)

idempotency_records = Table(
    "idempotency_records",
    metadata,
    Column("principal", String(255), primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("resource_id", Uuid, nullable=False),
    # NULL while the first request is still running.
    Column("reply", Text),
    # For the release before, which takes over what is not locked any more.
    Column("locked_until", UtcTime, nullable=False, server_default="9999-12-31 00:00:00+00:00"),
    # An attempt that came to nothing leaves the key open for the next one.
    Column("attempt", Integer, nullable=False, server_default=text("1")),
    Column("open", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "created_at"),
)
