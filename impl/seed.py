"""A dozen items to try things out with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from impl.domain.items import Category, Item, ItemDraft
from impl.domain.money import Money
from impl.repositories.database import Database

_NAMESPACE = UUID("5702e5c4-0000-4000-8000-000000000000")
_IDS = {"MUG-0001": UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")}
"""The contracts' examples speak of this item: they can be tried as they are."""
_FIRST = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_GOODS = (
    ("MUG-0001", "Stoneware mug", Category.KITCHEN, 1490, ("stoneware", "gift")),
    ("PAN-0002", "Cast iron pan", Category.KITCHEN, 4900, ("iron",)),
    ("KNF-0003", "Bread knife", Category.KITCHEN, 2450, ()),
    ("PEN-0004", "Fountain pen", Category.OFFICE, 3200, ("gift",)),
    ("PAD-0005", "Dotted notepad", Category.OFFICE, 690, ("paper",)),
    ("LMP-0006", "Desk lamp", Category.OFFICE, 5900, ("light",)),
    ("BOK-0007", "A history of engines", Category.BOOKS, 2800, ("history",)),
    ("BOK-0008", "Notes on computation", Category.BOOKS, 3400, ("science", "gift")),
    ("TEE-0009", "Plain T-shirt", Category.CLOTHING, 1900, ("cotton",)),
    ("HAT-0010", "Felt hat", Category.CLOTHING, 4200, ("wool",)),
    ("TOY-0011", "Wooden train", Category.TOYS, 2600, ("wood", "gift")),
    ("TOY-0012", "Spinning top", Category.TOYS, 850, ("wood",)),
)


def demonstration_items() -> tuple[Item, ...]:
    """The same items with the same ids every time."""
    return tuple(
        ItemDraft(sku=sku, name=name, category=category, price=Money(cents, "EUR"), tags=tags).item(
            id=_IDS.get(sku) or uuid5(_NAMESPACE, sku), at=_FIRST + timedelta(hours=number)
        )
        for number, (sku, name, category, cents, tags) in enumerate(_GOODS)
    )


async def seed(database: Database) -> None:
    """Put the demonstration items into a store that has none."""
    async with database.transaction() as work:
        if not await work.items.any():
            await work.items.add(*demonstration_items())
