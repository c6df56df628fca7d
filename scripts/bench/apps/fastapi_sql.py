"""FastAPI with a session for each request: route, service and repository by `Depends`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from impl.repositories import tables
from scripts.bench.apps.database import POOL_SIZE, URL
from scripts.bench.apps.fastapi_bare import Category, Item, Money

engine = create_async_engine(URL, pool_size=POOL_SIZE, pool_pre_ping=URL.startswith("postgresql"))
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class ItemRow(Base):
    __table__ = tables.items


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


class ItemRepository:
    def __init__(self, session: Annotated[AsyncSession, Depends(get_session)]) -> None:
        self.session = session

    async def get(self, item_id: UUID) -> Any:
        return await self.session.get(ItemRow, item_id)


class ItemService:
    def __init__(self, items: Annotated[ItemRepository, Depends()]) -> None:
        self.items = items

    async def get(self, item_id: UUID) -> Any:
        row = await self.items.get(item_id)
        if row is None:
            raise HTTPException(404, "No item has this id.")
        return row


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(title="Benchmark", lifespan=lifespan)


@app.get("/items/{item_id}")
async def get_item(item_id: UUID, service: Annotated[ItemService, Depends()]) -> Item:
    row = await service.get(item_id)
    return Item(
        id=row.id,
        sku=row.sku,
        name=row.name,
        description=row.description,
        category=Category(row.category),
        tags=row.tags,
        price=Money(amount_minor=row.price_amount, currency=row.price_currency),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
