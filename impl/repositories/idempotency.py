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
    """What is known of a key. `fingerprint` tells the request's content; `resource_id` is the id of
    what the `attempt` makes.

    `reply` is None while that attempt is under way. Where it came to nothing the key is `open`: the
    reply is for those who waited for it, and the next request makes another attempt.
    """

    fingerprint: str
    resource_id: UUID
    attempt: int = 1
    open: bool = False
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
                records.c.attempt,
                records.c.open,
                records.c.reply,
            ).where(_is(key))
        )
        row = result.one_or_none()
        return None if row is None else Record(**row._mapping)

    async def begin_anew(self, key: IdempotencyKey, record: Record) -> bool:
        """Write the next attempt over an open record; of several that try, one succeeds."""
        result = await self._connection.execute(
            update(records)
            .where(_is(key), records.c.open, records.c.attempt == record.attempt - 1)
            .values(
                attempt=record.attempt,
                resource_id=record.resource_id,
                open=False,
                reply=None,
            )
        )
        return result.rowcount == 1

    async def finish(
        self, key: IdempotencyKey, reply: str, *, attempt: int = 1, open: bool = False
    ) -> None:
        """Store the reply of an attempt: what every repetition gets, unless it is left open."""
        await self._connection.execute(
            update(records)
            .where(_is(key), records.c.attempt == attempt, records.c.reply.is_(None))
            .values(reply=reply, open=open)
        )

    async def forget(self, before: datetime) -> None:
        """Forget the keys of requests that were answered and had come before that moment."""
        await self._connection.execute(
            delete(records).where(records.c.created_at < before, records.c.reply.is_not(None))
        )


def _is(key: IdempotencyKey) -> Any:
    return and_(
        records.c.principal == key.principal,
        records.c.operation == key.operation,
        records.c.key == key.key,
    )
