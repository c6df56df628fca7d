"""Schemas put together at random: keywords beside and within each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.codegen.keywords.schemas import SHARED
from tests.codegen.keywords.verdicts import Judge

_REFERENCES = [{"$ref": f"#/components/schemas/{name}"} for name in SHARED]
_TYPES = ("integer", "number", "string", "boolean", "null")


def combinations(count: int, seed: int) -> dict[str, Any]:
    """As many schemas, always the same for a seed."""
    return {f"made_{seed}_{index}": _schema(Random(f"{seed}:{index}"), 3) for index in range(count)}


def _schema(random: Random, depth: int) -> Any:
    if depth == 0 or random.random() < 0.15:
        return _scalar(random)
    return random.choice(_MAKERS)(random, depth - 1)


def _scalar(random: Random) -> Any:
    kind = random.choice([*_TYPES, "const", "enum", "reference", "any", "several"])
    match kind:
        case "integer" | "number":
            low = random.randint(-3, 5)
            limits = {
                "minimum": low,
                "exclusiveMinimum": low,
                "maximum": low + 4,
                "exclusiveMaximum": low + 4,
                "multipleOf": random.choice([2, 3]),
            }
            return {"type": kind, **_some(random, limits, 2)}
        case "string":
            limits = {"minLength": 1, "maxLength": 3, "pattern": random.choice(["^a", "1|b", "b$"])}
            return {"type": "string", **_some(random, limits, 2)}
        case "const":
            return {"const": random.choice(["a", 1, None, True, 2.5])}
        case "enum":
            return {"enum": random.sample(["a", "b", 1, 2, None, False, 2.5], 3)}
        case "reference":
            return random.choice(_REFERENCES)
        case "several":
            return {"type": random.sample(_TYPES, 2)}
        case "any":
            return {}
    return {"type": kind}


def _object(random: Random, depth: int) -> Any:
    properties = {name: _schema(random, depth) for name in random.sample("abc", 2)}
    more: Mapping[str, Any] = {
        "additionalProperties": random.choice([False, True, _schema(random, 0)]),
        "patternProperties": {"^n": _schema(random, 0)},
        "propertyNames": {"pattern": "^[a-cn]"},
        "minProperties": 1,
        "maxProperties": 2,
        "dependentRequired": {"a": ["b"]},
        "dependentSchemas": {"b": {"required": ["c"]}},
        "not": {"required": ["a", "b"]},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        "if": {"required": ["a"]},
    }
    chosen = _some(random, more, 2)
    if "if" in chosen:
        chosen["then"] = {"properties": {"b": _schema(random, 0)}}
    required = random.sample(["a", "b", "c"], random.randint(0, 2))
    return {"type": "object", "properties": properties, "required": required, **chosen}


def _array(random: Random, depth: int) -> Any:
    more = {
        "items": _schema(random, depth),
        "prefixItems": [_schema(random, 0), _schema(random, 0)],
        "contains": _schema(random, 0),
        "uniqueItems": True,
        "minItems": 1,
        "maxItems": 2,
    }
    return {"type": "array", **_some(random, more, 3)}


def _map(random: Random, depth: int) -> Any:
    return {"type": "object", "additionalProperties": _schema(random, depth)}


def _union(random: Random, depth: int) -> Any:
    members = [_schema(random, depth) for _ in range(random.randint(2, 3))]
    # Null that several members of a oneOf take, accord takes too.
    takes_null = [not Judge(member, SHARED).errors(None) for member in members]
    keyword = "anyOf" if sum(takes_null) > 1 else random.choice(["anyOf", "oneOf"])
    return {keyword: members}


def _all(random: Random, depth: int) -> Any:
    makers = [_object, _object, lambda random, depth: _REFERENCES[random.randint(0, 3)]]
    return {"allOf": [random.choice(makers)(random, depth) for _ in range(2)]}


def _nullable(random: Random, depth: int) -> Any:
    return {"anyOf": [_schema(random, depth), {"type": "null"}]}


_MAKERS: tuple[Callable[[Random, int], Any], ...] = (
    *(_object, _object, _array, _map, _union, _union, _all, _nullable),
)


def _some(random: Random, options: Mapping[str, Any], most: int) -> dict[str, Any]:
    names = random.sample(list(options), random.randint(0, most))
    return {name: options[name] for name in names}
