"""JSON values: their types, whether two are equal, how they are shown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

ALL_TYPES = frozenset(("boolean", "object", "array", "string", "integer", "fraction"))
"""JSON Schema's types without null; a number is an integer or a fraction."""
NUMBERS = frozenset(("integer", "fraction"))
_OF_PYTHON = {bool: "boolean", str: "string", list: "array", dict: "object", int: "integer"}


def types_of(name: str) -> frozenset[str]:
    """The members of `ALL_TYPES` that JSON Schema's type `name` means."""
    if name == "number":
        return NUMBERS
    return ALL_TYPES & {name}


def type_of(value: Any) -> str | None:
    """The member of `ALL_TYPES` that a value is of; None for null."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "fraction"
    return _OF_PYTHON.get(type(value))


def equal(one: Any, two: Any) -> bool:
    """Whether two JSON values are the same: `1` and `1.0` are, `1` and `true` are not."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(equal, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(equal(one[key], two[key]) for key in one)
    return bool(one == two)


def among(value: Any, values: Iterable[Any]) -> bool:
    """Whether a value is one of several."""
    return any(equal(value, other) for other in values)


def shown(value: Any) -> str:
    """A value as a message prints it, in JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def shown_types(types: frozenset[str]) -> str:
    """Types as a message prints them."""
    if types == ALL_TYPES:
        return "any type"
    names = sorted(types - NUMBERS)
    if "fraction" in types:
        names.append("number")
    elif "integer" in types:
        names.append("integer")
    return " or ".join(names) or "nothing but null"
