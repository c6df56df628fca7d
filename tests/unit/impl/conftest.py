"""A real, migrated SQLite database for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from impl.migrations import migrate
from impl.repositories.database import Database, DatabaseOptions


def open_database(file: Path) -> Database:
    return Database(DatabaseOptions(url=f"sqlite+aiosqlite:///{file}", cursor_key=b"k" * 32))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty database at head, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "store.db"

    async def make() -> None:
        database = open_database(file)
        await migrate(database.writes)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
async def database(tmp_path: Path, migrated: Path) -> AsyncIterator[Database]:
    database = open_database(Path(shutil.copy(migrated, tmp_path / "store.db")))
    yield database
    await database.close()
