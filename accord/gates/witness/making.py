"""What the makers of arrays and objects ask of the maker of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from accord.gates.law.shape import Node, Shape
from accord.gates.law.shapes import Shapes

Hint = tuple[Shapes, Shape]
"""A shape that values are to be near to, and the shapes of its document."""
MOST_TRIES = 60
MOST_ITEMS = 300


class NoValue(Exception):
    """No value was found that a schema takes."""


class Maker(Protocol):
    """Makes values for the schemas of one document."""

    shapes: Shapes

    def of(self, node: Node) -> Any:
        """A small value that `node` takes. Raises `NoValue`."""

    def several(self, node: Node, wanted: int) -> tuple[Any, ...]:
        """Up to `wanted` different values that `node` takes, at least one. Raises `NoValue`."""

    def near(self, node: Node, hints: Sequence[Hint]) -> Iterator[Any]:
        """Values for `node`, simple ones first, then those near the limits of `hints` too."""
