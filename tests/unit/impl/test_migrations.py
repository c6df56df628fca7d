"""The migrations make the schema that the repositories use, and a wrong schema is refused."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, insert, select, text

import impl.migrations
from impl.migrations import _LOCK, HEAD, MigrationBusy, WrongSchema, check, migrate
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


REVISIONS = sorted(
    path.name[:4] for path in Path(impl.migrations.__file__).parent.glob("versions/0*")
)


@pytest.mark.parametrize(("before", "after"), [*itertools.pairwise(REVISIONS)])
async def test_the_release_before_goes_on_working(any_empty: str, before: str, after: str) -> None:
    """Expand, then contract: what it writes and reads, by the schema that it knows, can be written
    and read when the next migration has been made; and that can be taken back."""
    database = database_at(any_empty)
    try:
        async with database.writes.begin() as connection:
            await connection.run_sync(_move, before)
            known = MetaData()
            await connection.run_sync(known.reflect)
            await connection.run_sync(_move, after)
            for table in known.sorted_tables:
                if table.name != "alembic_version":
                    row = {column.name: _value(column) for column in table.columns}
                    await connection.execute(insert(table), row)
                    assert (await connection.execute(select(table))).one()
        async with database.writes.begin() as connection:
            await connection.run_sync(_move, before)
            again = MetaData()
            await connection.run_sync(again.reflect)
            assert _columns(again) == _columns(known)
    finally:
        await database.close()


def _move(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(impl.migrations.__file__).parent))
    config.attributes["connection"] = connection
    there = MigrationContext.configure(connection).get_current_revision() or ""
    (command.upgrade if revision > there else command.downgrade)(config, revision)


def _value(column: Column[Any]) -> Any:
    """Something that fits the column; ids are the same everywhere, for foreign keys."""
    match column.type.python_type.__name__:
        case "UUID":
            return UUID(int=7)
        case "int":
            return 1
        case "datetime":
            return datetime(2026, 3, 2, tzinfo=UTC if column.type.timezone else None)  # type: ignore[attr-defined]
        case "dict" | "list":
            return {}
        case _:
            # SQLite keeps ids as text.
            return "0" * 31 + "7" if getattr(column.type, "length", 0) == 32 else "x"


def _columns(metadata: MetaData) -> dict[str, list[str]]:
    return {table.name: [c.name for c in table.columns] for table in metadata.sorted_tables}


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
        await holder.execute(text("SELECT pg_advisory_xact_lock(:lock)"), _LOCK)
        waiting = asyncio.create_task(migrate(database.writes))
        await asyncio.sleep(0.5)
        assert not waiting.done()
    await waiting
    await check(database.reads)
    await database.close()


async def test_a_migration_that_hangs_is_not_waited_for_forever(empty_postgresql: str) -> None:
    """The error says what to look for."""
    database = database_at(empty_postgresql)
    async with database.writes.begin() as holder:
        await holder.execute(text("SELECT pg_advisory_xact_lock(:lock)"), _LOCK)
        with pytest.raises(MigrationBusy, match=r"for 0\.3 s.*python -m impl migrate"):
            await migrate(database.writes, wait=0.3)
    await database.close()


async def test_a_database_without_the_sagas_tables_is_refused(tmp_path: Path) -> None:
    """A file of theirs that is not there is not made by looking for it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    database = database_at(url)
    await migrate(database.writes)
    (tmp_path / "store.sagas.db").unlink()
    with pytest.raises(WrongSchema, match=r"sagas are missing.*python -m impl migrate"):
        await check(database.reads)
    assert not (tmp_path / "store.sagas.db").exists()
    await database.close()
