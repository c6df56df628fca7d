"""What a contract cannot say about values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.domain.errors import Invalid
from impl.domain.items import Item
from impl.domain.money import LARGEST_AMOUNT, Money
from impl.domain.orders import LineDraft, Order, OrderDraft, place
from impl.domain.rules import email_faults, normalised_tags
from tests.unit.impl.drafts import MUG, numbered, order_of

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)


def test_tags_are_normalised() -> None:
    """Trimmed, in small letters, each once, in the order they came."""
    assert normalised_tags([" Gift", "gift ", "NEW", "gift", "new-2"]) == ("gift", "new", "new-2")
    item = numbered(1, tags=("  Gift ", "GIFT")).item(id=A, at=AT)
    assert item.tags == ("gift",)


@given(st.lists(st.text(max_size=5), max_size=5))
def test_normalising_twice_changes_nothing(tags: list[str]) -> None:
    """So that a patch with what was read is no change."""
    once = normalised_tags(tags)
    assert normalised_tags(once) == once


@pytest.mark.parametrize(
    ("email", "blocked"),
    [
        ("ada@mailinator.com", True),
        ("ada@MAILINATOR.com", True),
        ("ada@eu.mailinator.com", True),
        ("ada@notmailinator.com", False),
        ("mailinator.com@example.org", False),
        ("ada@example.org", False),
        (None, False),
    ],
)
def test_throwaway_mailboxes(email: str | None, blocked: bool) -> None:
    """By domain, subdomains included, whatever the case."""
    faults = email_faults(email, pointer="/contact_email")
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("email_domain_blocked", "/contact_email")
    ] * blocked


def placed(draft: OrderDraft, **prices: Money) -> Order:
    """The order of a draft at these prices, `a` of item A and `b` of item B."""
    ids = {"a": A, "b": B}
    items: dict[UUID, Item] = {
        ids[name]: numbered(ids[name].int, price=price).item(id=ids[name], at=AT)
        for name, price in prices.items()
    }
    return place(draft, items, id=UUID(int=9), owner="ada", at=AT)


def refusal(draft: OrderDraft, **prices: Money) -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as raised:
        placed(draft, **prices)
    return [(fault.code, fault.pointer) for fault in raised.value.faults]


def with_total(draft: OrderDraft, total: Money | None) -> OrderDraft:
    return replace(draft, lines_total=total)


def test_a_cart_adds_up() -> None:
    """To what the caller has shown; two of each at their prices."""
    draft = with_total(order_of(A, B), Money(2 * 100 + 2 * 50, "EUR"))
    assert placed(draft, a=Money(100, "EUR"), b=Money(50, "EUR")).total == Money(300, "EUR")
    assert refusal(draft, a=Money(101, "EUR"), b=Money(50, "EUR")) == [
        ("total_differs", "/lines_total")
    ]
    # The same number of another currency is another sum.
    assert refusal(draft, a=Money(100, "CHF"), b=Money(50, "CHF")) == [
        ("total_differs", "/lines_total")
    ]


def test_a_cart_has_one_currency_and_a_bound() -> None:
    """Each line that differs from the first is named."""
    draft = order_of(A, B)
    assert refusal(draft, a=MUG.price, b=Money(1, "CHF")) == [("currency_mixed", "/lines/1")]
    much = Money(LARGEST_AMOUNT, "EUR")
    assert refusal(draft, a=much, b=much) == [("total_too_large", "/lines")]


def test_all_faults_of_a_draft_are_told_together() -> None:
    """An address and items that are wrong: one answer has both."""
    draft = replace(order_of(A), contact_email="a@yopmail.com")
    draft = replace(draft, lines=(*draft.lines, LineDraft(B, 1)))
    assert refusal(draft, a=MUG.price) == [
        ("email_domain_blocked", "/contact_email"),
        ("item_unknown", "/lines/1/item_id"),
    ]
