"""Media types and their ranges."""

from __future__ import annotations


def ranges(type_: str) -> tuple[str, str]:
    """The ranges that `type_` lies in, the narrower first."""
    return f"{type_.partition('/')[0]}/*", "*/*"


def ranges_of(type_: str) -> frozenset[str]:
    """A media type and the ranges that it lies in."""
    return frozenset((type_, *ranges(type_)))
