"""Idempotency records: one for each (principal, operation, key)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from impl.domain.idempotency import IdempotencyKey
from impl.repositories.tables import idempotency_records as records


@dataclass(frozen=True, slots=True)
class Record:
    """`reply` is None while the first request is running, which `locked_until` bounds.

    `fingerprint` tells the request's content; `resource_id` is the id of what it makes.
    """

    fingerprint: str
    resource_id: UUID
    locked_until: datetime
    reply: str | None = None


class IdempotencyRepository:
    """Records over one connection, in the transaction that it is in."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, key: IdempotencyKey, record: Record, *, at: datetime) -> bool:
        """Insert the record unless there is one; says whether it was inserted."""
        postgresql = self._connection.dialect.name == "postgresql"
        insert: Any = postgresql_insert if postgresql else sqlite_insert
        statement = (
            insert(records)
            .values(
                principal=key.principal,
                operation=key.operation,
                key=key.key,
                fingerprint=record.fingerprint,
                resource_id=record.resource_id,
                locked_until=record.locked_until,
                created_at=at,
            )
            .on_conflict_do_nothing()
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def get(self, key: IdempotencyKey) -> Record | None:
        result = await self._connection.execute(
            select(
                records.c.fingerprint,
                records.c.resource_id,
                records.c.locked_until,
                records.c.reply,
            ).where(_is(key))
        )
        row = result.one_or_none()
        return None if row is None else Record(**row._mapping)

    async def take_over(
        self, key: IdempotencyKey, stale: Record, *, locked_until: datetime
    ) -> bool:
        """Lock a record whose lock has run out; of several that try, one succeeds."""
        result = await self._connection.execute(
            update(records)
            .where(
                _is(key),
                records.c.reply.is_(None),
                records.c.locked_until == stale.locked_until,
            )
            .values(locked_until=locked_until)
        )
        return result.rowcount == 1

    async def finish(self, key: IdempotencyKey, reply: str) -> None:
        """Store the reply that every repetition gets."""
        await self._connection.execute(update(records).where(_is(key)).values(reply=reply))

    async def forget(self, key: IdempotencyKey) -> None:
        """Give the key free: the request came to nothing, and may be carried out anew."""
        await self._connection.execute(delete(records).where(_is(key), records.c.reply.is_(None)))


def _is(key: IdempotencyKey) -> Any:
    return and_(
        records.c.principal == key.principal,
        records.c.operation == key.operation,
        records.c.key == key.key,
    )
