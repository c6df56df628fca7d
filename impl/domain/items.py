"""What the store sells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from impl.domain.etags import EntityTags, entity_tag
from impl.domain.money import Money
from impl.domain.rules import normalised_tags

T = TypeVar("T")


class Category(StrEnum):
    BOOKS = "books"
    CLOTHING = "clothing"
    KITCHEN = "kitchen"
    OFFICE = "office"
    TOYS = "toys"


@dataclass(frozen=True, slots=True)
class Item:
    """`sku` is unique among items and never changes; `revision` counts from 1, times are UTC."""

    id: UUID
    sku: str
    name: str
    description: str | None
    category: Category
    tags: tuple[str, ...]
    price: Money
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def etag(self) -> str:
        return entity_tag(self.revision)


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item to create."""

    sku: str
    name: str
    category: Category
    price: Money
    description: str | None = None
    tags: tuple[str, ...] = ()

    def item(self, *, id: UUID, at: datetime) -> Item:
        """The item that this becomes."""
        return Item(
            id=id,
            sku=self.sku,
            name=self.name,
            description=self.description,
            category=self.category,
            tags=normalised_tags(self.tags),
            price=self.price,
            revision=1,
            created_at=at,
            updated_at=at,
        )


@dataclass(frozen=True, slots=True)
class CategoryStatistics:
    """The items of one category that are priced in one currency; there is at least one.

    The average is rounded half up to the smallest unit.
    """

    category: Category
    count: int
    average_price: Money
    latest_created_at: datetime


class Unchanged:
    """The type of `UNCHANGED`: a property that a patch leaves as it is."""


UNCHANGED: Final = Unchanged()


@dataclass(frozen=True, slots=True)
class ItemPatch:
    """A merge patch, which may change one half of the price."""

    name: str | Unchanged = UNCHANGED
    description: str | Unchanged | None = UNCHANGED
    category: Category | Unchanged = UNCHANGED
    tags: tuple[str, ...] | Unchanged = UNCHANGED
    price_amount_minor: int | Unchanged = UNCHANGED
    price_currency: str | Unchanged = UNCHANGED

    def apply(self, item: Item, *, at: datetime) -> Item:
        """The item with the patch applied; the very same `item` where nothing changes."""
        patched = replace(
            item,
            name=_or(self.name, item.name),
            description=_or(self.description, item.description),
            category=_or(self.category, item.category),
            tags=normalised_tags(_or(self.tags, item.tags)),
            price=Money(
                _or(self.price_amount_minor, item.price.amount_minor),
                _or(self.price_currency, item.price.currency),
            ),
        )
        if patched == item:
            return item
        return replace(patched, revision=item.revision + 1, updated_at=at)


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A patch for the item `id`, if it is still as `if_match` says."""

    id: UUID
    if_match: EntityTags
    patch: ItemPatch


def _or(value: T | Unchanged, present: T) -> T:
    return present if isinstance(value, Unchanged) else value
