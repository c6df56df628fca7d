"""What an SQL rival's database layer costs by itself: `python -m … RIVAL`.

Each line on standard input is a number of seconds to read one item again and again, 32 readers at
once, exactly as the rival does and with nothing around it; the answer is a line of JSON with how
many `reads` took how many `processor_seconds` of this process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time
from uuid import UUID

import uvloop
from sqlalchemy import bindparam, select

from impl.repositories.database import Database, DatabaseOptions
from impl.repositories.tables import items
from scripts.bench import data
from scripts.bench.apps.database import POOL_SIZE, URL

READERS = 32
ITEM = UUID(data.ITEMS[41]["id"])
Read = Callable[[], Awaitable[object]]


def accord() -> Read:
    """A connection of the store's pool for reading, and its statement."""
    engine = Database(DatabaseOptions(url=URL, cursor_key=b"bench" * 8, pool_size=POOL_SIZE)).reads
    statement = select(items).where(items.c.id == bindparam("item_id"))

    async def read() -> object:
        async with engine.connect() as connection:
            return (await connection.execute(statement, {"item_id": ITEM})).one_or_none()

    return read


def fastapi() -> Read:
    """A session, and a mapped object."""
    from scripts.bench.apps.fastapi_sql import ItemRow, sessions

    async def read() -> object:
        async with sessions() as session:
            return await session.get(ItemRow, ITEM)

    return read


async def work(read: Read, seconds: float) -> dict[str, float]:
    made = 0
    start, used = perf_counter(), process_time()

    async def reader() -> None:
        nonlocal made
        while perf_counter() - start < seconds:
            await read()
            made += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(READERS):
            group.create_task(reader())
    return {"reads": made, "processor_seconds": process_time() - used}


async def main(rival: str) -> None:
    read = {"accord_sql": accord, "fastapi_sql": fastapi}[rival]()
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await work(read, float(line))), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
