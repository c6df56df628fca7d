"""`allOf`: what several schemas together say, as one."""

from __future__ import annotations

from typing import Any

from accord.spec.ir import Schema

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def merge(first: Schema, second: Schema) -> dict[str, Any]:
    """A schema that accepts what both accept, as far as one schema can say it.

    Where the two cannot be combined (two different references), the second wins: it is the more
    special one in the way that contracts are written.
    """
    merged = dict(first)
    for keyword, value in second.items():
        merged[keyword] = _both(keyword, merged[keyword], value) if keyword in merged else value
    if "$ref" in second:
        return dict(second)
    merged.pop("$ref", None)
    return merged


def _both(keyword: str, first: Any, second: Any) -> Any:
    if first == second:
        return second
    if keyword == "properties":
        both = dict(first)
        for name, schema in second.items():
            both[name] = merge(both[name], schema) if name in both else schema
        return both
    if keyword == "required":
        return list(dict.fromkeys([*first, *second]))
    if keyword == "additionalProperties":
        return _extras(first, second)
    if keyword == "enum":
        return [value for value in first if value in second] or second
    if keyword == "type":
        return _types(first, second)
    if keyword in _LOWER:
        return max(first, second)
    if keyword in _UPPER:
        return min(first, second)
    return second


def _extras(first: Any, second: Any) -> Any:
    if False in (first, second):
        return False
    return first if second is True else second


def _types(first: Any, second: Any) -> Any:
    listed = [first] if isinstance(first, str) else first
    wanted = [second] if isinstance(second, str) else second
    both = [kind for kind in listed if kind in wanted]
    if not both:
        # An integer is a number too.
        both = ["integer"] if {"integer", "number"} <= {*listed, *wanted} else wanted
    return both[0] if len(both) == 1 else both
