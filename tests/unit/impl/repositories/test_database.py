from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.engine import make_url

from impl.domain.errors import Unavailable
from impl.repositories.database import Database
from tests.unit.impl.conftest import _statement, database_at

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


@pytest.mark.parametrize("ask", [_read, _write], ids=["read", "write"])
async def test_a_connection_that_is_closed_under_a_statement(
    empty_postgresql: str, ask: Callable[[Database, str], Awaitable[object]]
) -> None:
    """A restart in the middle of a statement is the database's trouble, not a defect."""
    database = database_at(empty_postgresql)
    with pytest.raises(Unavailable):
        await ask(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    await database.close()


async def test_more_connections_than_the_server_allows(
    empty_postgresql: str, postgresql: str
) -> None:
    """Who is turned away may come again."""
    url = make_url(empty_postgresql)
    role = f"{url.database}_role"
    await _statement(postgresql, f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")
    crowded = database_at(url.set(username=role).render_as_string(hide_password=False))
    with pytest.raises(Unavailable):
        await _read(crowded, PID)
    await crowded.close()
    await _statement(postgresql, f"DROP ROLE {role}")
