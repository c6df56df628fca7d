"""Expand: sagas take hold of orders, and an idempotency key counts its attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("hold", _JSON))
        orders.add_column(sa.Column("stuck", _JSON))
    with op.batch_alter_table("idempotency_records") as records:
        records.add_column(
            sa.Column("attempt", sa.Integer, nullable=False, server_default=sa.text("1"))
        )
        records.add_column(sa.Column("open", sa.Boolean, nullable=False, server_default=sa.false()))
        # The release before takes over what is not locked any more. What the new one began it must
        # leave alone.
        records.alter_column("locked_until", server_default="9999-12-31 00:00:00+00:00")


def downgrade() -> None:
    with op.batch_alter_table("idempotency_records") as records:
        records.alter_column("locked_until", server_default=None)
        records.drop_column("open")
        records.drop_column("attempt")
    with op.batch_alter_table("orders") as orders:
        orders.drop_column("stuck")
        orders.drop_column("hold")
