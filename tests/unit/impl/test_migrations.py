"""The migrations make the schema that the repositories use, and a wrong schema is refused."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import impl.migrations
from impl.migrations import _LOCK, HEAD, WrongSchema, check, migrate
from impl.repositories.database import Database, DatabaseOptions
from impl.repositories.tables import metadata
from tests.unit.impl.conftest import database_at


def test_head_is_the_newest_migration() -> None:
    """The constant that serving checks against is the head that alembic finds."""
    config = Config()
    config.set_main_option("script_location", str(Path(impl.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    """Autogenerate finds nothing to do after the last migration."""
    async with database.writes.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    assert differences == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """The second run finds the schema at head."""
    await migrate(database.writes)
    await check(database.reads)


async def test_an_empty_database_is_refused(tmp_path: Path) -> None:
    """The error says what is there, what is needed and the command that mends it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    database = Database(DatabaseOptions(url=url, cursor_key=b"k" * 32))
    with pytest.raises(WrongSchema, match=rf"is empty; .* needs '{HEAD}'.*python -m impl migrate"):
        await check(database.reads)
    await database.close()


async def test_a_newer_database_is_refused(database: Database) -> None:
    """A release does not serve on a schema that it does not know."""
    async with database.transaction() as work:
        await work.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongSchema, match="at migration '9999'"):
        await check(database.reads)


@pytest.mark.slow
async def test_two_processes_migrate_one_empty_database_at_once(empty_postgresql: str) -> None:
    """One does it under the advisory lock, the other waits and finds nothing to do."""
    environment = os.environ | {"STORE_DATABASE_URL": empty_postgresql, "STORE_DEVELOPMENT": "1"}
    both = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "impl", "migrate"),
            env=environment,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    told = await asyncio.gather(*(process.communicate() for process in both))
    assert [process.returncode for process in both] == [0, 0], told
    database = database_at(empty_postgresql)
    await check(database.reads)
    await database.close()


async def test_a_migration_that_is_under_way_is_waited_for(empty_postgresql: str) -> None:
    """While one holds the lock, another does nothing at all."""
    database = database_at(empty_postgresql)
    async with database.writes.begin() as holder:
        await holder.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        waiting = asyncio.create_task(migrate(database.writes))
        await asyncio.sleep(0.5)
        assert not waiting.done()
    await waiting
    await check(database.reads)
    await database.close()
