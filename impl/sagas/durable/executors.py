"""Who carries sagas out, and who takes them over.

Each process has an id of its own and a lease that it renews. What belongs to none that has a lease
is put back into the queue, by one process at a time; from there exactly one takes it, because
taking is one statement of DBOS that only one can win. Whoever had it before and only seemed to be
dead finds its token gone, and can write nothing down any more.

A saga that a newer release began is left to newer releases: see `impl.sagas.version`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from impl.sagas.durable.store import SagaStore, executors, workflows

_LOCK = 0x5703_5A6A
_INTERNAL_QUEUE = "_dbos_internal_queue"


@dataclass(frozen=True, slots=True)
class Executor:
    """A process that carries sagas of `version` out."""

    id: str
    version: int


class Executors:
    """The leases, as one `executor` sees them. All methods block; a lease lasts `lease` seconds."""

    def __init__(self, store: SagaStore, executor: Executor, *, lease: float) -> None:
        self._store = store
        self._me = executor
        self._lease = lease

    def renew(self) -> bool:
        """Renew the lease, or begin it; False where there was none: others may have taken over."""
        with self._store.begin() as connection:
            until = {"expires_at": self._store.now + self._lease}
            renewed = connection.execute(
                sa.update(executors).where(executors.c.id == self._me.id).values(until)
            )
            if renewed.rowcount:
                return True
            connection.execute(
                sa.insert(executors).values(id=self._me.id, version=self._me.version, **until)
            )
            return False

    def take_over(self) -> tuple[str, ...]:
        """Queue what belongs to nobody alive; gives the ids of those sagas. Nothing is done while
        another process does it."""
        with self._store.begin() as connection:
            if not self._is_alone(connection):
                return ()
            connection.execute(
                sa.delete(executors).where(
                    executors.c.expires_at < self._store.now, executors.c.id != self._me.id
                )
            )
            alive = sa.select(executors.c.id)
            left = self._queue(
                connection,
                workflows.c.status == "PENDING",
                workflows.c.executor_id.not_in(alive),
            )
            # Queued at a version that nobody has any more, they would wait for ever.
            versions = sa.select(sa.cast(executors.c.version, sa.Text))
            connection.execute(
                sa.update(workflows)
                .where(
                    workflows.c.status == "ENQUEUED",
                    self._not_newer,
                    workflows.c.application_version.not_in(versions),
                )
                .values(application_version=str(self._me.version))
            )
            return left

    def owned(self) -> frozenset[str]:
        """The ids of the sagas that this process has to carry out."""
        with self._store.begin() as connection:
            mine = sa.select(workflows.c.workflow_uuid).where(
                workflows.c.status == "PENDING", workflows.c.executor_id == self._me.id
            )
            return frozenset(connection.execute(mine).scalars())

    def give_back(self, ids: Collection[str]) -> None:
        """Queue sagas that this process owns and does not carry out."""
        with self._store.begin() as connection:
            self._queue(
                connection,
                workflows.c.status == "PENDING",
                workflows.c.executor_id == self._me.id,
                workflows.c.workflow_uuid.in_(ids),
            )

    def ended(self, before: datetime, *, at_most: int) -> list[str]:
        """The ids of some sagas that ended before that moment."""
        over = (
            sa.select(workflows.c.workflow_uuid)
            .where(
                workflows.c.status == "SUCCESS",
                workflows.c.completed_at < round(before.timestamp() * 1000),
            )
            .limit(at_most)
        )
        with self._store.begin() as connection:
            return list(connection.execute(over).scalars())

    def leave(self) -> tuple[str, ...]:
        """Queue all that this process owns, and end its lease; gives the ids of those sagas."""
        with self._store.begin() as connection:
            connection.execute(sa.delete(executors).where(executors.c.id == self._me.id))
            return self._queue(
                connection,
                workflows.c.status == "PENDING",
                workflows.c.executor_id == self._me.id,
            )

    @property
    def _not_newer(self) -> sa.ColumnElement[bool]:
        return sa.cast(workflows.c.application_version, sa.Integer) <= self._me.version

    def _is_alone(self, connection: sa.Connection) -> bool:
        if self._store.is_sqlite:
            # The transaction that follows takes SQLite's one write lock.
            return True
        lock = sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))
        return bool(connection.execute(lock).scalar())

    def _queue(self, connection: sa.Connection, *which: sa.ColumnElement[bool]) -> tuple[str, ...]:
        # A row that a frozen process has locked must not hold up the others: it comes next time.
        found = (
            sa.select(workflows.c.workflow_uuid)
            .where(*which, self._not_newer)
            .with_for_update(skip_locked=True)
        )
        ids = tuple(connection.execute(found).scalars())
        if ids:
            connection.execute(
                sa.update(workflows)
                .where(workflows.c.workflow_uuid.in_(ids), *which)
                .values(
                    status="ENQUEUED",
                    # Without its token, who had it before can write nothing down.
                    owner_xid=None,
                    started_at_epoch_ms=None,
                    application_version=str(self._me.version),
                    queue_name=sa.func.coalesce(workflows.c.queue_name, _INTERNAL_QUEUE),
                )
            )
        return ids
