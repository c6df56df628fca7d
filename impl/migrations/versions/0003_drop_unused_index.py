"""Contract: an index that nothing has used since 0002."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_index("ix_orders_status_created_at", "orders")


def downgrade() -> None:
    op.create_index("ix_orders_status_created_at", "orders", ["status", "created_at"])
