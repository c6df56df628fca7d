"""Version 1 in terms of version 2: nothing is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated.store.v1 import models as v1
from generated.store.v2 import models as v2
from impl.domain.items import UNCHANGED, ItemPatch
from impl.versions.v1 import items, orders


@given(
    cents=st.integers(0, 10**12),
    currency=st.from_regex("[A-Z]{3}", fullmatch=True),
    category=st.sampled_from(v1.ItemCategory),
    tags=st.lists(st.from_regex("[a-z0-9]{1,8}", fullmatch=True), max_size=20),
    description=st.none() | st.text("abc\n", min_size=1),
)
def test_an_item_to_create_keeps_everything(
    cents: int, currency: str, category: v1.ItemCategory, tags: list[str], description: str | None
) -> None:
    """A price becomes money; the rest is what it was."""
    older = v1.ItemCreate(
        sku="MUG-0001",
        name="Mug",
        description=description,
        category=category,
        tags=tags,
        price_cents=cents,
        currency=currency,
    )
    newer = items.item_create(older)
    assert (newer.price.amount_minor, newer.price.currency) == (cents, currency)
    assert (newer.category, newer.tags, newer.description) == (category, tags, description)


@pytest.mark.parametrize(
    ("text", "patch"),
    [
        ("{}", ItemPatch()),
        ('{"description": null}', ItemPatch(description=None)),
        ('{"price_cents": 5}', ItemPatch(price_amount_minor=5)),
        ('{"currency": "CHF"}', ItemPatch(price_currency="CHF")),
    ],
)
def test_a_patch_tells_absent_from_null(text: str, patch: ItemPatch) -> None:
    """Half a price changes that half only."""
    assert items.item_patch(v1.ItemPatch.model_validate_json(text)) == patch
    assert patch.name is UNCHANGED


@pytest.mark.parametrize("status", v2.OrderStatus)
def test_every_status_of_an_order_has_one_in_v1(status: v2.OrderStatus) -> None:
    """`parked` is `pending`: v1 has no word for it."""
    found = orders._status(status)
    expected = "pending" if status is v2.OrderStatus.PARKED else status.value
    assert found.value == expected
