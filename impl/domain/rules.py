"""What a contract cannot say about values: the one place of rules beyond JSON Schema.

Each rule gives the faults it finds, in the form that values have which break the contract itself,
so that callers see no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from impl.domain.errors import Fault
from impl.domain.money import LARGEST_AMOUNT, Money

BLOCKED_EMAIL_DOMAINS = frozenset(
    ("example.invalid", "guerrillamail.com", "mailinator.com", "trashmail.com", "yopmail.com")
)
"""Where mailboxes are thrown away; their subdomains too."""


class Line(Protocol):
    """What rules need of a line of an order."""

    @property
    def unit_price(self) -> Money: ...

    @property
    def total(self) -> Money: ...


def normalised_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Without blanks around them, in small letters, each once, in the order they came."""
    return tuple(dict.fromkeys(tag.strip().lower() for tag in tags))


def email_faults(email: str | None, *, pointer: str) -> list[Fault]:
    """`email_domain_blocked` for an address that nobody can be reached at for long."""
    if email is None:
        return []
    labels = email.rpartition("@")[2].lower().split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels))}
    if domains.isdisjoint(BLOCKED_EMAIL_DOMAINS):
        return []
    return [Fault("email_domain_blocked", "Mailboxes of this domain do not last.", pointer=pointer)]


def cart_faults(lines: Sequence[Line], *, expected: Money | None) -> list[Fault]:
    """`currency_mixed`, `total_too_large`, or `total_differs` from what the caller expected."""
    currency = lines[0].unit_price.currency
    mixed = [
        Fault(
            "currency_mixed",
            f"Is priced in {line.unit_price.currency}, the first line in {currency}.",
            pointer=f"/lines/{index}",
        )
        for index, line in enumerate(lines)
        if line.unit_price.currency != currency
    ]
    if mixed:
        return mixed
    total = lines_total(lines)
    if total.amount_minor > LARGEST_AMOUNT:
        detail = f"Adds up to more than {LARGEST_AMOUNT}."
        return [Fault("total_too_large", detail, pointer="/lines")]
    if expected is not None and expected != total:
        detail = f"The lines add up to {total.amount_minor} {total.currency}."
        return [Fault("total_differs", detail, pointer="/lines_total")]
    return []


def lines_total(lines: Sequence[Line]) -> Money:
    """The sum of lines in one currency."""
    return Money(sum(line.total.amount_minor for line in lines), lines[0].unit_price.currency)
