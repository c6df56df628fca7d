"""Items in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, case, delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from impl.domain.errors import SkuTaken
from impl.domain.items import Category, CategoryStatistics, Item
from impl.domain.money import Money
from impl.domain.pages import ItemQuery, Page
from impl.repositories import keyset
from impl.repositories.cursors import CursorCodec, SortKey
from impl.repositories.tables import items

_BY_ID = select(items).where(items.c.id == bindparam("item_id"))
_LOCKED_BY_ID = _BY_ID.with_for_update()
_SORT_COLUMNS = {
    "created_at": items.c.created_at,
    "updated_at": items.c.updated_at,
    "name": items.c.name,
    "sku": items.c.sku,
    "price": items.c.price_amount,
}
_CHANGEABLE = (
    items.c.name,
    items.c.description,
    items.c.category,
    items.c.tags,
    items.c.price_amount,
    items.c.price_currency,
    items.c.revision,
    items.c.updated_at,
)
_STATISTICS = (
    select(
        items.c.category,
        items.c.price_currency,
        func.count().label("number"),
        func.sum(items.c.price_amount).label("total"),
        func.max(items.c.created_at).label("latest"),
    )
    .group_by(items.c.category, items.c.price_currency)
    .order_by(items.c.category, items.c.price_currency)
)


class ItemRepository:
    """Items over one connection, in the transaction that it is in."""

    def __init__(self, connection: AsyncConnection, cursors: CursorCodec) -> None:
        self._connection = connection
        self._cursors = cursors

    async def get(self, item_id: UUID, *, lock: bool = False) -> Item | None:
        """One item; `lock` keeps others from changing it until the transaction ends."""
        statement = _LOCKED_BY_ID if lock else _BY_ID
        result = await self._connection.execute(statement, {"item_id": item_id})
        row = result.one_or_none()
        return None if row is None else _item(row)

    async def by_ids(self, ids: Iterable[UUID]) -> dict[UUID, Item]:
        """Those that exist, by id, in one statement."""
        result = await self._connection.execute(select(items).where(items.c.id.in_(set(ids))))
        return {row.id: _item(row) for row in result}

    async def page(self, query: ItemQuery) -> Page[Item]:
        """One page. Raises `Invalid` where the cursor is not one of this query."""
        name = query.sort.removeprefix("-")
        bound = (query.sort, query.category)
        edge = None if query.cursor is None else self._cursors.read(query.cursor, bound)
        matching = select(items)
        if query.category is not None:
            matching = matching.where(items.c.category == query.category)
        result = await self._connection.execute(
            keyset.seek(
                matching,
                key=_SORT_COLUMNS[name],
                id=items.c.id,
                descending=query.sort.startswith("-"),
                edge=edge,
                size=query.size,
            )
        )
        return keyset.page(
            [_item(row) for row in result],
            edge=edge,
            size=query.size,
            codec=self._cursors,
            query=bound,
            place=lambda item: (_sort_key(item, name), item.id),
            total=await self._count(query) if query.with_total else None,
        )

    async def _count(self, query: ItemQuery) -> int:
        statement = select(func.count()).select_from(items)
        if query.category is not None:
            statement = statement.where(items.c.category == query.category)
        return (await self._connection.execute(statement)).scalar_one()

    async def add(self, *new: Item) -> None:
        """Insert in one statement. Raises `SkuTaken` where another item has one of the skus."""
        try:
            await self._connection.execute(insert(items), [_columns(item) for item in new])
        except IntegrityError as error:
            if "sku" not in str(error.orig):
                raise
            skus = ", ".join(item.sku for item in new)
            raise SkuTaken(f"Another item has the sku {skus}.") from error

    async def add_new(self, new: Sequence[Item]) -> set[UUID]:
        """Insert, in one statement, those whose sku is free; the ids of those."""
        postgresql = self._connection.dialect.name == "postgresql"
        insert_or_not: Any = postgresql_insert if postgresql else sqlite_insert
        result = await self._connection.execute(
            insert_or_not(items)
            .values([_columns(item) for item in new])
            .on_conflict_do_nothing(index_elements=["sku"])
            .returning(items.c.id)
        )
        return set(result.scalars())

    async def locked(self, ids: Iterable[UUID]) -> dict[UUID, Item]:
        """Those that exist, by id; others cannot change them until the transaction ends."""
        # In one order for all, so that two who lock the same never wait for each other.
        statement = select(items).where(items.c.id.in_(set(ids))).order_by(items.c.id)
        result = await self._connection.execute(statement.with_for_update())
        return {row.id: _item(row) for row in result}

    async def save_all(self, changed: Sequence[Item]) -> None:
        """Write items that were read with `locked`, in one statement."""
        rows = {item.id: _columns(item) for item in changed}
        values = {
            column: case(
                {key: literal(row[column.name], column.type) for key, row in rows.items()},
                value=items.c.id,
            )
            for column in _CHANGEABLE
        }
        result = await self._connection.execute(
            update(items).where(items.c.id.in_(rows)).values(values).returning(items.c.id)
        )
        assert set(result.scalars()) == set(rows)

    async def statistics(self) -> tuple[CategoryStatistics, ...]:
        """Figures by category and currency, in that order."""
        result = await self._connection.execute(_STATISTICS)
        return tuple(
            CategoryStatistics(
                category=Category(row.category),
                count=row.number,
                average_price=Money(_average(int(row.total), row.number), row.price_currency),
                latest_created_at=row.latest,
            )
            for row in result
        )

    async def after(self, item_id: UUID | None, *, size: int) -> tuple[Item, ...]:
        """The next items in the order of their ids; from the first where `item_id` is None."""
        statement = select(items).order_by(items.c.id).limit(size)
        if item_id is not None:
            statement = statement.where(items.c.id > item_id)
        return tuple(_item(row) for row in await self._connection.execute(statement))

    async def save(self, item: Item) -> None:
        """Write an item that was read with `lock`."""
        values = _columns(item)
        del values["id"]
        await self._connection.execute(update(items).where(items.c.id == item.id).values(**values))

    async def remove(self, item_id: UUID) -> None:
        await self._connection.execute(delete(items).where(items.c.id == item_id))

    async def any(self) -> bool:
        """Whether there is an item at all."""
        result = await self._connection.execute(select(items.c.id).limit(1))
        return result.first() is not None


def _average(total: int, number: int) -> int:
    return (2 * total + number) // (2 * number)


def _sort_key(item: Item, name: str) -> SortKey:
    keys: dict[str, str | int | datetime] = {
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "name": item.name,
        "sku": item.sku,
        "price": item.price.amount_minor,
    }
    return keys[name]


def _item(row: Row[Any]) -> Item:
    return Item(
        id=row.id,
        sku=row.sku,
        name=row.name,
        description=row.description,
        category=Category(row.category),
        tags=tuple(row.tags),
        price=Money(row.price_amount, row.price_currency),
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _columns(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "sku": item.sku,
        "name": item.name,
        "description": item.description,
        "category": item.category.value,
        "tags": list(item.tags),
        "price_amount": item.price.amount_minor,
        "price_currency": item.price.currency,
        "revision": item.revision,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
    }
