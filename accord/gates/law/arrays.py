"""The law for arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from accord.gates.law.pair import Pair
from accord.gates.law.scalars import bounds
from accord.gates.law.shape import Contains, Node
from accord.gates.law.verdict import Break, Breaks, Step, Way, below


class Fits(Protocol):
    """Whether `narrow` keeps to `wide` as the law asks of `way`; nodes of their own documents."""

    def __call__(self, way: Way, narrow: Node, wide: Node, is_text: bool = False, /) -> Breaks: ...


def arrays(pair: Pair, fits: Fits) -> Iterator[Break]:
    """Sizes, items by place, uniqueness, and what must be among the items."""
    implied = {"minItems": _least(pair), "maxItems": _most(pair)}
    yield from bounds(pair, "minItems", "maxItems", implied=implied)
    yield from _items(pair, fits)
    most = pair.narrow.limit("maxItems")
    if pair.wide.unique and not pair.narrow.unique and (most is None or most.value > 1):
        said = (
            "items must be unique now"
            if pair.way is Way.REQUEST
            else "items were unique and need not be now"
        )
        yield pair.broken("unique-items", said, None, pair.wide.unique)
    for wanted in pair.wide.contains:
        if not any(_contained(pair, fits, each, wanted) for each in pair.narrow.contains):
            said = (
                "an item of that kind must be among them now (`contains`)"
                if pair.way is Way.REQUEST
                else "an item of that kind was among them, and need not be now (`contains`)"
            )
            yield pair.broken("contains", said, None, wanted.pointer)


def _least(pair: Pair) -> int | None:
    """How many there are because so many must be of a kind."""
    return max((each.least for each in pair.narrow.contains), default=None)


def _most(pair: Pair) -> int | None:
    """How many may come because none may come after them."""
    ends = range(pair.narrow.first_items + 1)
    return next((index for index in ends if pair.narrow.item(index) is None), None)


def _items(pair: Pair, fits: Fits) -> Iterator[Break]:
    most = pair.narrow.limit("maxItems")
    ends = max(pair.narrow.first_items, pair.wide.first_items)
    # One beyond the last that has a schema of its own stands for all that follow.
    for index in range(ends + 1):
        mine, theirs = pair.narrow.item(index), pair.wide.item(index)
        if mine is None or (most is not None and index >= most.value):
            return
        step = Step("item", *((None, "[]") if index == ends else (index, f"[{index}]")))
        if theirs is None:
            said = (
                "no item may come here any more"
                if pair.way is Way.REQUEST
                else "items may come here now"
            )
            yield pair.broken("items", said).below(step)
            return
        yield from below(step, fits(pair.way, mine, theirs, pair.is_text))


def _contained(pair: Pair, fits: Fits, mine: Contains, wanted: Contains) -> bool:
    if mine.least < wanted.least or fits(pair.way, mine.node, wanted.node):
        return False
    return wanted.most is None or (mine.most is not None and mine.most <= wanted.most)
