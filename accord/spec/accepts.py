"""Whether a default or an enum member is what its schema says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from typing import Any

Find = Callable[[str], Mapping[str, Any]]
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool)
        and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_LIMITS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
}
_SIZES: Mapping[str, tuple[type[Sized], Callable[[int, Any], bool]]] = {
    "minLength": (str, lambda size, limit: size >= limit),
    "maxLength": (str, lambda size, limit: size <= limit),
    "minItems": (list, lambda size, limit: size >= limit),
    "maxItems": (list, lambda size, limit: size <= limit),
    "minProperties": (dict, lambda size, limit: size >= limit),
    "maxProperties": (dict, lambda size, limit: size <= limit),
}


def is_of_type(value: Any, types: str | list[str]) -> bool:
    """Whether a JSON value has one of the types."""
    names = [types] if isinstance(types, str) else types
    return any(_TYPES[name](value) for name in names)


def accepts(schema: Mapping[str, Any], value: Any, find: Find) -> bool:
    """Whether `schema` takes `value`: types, members, limits, sizes and structure.

    `find` gives the schema that a `$ref` means. Keywords beyond those (`pattern`, `format`,
    `not`, `if` …) are left to the validators of the generated code. A `oneOf` is read as an
    `anyOf`.
    """
    if "$ref" in schema and not accepts(find(schema["$ref"]), value, find):
        return False
    if "type" in schema and not is_of_type(value, schema["type"]):
        return False
    if "enum" in schema and not any(_same(value, member) for member in schema["enum"]):
        return False
    if "const" in schema and not _same(value, schema["const"]):
        return False
    if not _within(schema, value):
        return False
    if not all(accepts(member, value, find) for member in schema.get("allOf", ())):
        return False
    for keyword in ("anyOf", "oneOf"):
        members = schema.get(keyword)
        if members and not any(accepts(member, value, find) for member in members):
            return False
    return _structure(schema, value, find)


def _same(value: Any, member: Any) -> bool:
    return bool(value == member) and isinstance(value, bool) == isinstance(member, bool)


def _within(schema: Mapping[str, Any], value: Any) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return all(test(value, schema[key]) for key, test in _LIMITS.items() if key in schema)
    return all(
        test(len(value), schema[key])
        for key, (kind, test) in _SIZES.items()
        if key in schema and isinstance(value, kind)
    )


def _structure(schema: Mapping[str, Any], value: Any, find: Find) -> bool:
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        rest = value[len(schema.get("prefixItems", ())) :]
        return all(accepts(schema["items"], item, find) for item in rest)
    if isinstance(value, dict):
        if any(name not in value for name in schema.get("required", ())):
            return False
        properties = schema.get("properties", {})
        extra = schema.get("additionalProperties", True)
        for name, item in value.items():
            inner = properties.get(name, extra if "patternProperties" not in schema else True)
            if inner is False or (isinstance(inner, Mapping) and not accepts(inner, item, find)):
                return False
    return True
