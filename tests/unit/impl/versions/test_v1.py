"""Version 1 in terms of version 2: nothing is lost on the way there and back."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated.store.v1 import models as v1
from generated.store.v1.conversions import address_to_v1, item_category_to_v2
from generated.store.v2 import models as v2
from impl.domain.items import Item
from impl.handlers.v2.items import draft, item_model, patch
from impl.versions.v1 import CONVERSIONS
from tests.conftest import ROOT

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 13, tzinfo=UTC)
ID = UUID(int=7)

names = st.text(st.characters(min_codepoint=33, exclude_categories=["C"]), min_size=1, max_size=120)
cents = st.integers(0, 10**12)
currencies = st.from_regex("[A-Z]{3}", fullmatch=True)
descriptions = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=50)
tags = st.lists(st.from_regex("[a-z0-9][a-z0-9-]{0,8}", fullmatch=True), max_size=20)
creations = st.fixed_dictionaries(
    {
        "sku": st.from_regex("[A-Z0-9][A-Z0-9-]{2,31}", fullmatch=True),
        "name": names,
        "category": st.sampled_from([*v1.ItemCategory]),
        "price_cents": cents,
        "currency": currencies,
    },
    optional={"description": descriptions, "tags": tags},
)
patches = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "description": st.none() | descriptions,
        "category": st.sampled_from([*v1.ItemCategory]),
        "tags": tags,
        "price_cents": cents,
        "currency": currencies,
    },
)
money = st.builds(v2.Money, amount_minor=cents, currency=currencies)
moments = st.datetimes(timezones=st.just(UTC))
addresses = st.builds(
    v2.Address, recipient=names, line1=names, line2=st.none() | names, postal_code=st.just("3011"),
    city=names, country=st.from_regex("[A-Z]{2}", fullmatch=True),
)  # fmt: skip
orders = st.builds(
    v2.Order, id=st.uuids(), customer_id=st.just("cus_8f3k2m9q1z"),
    status=st.sampled_from(v2.OrderStatus), total=money, shipping_address=addresses,
    lines=st.lists(
        st.builds(
            v2.OrderLine, item_id=st.uuids(), sku=st.just("MUG-0001"), name=names,
            quantity=st.integers(1, 999), unit_price=money, line_total=money,
        ), min_size=1, max_size=3,
    ), note=st.none(), contact_email=st.none(), created_at=moments, updated_at=moments,
)  # fmt: skip


def created(body: dict[str, Any]) -> Item:
    """What a request of version 1 makes."""
    older = v1.ItemCreate.model_validate_json(json.dumps(body))
    return draft(CONVERSIONS.item_create_to_v2(older)).item(id=ID, at=NOON)


def shown(item: Item) -> dict[str, Any]:
    """How version 1 shows an item."""
    older = CONVERSIONS.item_to_v1(item_model(item))
    page: dict[str, Any] = json.loads(older.model_dump_json(by_alias=True, exclude_none=True))
    return page


@given(creations)
def test_what_is_created_is_shown(body: dict[str, Any]) -> None:
    """Everything that a caller of version 1 sends comes back to it, each tag once."""
    page = shown(created(body))
    assert page.pop("tags") == list(dict.fromkeys(body.get("tags", [])))
    for added in ("id", "created_at", "updated_at"):
        page.pop(added)
    assert page == {name: value for name, value in body.items() if name != "tags"}


@given(creations, patches)
def test_a_patch_is_a_merge_patch_of_what_is_shown(
    body: dict[str, Any], change: dict[str, Any]
) -> None:
    """RFC 7396, member by member, by way of version 2: half a price changes that half only."""
    item = created(body)
    expected = shown(item) | {
        name: list(dict.fromkeys(value)) if name == "tags" else value
        for name, value in change.items()
    }
    if expected.get("description", "") is None:
        del expected["description"]
    older = v1.ItemPatch.model_validate_json(json.dumps(change))
    patched = patch(CONVERSIONS.item_patch_to_v2(older)).apply(item, at=LATER)
    assert (patched is item) == (expected == shown(item))
    assert shown(patched) | {"updated_at": ""} == expected | {"updated_at": ""}


@given(orders, st.none() | names)
def test_an_order_keeps_its_lines_and_amounts(newer: v2.Order, name: str | None) -> None:
    """Amounts in cents; the customer's name where the customer is known."""
    customer = None if name is None else v2.Customer(id=newer.customer_id, name=name)
    older = CONVERSIONS.order_to_v1(newer, customer)
    assert older.customer_name == name
    assert (older.total_cents, older.currency) == (newer.total.amount_minor, newer.total.currency)
    assert [line.line_total_cents for line in older.lines] == [
        line.line_total.amount_minor for line in newer.lines
    ]
    assert older.shipping_address.model_dump() == newer.shipping_address.model_dump()
    # What version 1 shows is valid for those who read it.
    v1.Order.model_validate_json(older.model_dump_json(by_alias=True, exclude_none=True))


@given(addresses)
def test_what_accord_converts_is_the_same(address: v2.Address) -> None:
    """Property by property."""
    assert address_to_v1(address).model_dump() == address.model_dump()
    assert {item_category_to_v2(each).value for each in v1.ItemCategory} <= set(v2.ItemCategory)


@pytest.mark.parametrize("status", v2.OrderStatus)
def test_every_status_of_an_order_has_one_in_v1(status: v2.OrderStatus) -> None:
    """`parked` is `pending`: v1 has no word for it."""
    expected = "pending" if status is v2.OrderStatus.PARKED else status.value
    assert CONVERSIONS.order_status_to_v1(status).value == expected


def test_a_page_goes_both_ways() -> None:
    """`next` and `prev` are version 2's cursors."""
    older = CONVERSIONS.item_page_to_v1(v2.ItemPage(items=[], next_cursor="n", prev_cursor="p"))
    assert (older.data, older.next, older.prev) == ([], "n", "p")


@pytest.mark.slow
def test_a_conversion_that_nobody_wrote_is_a_type_error(tmp_path: Path) -> None:
    """mypy names the one that is missing."""
    snippet = tmp_path / "half.py"
    snippet.write_text(
        "from generated.store.v1.conversions import Conversions\n"
        "from impl.versions.v1.items import ItemConversions\n"
        "from impl.versions.v1.orders import OrderConversions\n"
        "class Half(ItemConversions):\n"
        "    order_to_v1 = OrderConversions.order_to_v1\n"
        "    order_status_to_v1 = OrderConversions.order_status_to_v1\n"
        "half: Conversions = Half()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", snippet],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert '"Half" is missing following "Conversions" protocol member' in ended.stdout
    assert "order_line_to_v1" in ended.stdout
