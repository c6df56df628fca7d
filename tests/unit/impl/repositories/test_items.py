"""Keyset pages of items, on real databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from impl.domain.errors import Invalid, SkuTaken
from impl.domain.items import Category, Item
from impl.domain.money import Money
from impl.domain.pages import ItemQuery, ItemSort, Page, PageCursor
from impl.repositories.database import Database, Work
from tests.unit.impl.drafts import MUG, numbered

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
async def items(database: Database) -> list[Item]:
    """Twelve items; names, prices and times repeat, so that ids have to decide."""
    made = [
        numbered(
            number,
            name=f"Mug {number % 3}",
            price=Money(100 * (number % 4), "EUR"),
            category=Category.TOYS if number % 2 else Category.KITCHEN,
        ).item(id=uuid4(), at=NOON + timedelta(seconds=number % 5))
        for number in range(12)
    ]
    async with database.transaction() as work:
        await work.items.add(*made)
    return made


async def walk(database: Database, query: ItemQuery, *, back: bool = False) -> list[Page[Item]]:
    """All pages from `query` on, forwards or backwards."""
    pages: list[Page[Item]] = []
    cursor = query.cursor
    while True:
        async with database.reading() as work:
            page = await work.items.page(
                ItemQuery(query.sort, query.size, query.category, cursor, query.with_total)
            )
        pages.append(page)
        text = page.previous_cursor if back else page.next_cursor
        if text is None:
            return pages
        cursor = PageCursor(text, "page_cursor")


def expected(items: list[Item], sort: ItemSort) -> list[UUID]:
    keys = {
        "created_at": lambda item: (item.created_at, item.id.hex),
        "updated_at": lambda item: (item.updated_at, item.id.hex),
        "name": lambda item: (item.name, item.id.hex),
        "sku": lambda item: (item.sku, item.id.hex),
        "price": lambda item: (item.price.amount_minor, item.id.hex),
    }
    key = keys[sort.removeprefix("-")]
    return [item.id for item in sorted(items, key=key, reverse=sort.startswith("-"))]


@pytest.mark.parametrize("sort", ItemSort)
@pytest.mark.parametrize("size", [1, 5, 12, 100])
async def test_pages_have_every_item_once_in_order(
    database: Database, items: list[Item], sort: ItemSort, size: int
) -> None:
    """Forwards and back again, whatever the sort: nothing is skipped, nothing comes twice."""
    pages = await walk(database, ItemQuery(sort, size))
    assert [item.id for page in pages for item in page.entries] == expected(items, sort)
    assert pages[0].previous_cursor is None

    if len(pages) > 1:
        cursor = PageCursor(pages[-1].previous_cursor or "", "page_cursor")
        back = await walk(database, ItemQuery(sort, size, cursor=cursor), back=True)
        assert [page.entries for page in reversed(back)] == [page.entries for page in pages[:-1]]


async def test_filter_and_total(database: Database, items: list[Item]) -> None:
    """A category is one half of the items; the total counts that half, not the page."""
    async with database.reading() as work:
        page = await work.items.page(ItemQuery(ItemSort.NAME, 2, Category.TOYS, with_total=True))
    assert page.total == 6
    assert {item.category for item in page.entries} == {Category.TOYS}


async def test_total_is_counted_only_on_request(database: Database, items: list[Item]) -> None:
    """A page costs one statement; the total is another one."""
    statements: list[str] = []
    event.listen(
        database.reads.sync_engine,
        "before_cursor_execute",
        lambda conn, cursor, statement, *rest: statements.append(statement),
    )
    async with database.reading() as work:
        page = await work.items.page(ItemQuery(ItemSort.NAME, 2))
    assert page.total is None
    assert len(statements) == 1


async def test_a_page_is_an_index_seek(database: Database, items: list[Item]) -> None:
    """No sort is ever materialised: the plan of a page deep in the list uses the index."""
    pages = await walk(database, ItemQuery(ItemSort.PRICE_DESC, 5, Category.TOYS))
    cursor = PageCursor(pages[0].next_cursor or "", "page_cursor")
    query = ItemQuery(ItemSort.PRICE_DESC, 5, Category.TOYS, cursor)
    plan = await (_sqlite_plan if database.reads.name == "sqlite" else _postgresql_plan)(
        database, query
    )
    assert "ix_items_category_price_amount_id" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


async def _sqlite_plan(database: Database, query: ItemQuery) -> str:
    async with database.reading() as work:
        statement = await _statement_of(work, query)
        explained = await work.connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN " + statement, ("toys", 100, "0" * 32, 6, 0)
        )
        return " ".join(row.detail for row in explained)


async def _postgresql_plan(database: Database, query: ItemQuery) -> str:
    async with database.reading() as work:
        statement = await _statement_of(work, query)
        # Twelve rows are scanned faster than sought; the planner is told that they are many.
        await work.connection.exec_driver_sql("SET enable_seqscan = off")
        explained = await work.connection.exec_driver_sql(
            "EXPLAIN " + statement, ("toys", 100, UUID(int=0), 6)
        )
        plan = "\n".join(explained.scalars())
        await work.connection.exec_driver_sql("RESET enable_seqscan")
        return plan


async def _statement_of(work: Work, query: ItemQuery) -> str:
    statements: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(work.connection.sync_connection, "before_cursor_execute", note)
    await work.items.page(query)
    event.remove(work.connection.sync_connection, "before_cursor_execute", note)
    return statements[0]


async def test_a_cursor_survives_the_row_it_points_at(
    database: Database, items: list[Item]
) -> None:
    """Deleting the item at the page's edge neither repeats nor skips another one."""
    order = expected(items, ItemSort.NAME)
    async with database.reading() as work:
        first = await work.items.page(ItemQuery(ItemSort.NAME, 3))
    async with database.transaction() as work:
        await work.items.remove(order[2])
    cursor = PageCursor(first.next_cursor or "", "page_cursor")
    rest = await walk(database, ItemQuery(ItemSort.NAME, 3, cursor=cursor))
    assert [item.id for page in rest for item in page.entries] == order[3:]


@pytest.mark.parametrize(
    "query",
    [
        ItemQuery(ItemSort.PRICE, 3),
        ItemQuery(ItemSort.NAME_DESC, 3),
        ItemQuery(ItemSort.NAME, 3, Category.TOYS),
    ],
)
async def test_a_cursor_of_another_query_is_refused(
    database: Database, items: list[Item], query: ItemQuery
) -> None:
    """The sort and the filters that a cursor was made for are part of it."""
    async with database.reading() as work:
        first = await work.items.page(ItemQuery(ItemSort.NAME, 3))
        cursor = PageCursor(first.next_cursor or "", "cursor")
        with pytest.raises(Invalid) as raised:
            await work.items.page(ItemQuery(query.sort, 3, query.category, cursor))
    (fault,) = raised.value.faults
    assert (fault.code, fault.parameter, fault.location) == ("invalid_cursor", "cursor", "query")


async def test_a_sku_that_is_taken(database: Database) -> None:
    """The database decides, so that two at once cannot both have it."""
    async with database.transaction() as work:
        await work.items.add(MUG.item(id=uuid4(), at=NOON))
    with pytest.raises(SkuTaken, match="MUG-0001"):
        async with database.transaction() as work:
            await work.items.add(MUG.item(id=uuid4(), at=NOON))


async def test_what_is_read_is_what_was_written(database: Database) -> None:
    """Every property comes back, times in UTC to the microsecond."""
    item = numbered(1, description="Two\nlines", tags=()).item(
        id=uuid4(), at=NOON + timedelta(microseconds=1)
    )
    async with database.transaction() as work:
        await work.items.add(item)
    async with database.reading() as work:
        assert await work.items.get(item.id) == item
