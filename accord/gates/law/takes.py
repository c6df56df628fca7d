"""Whether a shape takes one given value: what decides about lists of values."""

from __future__ import annotations

import math
import re
from typing import Any

from accord.gates.law.shape import Limit, Node, Shape, Union
from accord.gates.law.shapes import Shapes
from accord.gates.law.values import among, type_of

_MEASURES = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "integer": ("minimum", "maximum"),
    "fraction": ("minimum", "maximum"),
}


def takes(shapes: Shapes, shape: Shape, value: Any) -> bool:
    """Whether `shape` takes `value`. Formats are left out: they are compared."""
    if value is None:
        return shape.null
    type_ = type_of(value)
    if type_ not in shape.types:
        return False
    if shape.values is not None and not shape.is_open_enum and not among(value, shape.values):
        return False
    if not _measures(shape, type_, value):
        return False
    if type_ == "string" and not _matches(shape, value):
        return False
    if not all(_one_of(shapes, shape, union, value) for union in shape.unions):
        return False
    if any(_takes(shapes, (excluded,), value) for excluded in shape.nots):
        return False
    for each in shape.conditions:
        holds = each.then if _takes(shapes, each.test, value) else each.otherwise
        if not _takes(shapes, holds, value):
            return False
    if type_ == "object":
        return _properties(shapes, shape, value)
    if type_ == "array":
        nodes = ((shape.item(index), item) for index, item in enumerate(value))
        return all(node is not None and _takes(shapes, node, item) for node, item in nodes)
    return True


def _one_of(shapes: Shapes, shape: Shape, union: Union, value: Any) -> bool:
    found = sum(_takes(shapes, (member,), value) for member in union.members)
    return found == 1 if union.keyword == "oneOf" and not shape.discriminator else found > 0


def _takes(shapes: Shapes, node: Node, value: Any) -> bool:
    return takes(shapes, shapes.of(node), value)


def _measures(shape: Shape, type_: str, value: Any) -> bool:
    if type_ == "boolean":
        return True
    low, high = (shape.limit(keyword) for keyword in _MEASURES[type_])
    size = value if type_ in ("integer", "fraction") else len(value)
    if low is not None and (size <= low.value if low.exclusive else size < low.value):
        return False
    if high is not None and (size >= high.value if high.exclusive else size > high.value):
        return False
    return type_ not in ("integer", "fraction") or all(
        is_multiple(value, step) for step in shape.multiples
    )


def is_multiple(value: float, step: Limit) -> bool:
    """Whether a number is a multiple of `step`, decimals taken for what is written."""
    quotient = value / step.value
    return math.isclose(quotient, round(quotient), rel_tol=1e-9, abs_tol=1e-9)


def _matches(shape: Shape, value: str) -> bool:
    for kind, text in shape.texts:
        if kind == "pattern":
            try:
                if not re.search(text, value):
                    return False
            except re.error:
                # ECMA's own: not decided here.
                continue
    return True


def _properties(shapes: Shapes, shape: Shape, value: dict[str, Any]) -> bool:
    if any(name not in value for name in shape.required):
        return False
    return all(
        _takes(shapes, shape.properties[name], item)
        if name in shape.properties
        else shape.closed is None and _takes(shapes, shape.others, item)
        for name, item in value.items()
    )
