"""All values of a schema that has few: what a verdict is withdrawn on."""

from __future__ import annotations

from itertools import product
from typing import Any

from accord.gates.law.shape import Node, Shape
from accord.gates.law.shapes import Shapes

_MOST = 400


def every_value(shapes: Shapes, node: Node, depth: int = 4) -> list[Any] | None:
    """Every value that `node` may take and some that it may not; None where they are too many."""
    return _every(shapes, shapes.of(node), depth)


def _every(shapes: Shapes, shape: Shape, depth: int) -> list[Any] | None:
    null = [None] if shape.null else []
    if shape.values is not None:
        return None if shape.is_open_enum else [*shape.values, *null]
    found: list[Any] = null
    if shape.unions and depth > 0:
        for branch in shapes.branches(shape):
            inner = _every(shapes, branch, depth - 1)
            if inner is None:
                return None
            found += inner
        return found if len(found) <= _MOST else None
    for type_ in shape.types:
        of_type = _of_type(shapes, shape, type_, depth)
        if of_type is None or len(found) + len(of_type) > _MOST:
            return None
        found += of_type
    return found


def _of_type(shapes: Shapes, shape: Shape, type_: str, depth: int) -> list[Any] | None:
    if type_ == "boolean":
        return [True, False]
    if type_ == "integer":
        low, high = shape.limit("minimum"), shape.limit("maximum")
        if low is None or high is None or high.value - low.value > _MOST:
            return None
        return list(range(int(low.value) - 1, int(high.value) + 2))
    if type_ == "string":
        longest = shape.limit("maxLength")
        return [""] if longest is not None and longest.value <= 0 else None
    if type_ == "array" and depth > 0:
        return _lists(shapes, shape, depth)
    if type_ == "object" and depth > 0:
        return _objects(shapes, shape, depth)
    return None


def _lists(shapes: Shapes, shape: Shape, depth: int) -> list[Any] | None:
    longest = shape.limit("maxItems")
    ends = [index for index in range(shape.first_items + 1) if shape.item(index) is None]
    sizes = ends if longest is None else [int(longest.value), *ends]
    most = min(sizes, default=None)
    if most is None or most > 3:
        return None
    found: list[Any] = [[]]
    for size in range(1, most + 1):
        choices = []
        for index in range(size):
            node = shape.item(index)
            inner = None if node is None else every_value(shapes, node, depth - 1)
            if inner is None:
                return None
            choices.append(inner)
        found += [list(each) for each in product(*choices)]
        if len(found) > _MOST:
            return None
    return found


def _objects(shapes: Shapes, shape: Shape, depth: int) -> list[Any] | None:
    if not shape.closed or shape.patterns or shape.others:
        return None
    choices: list[list[tuple[str, Any] | None]] = []
    size = 1
    for name, node in shape.properties.items():
        inner = every_value(shapes, node, depth - 1)
        if inner is None:
            return None
        absent: list[tuple[str, Any] | None] = [] if name in shape.required else [None]
        choices.append([*absent, *((name, value) for value in inner)])
        size *= len(choices[-1])
        if size > _MOST:
            return None
    return [dict(filter(None, each)) for each in product(*choices)]
