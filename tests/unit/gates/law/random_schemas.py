"""Random small schemas and random edits of them, the same for the same seed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

Schema = dict[str, Any]

_NAMES = ["a", "b", "c", "x-d"]
_VALUES = ["a", "b", "abc", 1, 2, 3, True, None, 2.5]
_MAPS, _LISTS = ("properties", "patternProperties"), ("anyOf", "oneOf", "allOf", "prefixItems")
_ONES = ("items", "additionalProperties", "contains", "not", "propertyNames")


class Schemas:
    """Makes schemas; `seed` decides which."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def pair(self) -> tuple[Schema, Schema]:
        """A schema and an edited copy of it."""
        before = self._any(0)
        return before, self._edited(before)

    def _may(self, chance: float) -> bool:
        return self._random.random() < chance

    def _some(self, schema: Schema, chance: float, key: str, *choices: Any) -> None:
        if self._may(chance):
            schema[key] = self._random.choice(choices)

    def _any(self, depth: int) -> Schema:
        chance = self._random.random()
        if depth > 2 or chance < 0.3:
            return self._scalar()
        if chance < 0.55:
            return self._object(depth)
        if chance < 0.7:
            return self._array(depth)
        if chance < 0.9:
            count = self._random.choice([1, 2, 3])
            return {
                self._random.choice(["anyOf", "oneOf"]): [
                    self._any(depth + 1) for _ in range(count)
                ]
            }
        if chance < 0.96:
            return {"allOf": [self._any(depth + 1), self._any(depth + 1)]}
        return {**self._scalar(), "not": self._scalar()}

    def _scalar(self) -> Schema:
        kind = self._random.choice(
            ["string", "integer", "number", "boolean", "null", "enum", "const"]
        )
        schema: Schema = {"type": kind}
        match kind:
            case "string":
                self._some(schema, 0.4, "maxLength", 1, 3, 5)
                self._some(schema, 0.3, "minLength", 0, 1, 2)
                self._some(schema, 0.2, "pattern", "^a", "^[a-z]+$", "b$")
            case "integer" | "number":
                self._some(schema, 0.4, "minimum", 0, 1, 2, 2.5)
                self._some(schema, 0.3, "maximum", 3, 5, 10)
                self._some(schema, 0.2, "multipleOf", 1, 2, 3, 0.5)
                self._some(schema, 0.15, "exclusiveMinimum", 0, 1)
            case "null":
                self._some(schema, 0.7, "type", ["string", "null"], ["integer", "null"])
            case "enum":
                return {"enum": self._random.sample(_VALUES, self._random.choice([1, 2, 3]))}
            case "const":
                return {"const": self._random.choice(_VALUES)}
        return schema

    def _object(self, depth: int) -> Schema:
        names = self._random.sample(_NAMES, self._random.choice([1, 2, 3]))
        schema: Schema = {
            "type": "object",
            "properties": {name: self._any(depth + 1) for name in names},
        }
        if self._may(0.5):
            schema["required"] = self._random.sample(_NAMES, self._random.choice([1, 2]))
        self._some(schema, 0.3, "additionalProperties", False, self._scalar())
        if self._may(0.15):
            schema["patternProperties"] = {self._random.choice(["^x-", "^a"]): self._scalar()}
        self._some(schema, 0.12, "dependentRequired", {"a": ["b"]})
        self._some(schema, 0.12, "maxProperties", 1, 2, 3)
        self._some(schema, 0.12, "minProperties", 1, 2)
        self._some(schema, 0.1, "propertyNames", {"maxLength": 1}, {"maxLength": 3})
        return schema

    def _array(self, depth: int) -> Schema:
        schema: Schema = {"type": "array"}
        if self._may(0.8):
            schema["items"] = self._any(depth + 1)
        if self._may(0.25):
            count = self._random.choice([1, 2])
            schema["prefixItems"] = [self._scalar() for _ in range(count)]
        self._some(schema, 0.3, "maxItems", 0, 1, 2, 3)
        self._some(schema, 0.3, "minItems", 1, 2)
        self._some(schema, 0.2, "uniqueItems", True)
        self._some(schema, 0.15, "contains", self._scalar())
        return schema

    def _edited(self, schema: Schema) -> Schema:
        edited = copy.deepcopy(schema)
        node = self._random.choice(list(_all(edited)))
        chance = self._random.random()
        if chance < 0.35:
            key = self._random.choice(list(node))
            if key != "properties" and not (key == "type" and len(node) > 1):
                del node[key]
        elif chance < 0.7:
            for key, value in list(self._any(2).items())[:2]:
                # A name that was never declared is no promise: the law lets it come.
                if key not in _MAPS:
                    node[key] = value
        elif chance < 0.85 and "required" in node:
            node["required"] = self._random.sample(_NAMES, 1)
        elif chance < 0.95:
            for keyword in ("anyOf", "oneOf"):
                if keyword in node and self._may(0.5) and len(node[keyword]) > 1:
                    del node[keyword][self._random.randrange(len(node[keyword]))]
                elif keyword in node:
                    node[keyword].append(self._any(2))
        else:
            node["not"] = self._scalar()
        return edited


def _all(schema: Any) -> Iterator[Schema]:
    """A schema and all within it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in list(schema.items()):
        if key in _MAPS:
            for inner in value.values():
                yield from _all(inner)
        elif key in _LISTS:
            for inner in value:
                yield from _all(inner)
        elif key in _ONES:
            yield from _all(value)
