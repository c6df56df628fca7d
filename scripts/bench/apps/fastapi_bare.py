"""FastAPI by hand: return annotations, Annotated constraints, no middleware."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

from scripts.bench import data

Sku = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{2,31}$")]
Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(min_length=1, max_length=2000)]


class Category(StrEnum):
    BOOKS = "books"
    CLOTHING = "clothing"
    KITCHEN = "kitchen"
    OFFICE = "office"
    TOYS = "toys"


class Money(BaseModel):
    amount_minor: Annotated[int, Field(ge=0, le=1_000_000_000_000)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class ItemCreate(BaseModel):
    sku: Sku
    name: Name
    description: Description | None = None
    category: Category
    tags: Annotated[list[Tag], Field(max_length=20)]
    price: Money


class Item(BaseModel):
    id: UUID
    sku: Sku
    name: Name
    description: Description | None = None
    category: Category
    tags: Annotated[list[Tag], Field(max_length=20)]
    price: Money
    created_at: datetime
    updated_at: datetime


class ItemPage(BaseModel):
    items: Annotated[list[Item], Field(max_length=100)]


ITEMS = {item.id: item for item in map(Item.model_validate, data.ITEMS)}
NOW = datetime.fromisoformat(data.NOW)

app = FastAPI(title="Benchmark")


@app.get("/items/{item_id}")
async def get_item(item_id: UUID) -> Item:
    item = ITEMS.get(item_id)
    if item is None:
        raise HTTPException(404, "No item has this id.")
    return item


@app.get("/items")
async def list_items(limit: Annotated[int, Query(ge=1, le=100)] = 20) -> ItemPage:
    return ItemPage(items=list(ITEMS.values())[:limit])


@app.post("/items", status_code=201)
async def create_item(body: ItemCreate) -> Item:
    return Item(
        id=data.NEW_ID,
        sku=body.sku,
        name=body.name,
        description=body.description,
        category=body.category,
        tags=body.tags,
        price=body.price,
        created_at=NOW,
        updated_at=NOW,
    )
