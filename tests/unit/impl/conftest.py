"""A real, migrated SQLite database for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from impl.migrations import migrate
from impl.repositories.database import Database, DatabaseOptions


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'store.db'}"
    database = Database(DatabaseOptions(url=url, cursor_key=b"k" * 32))
    await migrate(database.writes)
    yield database
    await database.close()
