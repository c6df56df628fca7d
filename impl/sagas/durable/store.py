"""Where sagas are written down: in the store's PostgreSQL, or in a SQLite file beside the store's.

The schema `sagas` has the tables of DBOS and one of ours, `executors`. SQLite knows no schemas and
only one writer at a time, so there it is a file of its own.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOS
from dbos._migration import get_migration_versions, get_sqlite_migration_versions
from sqlalchemy import URL, event

SCHEMA = "sagas"

metadata = sa.MetaData(schema=SCHEMA)
executors = sa.Table(
    "executors",
    metadata,
    # A process that carries sagas out.
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    # Seconds since 1970 by the database's clock: that of one machine means nothing to another.
    sa.Column("expires_at", sa.Float(53), nullable=False),
)

# Of the tables of DBOS, what handing over needs.
workflows = sa.Table(
    "workflow_status",
    sa.MetaData(schema=SCHEMA),
    sa.Column("workflow_uuid", sa.Text, primary_key=True),
    sa.Column("status", sa.Text),
    sa.Column("executor_id", sa.Text),
    sa.Column("application_version", sa.Text),
    sa.Column("queue_name", sa.Text),
    sa.Column("owner_xid", sa.Text),
    sa.Column("started_at_epoch_ms", sa.BigInteger),
    sa.Column("completed_at", sa.BigInteger),
)


class SagaStore:
    """`url` is that of the store's database, as SQLAlchemy has it; `pool_size` connections.

    PostgreSQL ends what a frozen process left open after `idle_timeout` seconds: its locks must
    not hold up whoever takes over.
    """

    def __init__(self, url: URL, *, pool_size: int = 8, idle_timeout: float = 5.0) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            engine = sa.create_engine(self.url, pool_size=pool_size, max_overflow=0)
            event.listen(engine, "connect", _prepare_sqlite)
        else:
            engine = sa.create_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=0,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": 5,
                    "options": f"-c idle_in_transaction_session_timeout={int(idle_timeout * 1000)}",
                },
            )
        self.engine = engine
        self._translated = engine.execution_options(
            schema_translate_map={SCHEMA: None if self.is_sqlite else SCHEMA}
        )

    def begin(self) -> Any:
        """A transaction over a connection, as a context manager."""
        return self._translated.begin()

    @property
    def now(self) -> sa.ColumnElement[float]:
        """The database's clock, in seconds since 1970."""
        if self.is_sqlite:
            return sa.literal_column("(julianday('now') - 2440587.5) * 86400.0", sa.Float)
        return sa.literal_column("extract(epoch from clock_timestamp())::float8", sa.Float)

    def migrate(self) -> None:
        """Make the tables, or bring them up to date."""
        DBOS.migrate(self.url.render_as_string(hide_password=False), schema=SCHEMA)
        with self.begin() as connection:
            metadata.create_all(connection)

    def is_migrated(self) -> bool:
        """Whether the tables are there and not older than this release. Makes no file."""
        if self.is_sqlite:
            if not Path(self.url.database or "").exists():
                return False
            found, needed = get_sqlite_migration_versions(self.engine)
        else:
            found, needed = get_migration_versions(self.engine, SCHEMA, use_listen_notify=False)
        with self.begin() as connection:
            schema = None if self.is_sqlite else SCHEMA
            ours = sa.inspect(connection).has_table("executors", schema=schema)
        return ours and found >= needed

    def close(self) -> None:
        self.engine.dispose()


def database_url(url: URL) -> URL:
    """The database of the sagas beside that of the store."""
    if url.get_backend_name() == "sqlite":
        file = (url.database or "store.db").removesuffix(".db")
        return URL.create("sqlite", database=f"{file}.sagas.db")
    # asyncpg's word for it, and libpq's.
    query = {("sslmode" if name == "ssl" else name): value for name, value in url.query.items()}
    return url.set(drivername="postgresql+psycopg", query=query)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # What reads first and then writes could not wait for the lock later.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if sqlite3.sqlite_version_info < (3, 42):
        # From Python 3.12 on DBOS asks for unixepoch('subsec'), which an older SQLite, as in
        # Debian 12, answers with NULL: no row could be written.
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float | None:
    """SQLite 3.42's, as far as it is asked for here."""
    return time.time() if modifier == "subsec" else None
