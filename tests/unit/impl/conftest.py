"""A real, migrated database for each test: SQLite, and PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from accord.service.cache import Cache
from impl.migrations import HEAD, migrate
from impl.repositories.database import Database, DatabaseOptions
from impl.repositories.tables import metadata
from impl.services.idempotency import Idempotency
from impl.services.item_statistics import ItemStatistics
from impl.services.items import ItemService


def database_at(url: str) -> Database:
    return Database(DatabaseOptions(url=url, cursor_key=b"k" * 32))


def item_service(database: Database) -> ItemService:
    """Items over a database, with a cache of their own."""
    statistics = ItemStatistics(database, Cache(version="test"))
    return ItemService(database, Idempotency(), statistics)


@pytest.fixture(scope="session")
def sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty database at head, to be copied."""
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('migrated') / 'store.db'}"
    asyncio.run(_migrate(url))
    return url


@pytest.fixture(scope="session")
def postgresql_at_head(postgresql: str) -> str:
    """The URL of a database at head, to be left empty."""
    asyncio.run(_statement(postgresql, "CREATE DATABASE store"))
    url = driver_url(postgresql, "store")
    asyncio.run(_migrate(url))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database at head, made once of either kind."""
    found: str = request.getfixturevalue(f"{request.param}_at_head")
    return found


@pytest.fixture
async def empty_postgresql(postgresql: str) -> AsyncIterator[str]:
    """The URL of a database of the test's own, with nothing in it."""
    name = f"test_{uuid4().hex}"
    await _statement(postgresql, f"CREATE DATABASE {name}")
    yield driver_url(postgresql, name)
    await _statement(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of the test's own, with nothing in it, of either kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    found: str = request.getfixturevalue("empty_postgresql")
    return found


@pytest.fixture
async def database(migrated: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database at head."""
    sqlite, _, file = migrated.rpartition(":///")
    if sqlite:
        shutil.copy(file.removesuffix(".db") + ".sagas.db", tmp_path / "store.sagas.db")
        migrated = f"{sqlite}:///{shutil.copy(file, tmp_path / 'store.db')}"
    database = database_at(migrated)
    yield database
    await database.close()
    if not sqlite:
        await _empty(migrated)


async def _empty(url: str) -> None:
    # A tenth of what a database of its own would cost each test.
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    await _statement(
        url.replace("+asyncpg", ""),
        # What a test left behind, like the dead process that it plays, must not hold any lock.
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        # Whatever is written down of a saga would be taken for what its namesake did.
        f"TRUNCATE {tables}, sagas.executors, sagas.workflow_status, sagas.workflow_input, "
        "sagas.workflow_output, sagas.operation_outputs CASCADE",
        f"UPDATE alembic_version SET version_num = '{HEAD}'",
    )


async def _statement(server: str, *statements: str) -> None:
    connection = await asyncpg.connect(server)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def _migrate(url: str) -> None:
    database = database_at(url)
    await migrate(database.writes)
    await database.close()


def driver_url(server: str, name: str) -> str:
    """What the store's settings call database `name` of a server."""
    return f"postgresql+asyncpg://{server.partition('://')[2].rpartition('/')[0]}/{name}"
