"""Pages of a list, turned by cursors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from impl.domain.items import Category
from impl.domain.orders import OrderStatus

T = TypeVar("T")


class ItemSort(StrEnum):
    """A property to sort items by, then by id; a leading `-` means descending."""

    CREATED_AT = "created_at"
    CREATED_AT_DESC = "-created_at"
    UPDATED_AT = "updated_at"
    UPDATED_AT_DESC = "-updated_at"
    NAME = "name"
    NAME_DESC = "-name"
    SKU = "sku"
    SKU_DESC = "-sku"
    PRICE = "price"
    PRICE_DESC = "-price"


@dataclass(frozen=True, slots=True)
class PageCursor:
    """A cursor as a caller sent it; `parameter` is what that caller's contract calls it."""

    text: str
    parameter: str


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """Which page of which items. `size` is at least 1."""

    sort: ItemSort
    size: int
    category: Category | None = None
    cursor: PageCursor | None = None
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which page of whose orders (None: everybody's), the latest first. `size` is at least 1."""

    owner: str | None
    size: int
    status: OrderStatus | None = None
    customer_id: str | None = None
    cursor: PageCursor | None = None


@dataclass(frozen=True, slots=True)
class ParkedOrderQuery:
    """Which page of the orders that wait for a person, those that have waited longest first."""

    size: int
    cursor: PageCursor | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Cursors are None where there is no page; `total` is None unless it was asked for."""

    entries: tuple[T, ...]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    total: int | None = None
