"""Many items at once, figures about all of them, and all of them as a file."""

from __future__ import annotations

import asyncio
import gzip
import json
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from accord.service.cache import Cache
from impl.domain.errors import Invalid, PreconditionFailed, SkuTaken, StoreError, Unavailable
from impl.domain.etags import EntityTags
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Category, Item, ItemChange, ItemPatch
from impl.domain.money import Money
from impl.repositories.database import Database
from impl.services.idempotency import Idempotency
from impl.services.item_batches import ItemBatches
from impl.services.item_export import ItemExport
from impl.services.item_statistics import ItemStatistics
from tests.unit.impl.drafts import numbered

ANY = EntityTags(any=True)
KEY = IdempotencyKey("ada", "create_items", "k-1")


@pytest.fixture
def statistics(database: Database) -> ItemStatistics:
    return ItemStatistics(database, Cache(version="test"))


@pytest.fixture
def batches(database: Database, statistics: ItemStatistics) -> ItemBatches:
    return ItemBatches(database, Idempotency(), statistics)


def statements(database: Database) -> list[str]:
    """The statements that change items, from now on."""
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT INTO items", "UPDATE items")):
            seen.append(statement)

    event.listen(database.writes.sync_engine, "before_cursor_execute", note)
    return seen


def pointers(error: StoreError) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.pointer) for fault in error.faults]


async def read(database: Database, *ids: UUID) -> dict[UUID, Item]:
    async with database.reading() as work:
        return await work.items.by_ids(ids)


async def test_a_hundred_are_created_in_one_statement(
    database: Database, batches: ItemBatches
) -> None:
    """In the order that they came in, each as it was sent."""
    seen = statements(database)
    made = await batches.create([numbered(n, tags=(f"t{n}",)) for n in range(100)])
    assert [item.sku for item in made] == [f"MUG-{n:04d}" for n in range(100)]
    assert len(seen) == 1
    assert await read(database, *(item.id for item in made)) == {item.id: item for item in made}


async def test_all_or_none_is_created(database: Database, batches: ItemBatches) -> None:
    """A taken sku is named, and nothing of its batch is there."""
    await batches.create([numbered(2), numbered(4)])
    with pytest.raises(SkuTaken) as raised:
        await batches.create([numbered(n) for n in range(6)])
    assert pointers(raised.value) == [("sku_taken", "/items/2/sku"), ("sku_taken", "/items/4/sku")]
    await batches.create([numbered(n) for n in (0, 1, 3, 5)])


async def test_a_sku_that_is_sent_twice(batches: ItemBatches) -> None:
    """It is refused before anything is asked of the database."""
    with pytest.raises(Invalid) as raised:
        await batches.create([numbered(1), numbered(2), numbered(1)])
    assert pointers(raised.value) == [("sku_repeated", "/items/2/sku")]


async def test_a_repeated_batch_is_created_once(batches: ItemBatches) -> None:
    """With the same key comes the same reply."""
    drafts = [numbered(1), numbered(2)]
    assert await batches.create(drafts, key=KEY) == await batches.create(drafts, key=KEY)


async def test_a_batch_is_changed_in_one_statement(
    database: Database, batches: ItemBatches
) -> None:
    """Each by its own patch; one that changes nothing keeps its revision."""
    one, two, three = await batches.create([numbered(n, description="x") for n in range(3)])
    seen = statements(database)
    changed = await batches.update(
        [
            ItemChange(three.id, ANY, ItemPatch(description=None, tags=("new",))),
            ItemChange(one.id, EntityTags.parse(one.etag), ItemPatch(price_amount_minor=7)),
            ItemChange(two.id, ANY, ItemPatch()),
        ]
    )
    assert len(seen) == 1
    assert [item.id for item in changed] == [three.id, one.id, two.id]
    assert [item.revision for item in changed] == [2, 2, 1]
    assert (changed[0].description, changed[0].tags) == (None, ("new",))
    assert (changed[1].price, changed[1].description) == (Money(7, "EUR"), "x")
    assert await read(database, one.id, two.id, three.id) == {item.id: item for item in changed}


async def test_all_or_none_is_changed(database: Database, batches: ItemBatches) -> None:
    """What is unknown, named twice or changed since is named, and nothing is changed."""
    one, two = await batches.create([numbered(1), numbered(2)])
    cheap = ItemPatch(price_amount_minor=1)
    with pytest.raises(Invalid) as unknown:
        await batches.update([ItemChange(one.id, ANY, cheap), ItemChange(uuid4(), ANY, cheap)])
    assert pointers(unknown.value) == [("item_unknown", "/items/1/id")]
    with pytest.raises(Invalid) as repeated:
        await batches.update([ItemChange(one.id, ANY, cheap)] * 2)
    assert pointers(repeated.value) == [("item_repeated", "/items/1/id")]
    stale = EntityTags.parse('"7"')
    with pytest.raises(PreconditionFailed) as changed:
        await batches.update([ItemChange(one.id, ANY, cheap), ItemChange(two.id, stale, cheap)])
    assert pointers(changed.value) == [("changed", "/items/1/etag")]
    assert await read(database, one.id, two.id) == {one.id: one, two.id: two}


async def test_batches_that_overlap_do_not_wait_for_each_other_for_ever(
    batches: ItemBatches,
) -> None:
    """Locked in one order, the same items changed in opposite orders cannot deadlock."""
    made = await batches.create([numbered(n) for n in range(20)])

    async def reprice(items: tuple[Item, ...], price: int) -> None:
        patch = ItemPatch(price_amount_minor=price)
        await batches.update([ItemChange(item.id, ANY, patch) for item in items])

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for price in range(1, 5):
            group.create_task(reprice(made if price % 2 else made[::-1], price))


async def test_statistics_by_category_and_currency(
    batches: ItemBatches, statistics: ItemStatistics
) -> None:
    """Counted, averaged half up, and forgotten as soon as something changes."""
    assert await statistics.by_category() == ()
    made = await batches.create(
        [
            numbered(1, category=Category.TOYS, price=Money(1, "EUR")),
            numbered(2, category=Category.TOYS, price=Money(2, "EUR")),
            numbered(3, category=Category.TOYS, price=Money(9, "CHF")),
            numbered(4, category=Category.BOOKS, price=Money(10**12, "EUR")),
        ]
    )
    figures = await statistics.by_category()
    assert [(each.category, each.count, each.average_price) for each in figures] == [
        (Category.BOOKS, 1, Money(10**12, "EUR")),
        (Category.TOYS, 1, Money(9, "CHF")),
        (Category.TOYS, 2, Money(2, "EUR")),
    ]
    assert figures[2].latest_created_at == made[1].created_at
    await batches.update([ItemChange(made[2].id, ANY, ItemPatch(category=Category.BOOKS))])
    assert len(await statistics.by_category()) == 3


async def test_figures_are_counted_once(database: Database, statistics: ItemStatistics) -> None:
    """A second question costs no statement."""
    await statistics.by_category()
    await database.close()
    seen: list[str] = []
    event.listen(database.reads.sync_engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    await statistics.by_category()
    assert seen == []


async def test_the_export_has_every_item_once(database: Database, batches: ItemBatches) -> None:
    """As lines of JSON in a gzip file, over as many pages as it takes."""
    for start in range(0, 1100, 100):
        await batches.create([numbered(start + n) for n in range(100)])
    export = ItemExport(database, at_once=1)
    pieces = [piece async for piece in await export.begin(line)]
    assert len(pieces) > 1
    skus = [json.loads(text) for text in gzip.decompress(b"".join(pieces)).splitlines()]
    assert sorted(skus) == [f"MUG-{n:04d}" for n in range(1100)]
    assert export.running == 0


async def test_exports_are_bounded(database: Database) -> None:
    """Beyond the bound one is told to come again; one that is left early makes room."""
    export = ItemExport(database, at_once=1)
    first = await export.begin(line)
    with pytest.raises(Unavailable):
        await export.begin(line)
    assert [piece async for piece in first]
    await export.begin(line)


def line(item: Item) -> bytes:
    return json.dumps(item.sku).encode() + b"\n"
