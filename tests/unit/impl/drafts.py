"""Small drafts to make items and orders from."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from impl.domain.items import Category, ItemDraft
from impl.domain.money import Money
from impl.domain.orders import Address, LineDraft, OrderDraft

MUG = ItemDraft(
    sku="MUG-0001",
    name="Stoneware mug",
    category=Category.KITCHEN,
    price=Money(1490, "EUR"),
    tags=("stoneware", "gift"),
)


def numbered(number: int, **changes: object) -> ItemDraft:
    """A mug with a sku of its own."""
    return replace(MUG, sku=f"MUG-{number:04d}", **changes)  # type: ignore[arg-type]


def order_of(*item_ids: UUID, customer_id: str = "cus_ada00001") -> OrderDraft:
    """Two of each item."""
    return OrderDraft(
        customer_id=customer_id,
        lines=tuple(LineDraft(item_id, 2) for item_id in item_ids),
        shipping_address=Address("Ada Lovelace", "Marktgasse 12", "3011", "Bern", "CH"),
        payment_method_id="pm_card0001",
    )
