"""Items: a price is an amount and a currency side by side."""

from __future__ import annotations

from generated.store.v1 import models as v1
from generated.store.v1.conversions import item_category_to_v1, item_category_to_v2
from generated.store.v2 import models as v2


class ItemConversions:
    """The part of `Conversions` that is about items."""

    def item_create_to_v2(self, older: v1.ItemCreate) -> v2.ItemCreate:
        return v2.ItemCreate(
            sku=older.sku,
            name=older.name,
            description=older.description,
            category=item_category_to_v2(older.category),
            tags=older.tags,
            price=v2.MoneyInput(amount_minor=older.price_cents, currency=older.currency),
        )

    def item_patch_to_v2(self, older: v1.ItemPatch) -> v2.ItemPatch:
        price = None
        if older.price_cents is not None or older.currency is not None:
            price = v2.MoneyPatch(amount_minor=older.price_cents, currency=older.currency)
        return v2.ItemPatch(
            name=older.name,
            description=older.description,
            category=None if older.category is None else item_category_to_v2(older.category),
            tags=older.tags,
            price=price,
        )

    def item_to_v1(self, newer: v2.Item) -> v1.Item:
        return v1.Item(
            id=newer.id,
            sku=newer.sku,
            name=newer.name,
            description=newer.description,
            category=item_category_to_v1(newer.category),
            tags=newer.tags,
            price_cents=newer.price.amount_minor,
            currency=newer.price.currency,
            created_at=newer.created_at,
            updated_at=newer.updated_at,
        )

    def item_page_to_v1(self, newer: v2.ItemPage) -> v1.ItemPage:
        return v1.ItemPage(
            data=[self.item_to_v1(item) for item in newer.items],
            next=newer.next_cursor,
            prev=newer.prev_cursor,
        )
