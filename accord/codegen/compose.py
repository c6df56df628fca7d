"""`allOf`: what several schemas together say, as one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from accord.spec.ir import Schema

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_NOTES = frozenset(
    (
        *("title", "description", "default", "deprecated", "example", "examples"),
        *("readOnly", "writeOnly", "discriminator", "x-enum-varnames", "x-enumNames"),
    )
)
_WHOLE = frozenset(("$ref", "const", "enum", "anyOf", "oneOf"))
"""What says by itself which Python type a schema has: it cannot have another as well."""


class Merged(NamedTuple):
    """A schema that accepts what two accept; unless `exact`, it accepts more than that."""

    schema: dict[str, Any]
    exact: bool


def merge(first: Schema, second: Schema) -> Merged:
    """What both schemas accept, as far as one schema can say it.

    Where the two cannot be combined (two different references), the second wins: it is the more
    special one in the way that contracts are written.
    """
    exact = not (_closes(first, second) or _closes(second, first))
    for one, other in ((first, second), (second, first)):
        if one.keys() & _WHOLE and other.keys() - _NOTES and one != other:
            exact = False
    if "$ref" in second:
        return Merged(dict(second), exact)
    merged = {key: value for key, value in first.items() if key != "$ref"}
    if "$ref" in first and not second.keys() - _NOTES:
        return Merged({**first, **second}, exact)
    for keyword, value in second.items():
        if keyword in merged:
            merged[keyword], fits = _both(keyword, merged[keyword], value)
            exact = exact and fits
        else:
            merged[keyword] = value
    return Merged(merged, exact)


def _closes(first: Schema, second: Schema) -> bool:
    """Whether `first` has a say in properties that only `second` knows."""
    rest = first.get("additionalProperties", first.get("unevaluatedProperties", True))
    return rest is not True and bool(
        second.get("properties", {}).keys() - first.get("properties", {}).keys()
    )


def _both(keyword: str, first: Any, second: Any) -> tuple[Any, bool]:
    """The keyword's value that says both, and whether it does."""
    if first == second or keyword in _NOTES:
        return second, True
    combine = _COMBINE.get(keyword)
    return (second, False) if combine is None else combine(first, second)


def _properties(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[Any, bool]:
    both, exact = dict(first), True
    for name, schema in second.items():
        if name in both:
            both[name], fits = merge(both[name], schema)
            exact = exact and fits
        else:
            both[name] = schema
    return both, exact


def _schemas(first: Any, second: Any) -> tuple[Any, bool]:
    if False in (first, second):
        return False, True
    if True in (first, second):
        return (first if second is True else second), True
    return merge(first, second)


def _members(first: list[Any], second: list[Any]) -> tuple[Any, bool]:
    both = [value for value in first if value in second]
    return (both, True) if both else (second, False)


def _types(first: Any, second: Any) -> tuple[Any, bool]:
    listed = [first] if isinstance(first, str) else first
    wanted = [second] if isinstance(second, str) else second
    both = [kind for kind in listed if kind in wanted]
    # An integer is a number too.
    for one, other in ((listed, wanted), (wanted, listed)):
        if "integer" in one and "number" in other and "number" not in both:
            both = [*(kind for kind in both if kind != "integer"), "integer"]
    if not both:
        return second, False
    return (both[0] if len(both) == 1 else both), True


def _steps(first: Any, second: Any) -> tuple[Any, bool]:
    if isinstance(first, int) and isinstance(second, int):
        return math.lcm(first, second), True
    return second, False


_COMBINE: Mapping[str, Callable[[Any, Any], tuple[Any, bool]]] = {
    **dict.fromkeys(_LOWER, lambda first, second: (max(first, second), True)),
    **dict.fromkeys(_UPPER, lambda first, second: (min(first, second), True)),
    "properties": _properties,
    "required": lambda first, second: (list(dict.fromkeys([*first, *second])), True),
    "additionalProperties": _schemas,
    "items": _schemas,
    "enum": _members,
    "type": _types,
    "uniqueItems": lambda first, second: (first or second, True),
    "multipleOf": _steps,
}
