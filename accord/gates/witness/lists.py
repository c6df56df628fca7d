"""Arrays near the limits of schemas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from accord.gates.law.shape import Shape
from accord.gates.witness.making import MOST_ITEMS, MOST_TRIES, Hint, Maker, NoValue


def lists(maker: Maker, shape: Shape, hints: Sequence[Hint]) -> Iterator[Any]:
    """Arrays of every size that matters, alike and varied, then with items near the limits."""
    for size in _sizes(shape, hints):
        for is_varied in (True, False):
            try:
                yield list_of(maker, shape, size, is_varied=is_varied)
            except NoValue:
                continue
    for index in range(shape.first_items + 1):
        node = shape.item(index)
        wanted = [
            (shapes, shapes.of(theirs))
            for shapes, hint in hints
            for theirs in (*(each.node for each in hint.contains), hint.item(index))
            if theirs is not None
        ]
        if node is None or not wanted:
            continue
        for value in islice(maker.near(node, wanted), MOST_TRIES):
            for count in range(1, 4):
                try:
                    before = list_of(maker, shape, index, is_varied=True)
                except NoValue:
                    continue
                yield [*before, *[value] * count]


def list_of(maker: Maker, shape: Shape, size: int, *, is_varied: bool) -> list[Any]:
    """An array of that size, items different where they can be. Raises `NoValue`."""
    made: list[Any] = []
    for each in shape.contains:
        made += maker.several(each.node, max(1, each.least))[: each.least]
    made = made[:size] if not shape.first_items else []
    for index in range(len(made), size):
        node = shape.item(index)
        if node is None:
            raise NoValue
        known = maker.several(node, size if is_varied else 1)
        made.append(known[index % len(known)])
    return made


def lists_with(maker: Maker, shape: Shape, index: int, item: Any) -> Iterator[Any]:
    """Arrays that have `item` at `index`."""
    least = shape.limit("minItems")
    size = max(index + 1, int(least.value) if least else 0)
    for total in (size, size + 1):
        try:
            made = list_of(maker, shape, total, is_varied=True)
        except NoValue:
            continue
        yield [*made[:index], item, *made[index + 1 :]]


def _sizes(shape: Shape, hints: Sequence[Hint]) -> list[int]:
    sizes = {0, 1, 2, shape.first_items, shape.first_items + 1}
    for other in (shape, *(hint for _, hint in hints)):
        for keyword in ("minItems", "maxItems"):
            limit = other.limit(keyword)
            if limit is not None:
                sizes |= {int(limit.value) + by for by in (-1, 0, 1)}
        sizes |= {each.least + by for each in other.contains for by in (-1, 0, 1)}
        sizes |= {(each.most or 0) + 1 for each in other.contains}
        sizes |= {other.first_items, other.first_items + 1}
    return sorted(size for size in sizes if 0 <= size <= MOST_ITEMS)
