"""Connections and transactions: the one way to the repositories.

There are two pools. Reads run outside transactions: a single statement needs none, and a round
trip to begin and to end one would cost more than the statement. Writes run in a transaction that
takes SQLite's write lock at once, because one that begins by reading cannot wait for it later.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from impl.domain.errors import Unavailable
from impl.repositories.cursors import CursorCodec
from impl.repositories.idempotency import IdempotencyRepository
from impl.repositories.items import ItemRepository
from impl.repositories.orders import OrderRepository

_RETRY_AFTER = 1
_IDLE_IN_TRANSACTION_MS = 5000
_DOWN = (OperationalError, InterfaceError, PoolTimeout, OSError)
"""What a database says when it is down, locked or overrun."""
_DOWN_STATES = ("08", "40", "53", "57")
"""Classes of PostgreSQL's error codes that say so: connection, rollback (a deadlock), resources
(too many connections), intervention (a restart). SQLAlchemy has no class for asyncpg's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOptions:
    """`url` is SQLAlchemy's, for sqlite+aiosqlite or postgresql+asyncpg; times are in seconds.

    `pool_size` connections are kept for reading, and as many for writing; SQLite has one writer.
    """

    url: str
    cursor_key: bytes
    pool_size: int = 5
    pool_timeout: float = 5.0
    busy_timeout: float = 5.0


class Work:
    """The repositories over one connection."""

    def __init__(self, connection: AsyncConnection, cursors: CursorCodec) -> None:
        self.connection = connection
        self._cursors = cursors

    @property
    def items(self) -> ItemRepository:
        return ItemRepository(self.connection, self._cursors)

    @property
    def orders(self) -> OrderRepository:
        return OrderRepository(self.connection, self._cursors)

    @property
    def idempotency(self) -> IdempotencyRepository:
        return IdempotencyRepository(self.connection)


class Database:
    """Lives as long as the application; `close` it last."""

    def __init__(self, options: DatabaseOptions) -> None:
        url = make_url(options.url)
        self._cursors = CursorCodec(options.cursor_key)
        if url.get_backend_name() == "sqlite":
            self.reads, self.writes = _sqlite_engines(url, options)
        else:
            self.reads, self.writes = _postgresql_engines(url, options)

    def reading(self) -> AbstractAsyncContextManager[Work]:
        """Repositories to read with, each statement on its own."""
        return _Working(self.reads.connect(), self._cursors)

    def transaction(self) -> AbstractAsyncContextManager[Work]:
        """Repositories to write with: all of it happens at the end of the block, or nothing."""
        return _Working(self.writes.begin(), self._cursors)

    async def close(self) -> None:
        await self.reads.dispose()
        await self.writes.dispose()


class _Working(AbstractAsyncContextManager[Work]):
    """The repositories while `connection` is open; turns what `_is_down` into `Unavailable`.

    A class, since generators made into context managers cost as much as all of ours in a read.
    """

    def __init__(
        self, connection: AbstractAsyncContextManager[AsyncConnection], cursors: CursorCodec
    ) -> None:
        self._connection = connection
        self._cursors = cursors

    async def __aenter__(self) -> Work:
        try:
            return Work(await self._connection.__aenter__(), self._cursors)
        except Exception as error:
            if _is_down(error):
                raise _unavailable() from error
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._connection.__aexit__(kind, error, traceback)
        except Exception as down:
            if _is_down(down):
                raise _unavailable() from down
            raise
        if _is_down(error):
            raise _unavailable() from error


def _is_down(error: BaseException | None) -> bool:
    """Whether the database, not what it was asked, is what is wrong."""
    if isinstance(error, _DOWN):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(_DOWN_STATES)


def _unavailable() -> Unavailable:
    return Unavailable("The database cannot answer for now.", retry_after=_RETRY_AFTER)


def _sqlite_engines(url: URL, options: DatabaseOptions) -> tuple[AsyncEngine, AsyncEngine]:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    connect: dict[str, Any] = {"timeout": options.busy_timeout, "isolation_level": None}
    reads = create_async_engine(
        url,
        connect_args=connect,
        pool_size=options.pool_size,
        pool_timeout=options.pool_timeout,
        skip_autocommit_rollback=True,
    )
    # Writers queue here, in order, instead of polling for SQLite's lock.
    writes = create_async_engine(
        url, connect_args=connect, pool_size=1, max_overflow=0, pool_timeout=options.pool_timeout
    )
    for engine in (reads, writes):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(writes.sync_engine, "begin", _begin_immediate)
    return reads, writes


def _prepare_sqlite(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql_engines(url: URL, options: DatabaseOptions) -> tuple[AsyncEngine, AsyncEngine]:
    pool: dict[str, Any] = {
        "pool_size": options.pool_size,
        "max_overflow": 0,
        "pool_timeout": options.pool_timeout,
    }
    reads = create_async_engine(
        url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **pool
    )
    # What a process that is frozen in a transaction has locked must not hold up whoever takes its
    # sagas over: the server ends the transaction.
    idle = {"idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS)}
    writes = create_async_engine(url, connect_args={"server_settings": idle}, **pool)
    for engine in (reads, writes):
        event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return reads, writes


def _refuse_closed(connection: Any, record: Any, proxy: Any) -> None:
    """Has the pool replace a connection that the server has closed.

    asyncpg knows, for it hears of a closed socket at once. SQLAlchemy's `pool_pre_ping` would ask
    the server before every statement, which doubles what a read waits for.
    """
    if record.driver_connection.is_closed():
        raise DisconnectionError
