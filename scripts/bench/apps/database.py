"""The database that both SQL rivals read: the store's own tables with the benchmark's items."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

from impl.repositories.tables import items, metadata
from scripts.bench import data

URL = os.environ.get("BENCH_DATABASE", "")
"""SQLAlchemy's, for sqlite+aiosqlite or postgresql+asyncpg."""
POOL_SIZE = 5


async def fill(url: str) -> None:
    """Makes the tables anew, with `data.ITEMS` in them."""
    engine = create_async_engine(url)
    now = datetime.fromisoformat(data.NOW)
    rows = [
        {
            "id": UUID(item["id"]),
            **{key: item[key] for key in ("sku", "name", "description", "category", "tags")},
            "price_amount": item["price"]["amount_minor"],
            "price_currency": item["price"]["currency"],
            "revision": 1,
            "created_at": now,
            "updated_at": now,
        }
        for item in data.ITEMS
    ]
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        await connection.execute(insert(items), rows)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(fill(sys.argv[1]))
