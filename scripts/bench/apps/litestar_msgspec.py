"""Litestar with msgspec structs, no middleware and no documentation routes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Litestar, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from msgspec import Meta, Struct

from scripts.bench import data

Sku = Annotated[str, Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{2,31}$")]
Tag = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Description = Annotated[str, Meta(min_length=1, max_length=2000)]


class Category(StrEnum):
    BOOKS = "books"
    CLOTHING = "clothing"
    KITCHEN = "kitchen"
    OFFICE = "office"
    TOYS = "toys"


class Money(Struct):
    amount_minor: Annotated[int, Meta(ge=0, le=1_000_000_000_000)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class ItemCreate(Struct, kw_only=True):
    sku: Sku
    name: Name
    description: Description | None = None
    category: Category
    tags: Annotated[list[Tag], Meta(max_length=20)]
    price: Money


class Item(Struct, kw_only=True):
    id: UUID
    sku: Sku
    name: Name
    description: Description | None = None
    category: Category
    tags: Annotated[list[Tag], Meta(max_length=20)]
    price: Money
    created_at: datetime
    updated_at: datetime


class ItemPage(Struct):
    items: Annotated[list[Item], Meta(max_length=100)]


ITEMS = {item.id: item for item in msgspec.convert(data.ITEMS, list[Item])}
NOW = datetime.fromisoformat(data.NOW)


@get("/items/{item_id:uuid}")
async def get_item(item_id: UUID) -> Item:
    item = ITEMS.get(item_id)
    if item is None:
        raise NotFoundException("No item has this id.")
    return item


@get("/items")
async def list_items(limit: Annotated[int, Parameter(ge=1, le=100)] = 20) -> ItemPage:
    return ItemPage(items=list(ITEMS.values())[:limit])


@post("/items")
async def create_item(data: ItemCreate) -> Item:
    return Item(
        id=NEW_ID,
        sku=data.sku,
        name=data.name,
        description=data.description,
        category=data.category,
        tags=data.tags,
        price=data.price,
        created_at=NOW,
        updated_at=NOW,
    )


NEW_ID = data.NEW_ID
app = Litestar([get_item, list_items, create_item], openapi_config=None, logging_config=None)
