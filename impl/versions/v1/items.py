"""Items: a price is an amount and a currency side by side, pages go forward only."""

from __future__ import annotations

from accord.runtime import ABSENT
from generated.store.v1 import models as v1
from generated.store.v2 import models as v2
from impl.domain.items import UNCHANGED, Category, ItemPatch


def item(newer: v2.Item) -> v1.Item:
    """A v2 item in v1."""
    return v1.Item(
        id=newer.id,
        sku=newer.sku,
        name=newer.name,
        description=newer.description,
        category=v1.ItemCategory(newer.category),
        tags=newer.tags,
        price_cents=newer.price.amount_minor,
        currency=newer.price.currency,
        created_at=newer.created_at,
        updated_at=newer.updated_at,
    )


def item_page(newer: v2.ItemPage) -> v1.ItemPage:
    """A v2 page in v1."""
    return v1.ItemPage(
        data=[item(each) for each in newer.items], next=newer.next_cursor, prev=newer.prev_cursor
    )


def item_create(older: v1.ItemCreate) -> v2.ItemCreate:
    """A v1 item to create in v2."""
    return v2.ItemCreate(
        sku=older.sku,
        name=older.name,
        description=older.description,
        category=v2.ItemCategory(older.category),
        tags=older.tags,
        price=v2.MoneyInput(amount_minor=older.price_cents, currency=older.currency),
    )


def item_patch(older: v1.ItemPatch) -> ItemPatch:
    """A v1 patch, straight to the domain: half a price is nothing that v2 could say."""
    return ItemPatch(
        name=UNCHANGED if older.name is None else older.name,
        description=UNCHANGED if older.description is ABSENT else older.description,
        category=UNCHANGED if older.category is None else Category(older.category),
        tags=UNCHANGED if older.tags is None else tuple(older.tags),
        price_amount_minor=UNCHANGED if older.price_cents is None else older.price_cents,
        price_currency=UNCHANGED if older.currency is None else older.currency,
    )
