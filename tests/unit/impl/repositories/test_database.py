from __future__ import annotations

import asyncio

import pytest

from impl.repositories.database import Database
from tests.unit.impl.conftest import database_at

TERMINATE = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
PID = "SELECT pg_backend_pid()"


async def _read(database: Database, statement: str) -> object:
    async with database.reading() as work:
        return (await work.connection.exec_driver_sql(statement)).scalar()


async def _write(database: Database, statement: str) -> object:
    async with database.transaction() as work:
        return (await work.connection.exec_driver_sql(statement)).scalar()


@pytest.mark.slow
async def test_connections_that_the_server_closed_are_replaced(empty_postgresql: str) -> None:
    """Neither a read nor a transaction fails after a restart of the database."""
    database = database_at(empty_postgresql)
    reader, writer = await _read(database, PID), await _write(database, PID)

    await _write(database, TERMINATE)  # the reader
    await _read(database, TERMINATE)  # this writer, by a new reader
    # Both ends of a socket are of one loop's turn: what was closed is heard of.
    await asyncio.sleep(0.05)

    assert await _read(database, PID) not in (reader, writer)
    assert await _write(database, PID) not in (reader, writer)
    await database.close()
