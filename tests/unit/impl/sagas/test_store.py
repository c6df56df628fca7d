"""Where sagas are written down."""

from __future__ import annotations

import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL

from impl.sagas.durable.store import SagaStore


def test_any_sqlite_has_the_clock_that_dbos_asks_for(tmp_path: Path) -> None:
    """Milliseconds since 1970, as a default of a table too: on a SQLite before 3.42 they would be
    NULL, and nothing could be started."""
    store = SagaStore(URL.create("sqlite+aiosqlite", database=str(tmp_path / "store.db")))
    with store.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE t (id INT, at INT NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        )
        connection.execute(sa.text("INSERT INTO t (id) VALUES (1)"))
        at = connection.execute(sa.text("SELECT at FROM t")).scalar_one()
    store.close()
    assert abs(at / 1000 - time.time()) < 60
