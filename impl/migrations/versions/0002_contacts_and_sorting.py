"""Expand: an address for messages on orders, and an index for each list that there is now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INDEXES = (
    ("items", ("updated_at", "id")),
    ("items", ("category", "updated_at", "id")),
    ("items", ("sku", "id")),
    ("items", ("category", "sku", "id")),
    ("orders", ("owner", "status", "created_at", "id")),
    ("orders", ("owner", "customer_id", "created_at", "id")),
    ("orders", ("status", "updated_at", "id")),
)


def upgrade() -> None:
    # NULL for the orders of before, and for those that the release before still writes.
    op.add_column("orders", sa.Column("contact_email", sa.String(254)))
    for table, columns in _INDEXES:
        op.create_index(_name(table, columns), table, list(columns))


def downgrade() -> None:
    for table, columns in _INDEXES:
        op.drop_index(_name(table, columns), table)
    op.drop_column("orders", "contact_email")


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
