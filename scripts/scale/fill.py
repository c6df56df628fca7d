"""A database with many items."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from impl.domain.items import Category, Item, ItemDraft
from impl.domain.money import Money
from impl.migrations import migrate
from impl.repositories.database import Database, DatabaseOptions

_BATCH = 500
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_NAMES = ("Mug", "Pan", "Pen", "Train", "Hat", "Lamp", "Atlas")
_SEED = 7


async def fill(url: str, count: int) -> None:
    """Bring the database at `url` to head, and put `count` items into it."""
    database = Database(DatabaseOptions(url=url, cursor_key=b"k" * 32))
    try:
        await migrate(database.writes)
        for batch in _batches(count):
            async with database.transaction() as work:
                await work.items.add(*batch)
    finally:
        await database.close()


def _batches(count: int) -> Iterator[list[Item]]:
    chance = random.Random(_SEED)
    for start in range(0, count, _BATCH):
        yield [_item(number, chance) for number in range(start, min(start + _BATCH, count))]


def _item(number: int, chance: random.Random) -> Item:
    draft = ItemDraft(
        sku=f"SKU-{number:08d}",
        name=f"{chance.choice(_NAMES)} {chance.randrange(1000)}",
        description="Made to be looked for among very many of its kind.",
        category=chance.choice(list(Category)),
        price=Money(chance.randrange(100, 100_000), "EUR"),
        tags=("gift",),
    )
    at = _FIRST + timedelta(seconds=chance.randrange(20_000_000))
    return draft.item(id=UUID(int=chance.getrandbits(128)), at=at)
