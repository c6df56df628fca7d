"""The database's schema: brought to head by `python -m impl migrate`, checked at every start.

Expand, then contract: a migration must leave the previous release of the store working, which
serves beside the new one while that is rolled out. What is new can be left out (0002, 0004), and
what goes was not used by the release before (0003).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from impl.sagas.durable import SagaStore

HEAD = "0004"
"""The newest migration. Written down here so that serving needs no migration tool."""

_LOCK = {"lock": 0x5703_E5C4}
"""The advisory lock that migrations hold on PostgreSQL."""
_POLL = 0.1


class WrongSchema(Exception):
    """The database's schema is not the one this release works with."""


class MigrationBusy(Exception):
    """Somebody else is migrating, and takes too long."""


class NoDatabase(Exception):
    """There is no database where one should be, or it does not let us in."""


async def migrate(engine: AsyncEngine, *, wait: float = 60.0) -> None:
    """Bring the schemas of the store and of its sagas to head; of several processes that try at
    once, one does it, and the others wait `wait` seconds at most.

    Raises `MigrationBusy` and `NoDatabase`.
    """
    await _reach(engine)
    async with _alone(engine, wait):
        async with engine.begin() as connection:
            # At head, as at most starts of a development store, the tool is not even imported.
            if await connection.run_sync(_revision) != HEAD:
                await connection.run_sync(_upgrade)
        await asyncio.to_thread(_migrate_sagas, engine.url)


async def _reach(engine: AsyncEngine) -> None:
    try:
        async with engine.connect():
            pass
    except (DBAPIError, OSError) as error:
        fault = error.orig if isinstance(error, DBAPIError) else error
        raise NoDatabase(
            f"Cannot connect to {engine.url.render_as_string(hide_password=True)}: {fault}. "
            "Start that database, or correct STORE_DATABASE_URL."
        ) from error


@asynccontextmanager
async def _alone(engine: AsyncEngine, wait: float) -> AsyncIterator[None]:
    """Holds the lock. On SQLite each migration takes the write lock by itself."""
    if engine.dialect.name != "postgresql":
        yield
        return
    async with engine.connect() as connection:
        # Neither holding nor waiting may be a transaction: the sagas' indexes are made
        # concurrently, which waits until nobody has an older snapshot.
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        give_up = time.monotonic() + wait
        while not await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), _LOCK):
            if time.monotonic() >= give_up:
                raise MigrationBusy(
                    f"Another process has been migrating this database for {wait:g} s. Look for "
                    "a `python -m impl migrate` that hangs, end it, and run the command again."
                )
            await asyncio.sleep(_POLL)
        try:
            yield
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:lock)"), _LOCK)


def _migrate_sagas(url: URL) -> None:
    store = SagaStore(url, pool_size=1)
    try:
        store.migrate()
    finally:
        store.close()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def check(engine: AsyncEngine) -> None:
    """Raises `WrongSchema` unless the schema is at head, `NoDatabase` where there is none."""
    await _reach(engine)
    async with engine.connect() as connection:
        found = await connection.run_sync(_revision)
    if found != HEAD:
        state = f"at migration {found!r}" if found else "empty"
        raise WrongSchema(
            f"The database schema is {state}; this release needs {HEAD!r}. "
            "Run `python -m impl migrate` with the same settings."
        )
    if not await asyncio.to_thread(_sagas_are_migrated, engine.url):
        raise WrongSchema(
            "The tables of the sagas are missing or outdated. "
            "Run `python -m impl migrate` with the same settings."
        )


def _sagas_are_migrated(url: URL) -> bool:
    store = SagaStore(url, pool_size=1)
    try:
        return store.is_migrated()
    finally:
        store.close()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
