"""Amounts in a currency."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_AMOUNT = 1_000_000_000_000
"""In minor units; the contracts allow no more."""


@dataclass(frozen=True, slots=True)
class Money:
    """`amount_minor` counts the currency's smallest unit; `currency` is an ISO 4217 code."""

    amount_minor: int
    currency: str

    def __mul__(self, factor: int) -> Money:
        return Money(self.amount_minor * factor, self.currency)

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.amount_minor + other.amount_minor, self.currency)
