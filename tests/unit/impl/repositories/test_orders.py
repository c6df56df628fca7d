"""Lists of orders: whole pages in two statements, each of them an index seek."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from impl.domain import orders
from impl.domain.orders import Failure, Order, OrderStatus
from impl.domain.pages import OrderQuery, Page, PageCursor, ParkedOrderQuery
from impl.repositories.database import Database
from tests.unit.impl.drafts import MUG, order_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CUSTOMERS = ("cus_ada00001", "cus_bob00001")


@pytest.fixture
async def placed(database: Database) -> list[Order]:
    """Twelve orders of Ada's and one of Eve's; some of the same moment, a third of them parked."""
    mug = MUG.item(id=uuid4(), at=NOON)
    made = []
    for number in range(13):
        draft = order_of(*[mug.id] * (1 + number % 3), customer_id=CUSTOMERS[number % 2])
        order = orders.place(
            draft,
            {mug.id: mug},
            id=uuid4(),
            owner="eve" if number == 12 else "ada",
            at=NOON + timedelta(seconds=number % 5),
        )
        if number % 3 == 0:
            failure = Failure("payments.void", "service_unavailable", "Away.")
            order = replace(order, status=OrderStatus.PARKED, failure=failure)
        made.append(order)
    async with database.transaction() as work:
        for order in made:
            await work.orders.add(order)
    return made


@asynccontextmanager
async def reads(database: Database) -> AsyncIterator[list[str]]:
    """The statements that are read with meanwhile."""
    seen: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.reads.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.reads.sync_engine, "before_cursor_execute", note)


async def walk(database: Database, query: OrderQuery | ParkedOrderQuery) -> list[Page[Order]]:
    pages: list[Page[Order]] = []
    while True:
        async with database.reading() as work:
            if isinstance(query, OrderQuery):
                page = await work.orders.page(query)
            else:
                page = await work.orders.parked_page(query)
        pages.append(page)
        if page.next_cursor is None:
            return pages
        query = replace(query, cursor=PageCursor(page.next_cursor, "page_cursor"))


def latest_first(order: Order) -> tuple[datetime, str]:
    return order.created_at, order.id.hex


async def test_a_page_is_two_statements_however_many_orders_it_has(
    database: Database, placed: list[Order]
) -> None:
    """The orders, then all their lines: none is fetched on its own, and nothing is skipped by
    counting."""
    async with reads(database) as statements, database.reading() as work:
        page = await work.orders.page(OrderQuery(owner="ada", size=10))
    assert len(page.entries) == 10
    assert all(order in placed for order in page.entries)
    assert len(statements) == 2
    assert "ORDER BY" in statements[0]
    assert "OFFSET" not in statements[0].upper().replace("LIMIT ? OFFSET ?", "")


@pytest.mark.parametrize("status", [None, OrderStatus.PARKED])
@pytest.mark.parametrize("customer", [None, CUSTOMERS[1]])
async def test_pages_have_ones_own_orders_once(
    database: Database, placed: list[Order], status: OrderStatus | None, customer: str | None
) -> None:
    """Filtered, the latest first; those of others are in none of them."""
    query = OrderQuery(owner="ada", size=2, status=status, customer_id=customer)
    pages = await walk(database, query)
    expected = [
        order
        for order in sorted(placed, key=latest_first, reverse=True)
        if order.owner == "ada"
        and status in (None, order.status)
        and customer in (None, order.customer_id)
    ]
    assert [order for page in pages for order in page.entries] == expected


async def test_parked_orders_are_everybodys(database: Database, placed: list[Order]) -> None:
    """Those that have waited longest first."""
    pages = await walk(database, ParkedOrderQuery(size=2))
    parked = [order for order in placed if order.status is OrderStatus.PARKED]
    expected = sorted(parked, key=lambda order: (order.updated_at, order.id.hex))
    assert [order for page in pages for order in page.entries] == expected
    assert {order.owner for order in expected} == {"ada", "eve"}


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({}, "ix_orders_owner_created_at_id"),
        ({"status": OrderStatus.PARKED}, "ix_orders_owner_status_created_at_id"),
        ({"customer_id": CUSTOMERS[0]}, "ix_orders_owner_customer_id_created_at_id"),
    ],
)
async def test_each_filter_is_an_index_seek(
    database: Database, placed: list[Order], filters: dict[str, str], index: str
) -> None:
    """A page deep in the list costs what the first one does, whatever is asked for."""
    edge = PageCursor(
        (await walk(database, OrderQuery(owner="ada", size=1, **filters)))[0].next_cursor or "",
        "page_cursor",
    )
    query = OrderQuery(owner="ada", size=1, cursor=edge, **filters)
    assert index in await plan(database, query)


async def plan(database: Database, query: OrderQuery) -> str:
    """How the database carries the page's statement out, with no choice but an index."""
    captured: list[tuple[str, object]] = []

    def note(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        captured.append((statement, parameters))

    async with database.reading() as work:
        event.listen(database.reads.sync_engine, "before_cursor_execute", note)
        await work.orders.page(query)
        event.remove(database.reads.sync_engine, "before_cursor_execute", note)
        statement, parameters = captured[0]
        if database.reads.name == "sqlite":
            explained = await work.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
        else:
            for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                await work.connection.exec_driver_sql(f"SET {setting} = off")
            explained = await work.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        rows = "\n".join(str(row) for row in explained)
        if database.reads.name != "sqlite":
            await work.connection.exec_driver_sql("RESET ALL")
    assert "TEMP B-TREE" not in rows
    return rows
