"""The database's schema: brought to head by `python -m impl migrate`, checked at every start.

Expand, then contract: a migration must leave the previous release of the store working, which
serves beside the new one while that is rolled out. What is new can be left out (0002), and what
goes was not used by the release before (0003).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

HEAD = "0003"
"""The newest migration. Written down here so that serving needs no migration tool."""

_LOCK = 0x5703_E5C4
"""The advisory lock that migrations hold on PostgreSQL; SQLite's write lock does the same."""


class WrongSchema(Exception):
    """The database's schema is not the one this release works with."""


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema to head; of several processes that try at once, one does it."""
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        # At head, as at most starts of a development store, the tool is not even imported.
        if await connection.run_sync(_revision) != HEAD:
            await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def check(engine: AsyncEngine) -> None:
    """Raises `WrongSchema` unless the schema is at head."""
    async with engine.connect() as connection:
        found = await connection.run_sync(_revision)
    if found != HEAD:
        state = f"at migration {found!r}" if found else "empty"
        raise WrongSchema(
            f"The database schema is {state}; this release needs {HEAD!r}. "
            "Run `python -m impl migrate` with the same settings."
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
