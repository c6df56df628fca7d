"""What datamodel-code-generator is given: the IR, cut down to what it turns into types without
inventing names of its own.

- Schemas get opaque names, so that it has no reason to rename any.
- Only models and enums are schemas to it. Every other type (a property's, an alias', an array
  item's, a parameter's) is a required property of one object called `VALUES`, where the type it
  writes can be read back.
- Descriptions, titles, defaults and examples stay here: no text of an author reaches it but
  property names, enum members and patterns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from accord.codegen.schemas import (
    PREFIX,
    Schemas,
    bare,
    is_type,
    items_of,
    referenced,
    types_of,
    values_of,
)
from accord.spec.ir import Schema

VALUES = "Values"
_CONSTRAINTS: Mapping[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("minItems", "maxItems"),
}
# Others stay str: their Python types would not send back what came.
_FORMATS = frozenset({"date", "date-time", "time", "uuid", "binary"})
_ANY: dict[str, Any] = {}


class Prepared:
    """The document for datamodel-code-generator, and what its names stand for.

    `classes` maps a name in the document to the schema's own, `values` the name of a property
    of `VALUES` to the schema whose type it shows.
    """

    def __init__(self, schemas: Schemas, inline: Iterable[Schema]) -> None:
        self.schemas = schemas
        self.classes = {f"S{index}": name for index, name in enumerate(schemas.named)}
        self.values: dict[str, Schema] = {}
        self._opaque = {name: opaque for opaque, name in self.classes.items()}
        self._by_text: dict[str, str] = {}
        self._definitions: dict[str, Any] = {}
        self._properties: dict[str, Any] = {}
        for name in schemas.named:
            self._define(name)
        for schema in inline:
            self.value(schema)

    @property
    def document(self) -> dict[str, Any]:
        values = {
            "type": "object",
            "properties": self._properties,
            "required": list(self._properties),
        }
        return {
            "openapi": "3.1.0",
            "info": {"title": "schemas", "version": "1"},
            "paths": {},
            "components": {"schemas": {**self._definitions, VALUES: values}},
        }

    def value(self, schema: Schema) -> str:
        """The property of `VALUES` that shows the type of `schema`."""
        text = json.dumps(bare(schema), sort_keys=True)
        if text not in self._by_text:
            key = self._by_text[text] = f"v{len(self._by_text)}"
            self.values[key] = schema
            # What refers to a value gets a name to refer to; the reader puts the type there.
            self._definitions[f"V{key[1:]}"] = {"type": "string"}
            self._properties[key] = self._type(schema)
        return self._by_text[text]

    def _define(self, name: str) -> None:
        flat, kind, opaque = self.schemas.flat(name), self.schemas.kind(name), self._opaque[name]
        if kind == "enum":
            self._definitions[opaque] = {"enum": flat["enum"], **_type_of_members(flat)}
        elif kind == "object":
            self._definitions[opaque] = {
                "type": "object",
                "properties": {
                    wire: self._type(schema) for wire, schema in flat.get("properties", {}).items()
                },
                "required": [
                    wire for wire in flat.get("required", ()) if wire in flat.get("properties", {})
                ],
            }
            if isinstance(flat.get("additionalProperties"), Mapping):
                self.value(flat["additionalProperties"])
        else:
            self._definitions[opaque] = {"type": "string"}
            self.value(flat)

    def _type(self, schema: Schema) -> dict[str, Any]:
        name = referenced(schema)
        if name is not None:
            return {"$ref": PREFIX + self._opaque[name]}
        if "const" in schema or "enum" in schema:
            values = [schema["const"]] if "const" in schema else schema["enum"]
            if not all(isinstance(value, (str, int, type(None))) for value in values):
                # Python has no type for one number, array or object.
                numbers = all(type(value) in (int, float) for value in values)
                return {"type": "number"} if numbers else _ANY
            constants = [{"const": value} for value in values]
            return constants[0] if len(constants) == 1 else {"anyOf": constants}
        variants = schema.get("anyOf") or schema.get("oneOf")
        if variants:
            return self._union(schema, variants)
        types = [kind for kind in types_of(schema) if kind != "null"]
        if len(types) > 1:
            options = [self._below({**schema, "type": kind}) for kind in types]
            return {"anyOf": options + [{"type": "null"}] * self.schemas.accepts_null(schema)}
        if not types:
            return {"type": "null"} if types_of(schema) else _ANY
        kept = {key: schema[key] for key in _CONSTRAINTS.get(types[0], ()) if key in schema}
        if schema.get("format") in _FORMATS and types[0] == "string":
            kept["format"] = schema["format"]
        if types[0] == "array":
            items = items_of(schema)
            kept["items"] = self._one_of(items) if items else _ANY
        elif types[0] == "object":
            values = values_of(schema)
            kept["additionalProperties"] = self._one_of(values) if values else True
        return {**kept, "type": [types[0], "null"] if "null" in types_of(schema) else types[0]}

    def _one_of(self, members: list[Schema]) -> dict[str, Any]:
        """The type of any item or value, whatever its place: places are for a validator to hold."""
        return self._below(members[0] if len(members) == 1 else {"anyOf": members})

    def _below(self, schema: Schema) -> dict[str, Any]:
        """A type within another: a name, so that it is not given one."""
        name = referenced(schema)
        if name is not None:
            return {"$ref": PREFIX + self._opaque[name]}
        if types_of(schema) == ("null",):
            return {"type": "null"}
        return {"$ref": f"{PREFIX}V{self.value(schema)[1:]}"}

    def _union(self, schema: Schema, variants: Iterable[Schema]) -> dict[str, Any]:
        members = [variant for variant in variants if is_type(variant)]
        if not members:
            return _ANY
        union: dict[str, Any] = {"anyOf": [self._below(member) for member in members]}
        discriminator = schema.get("discriminator")
        if not discriminator or not (labels := self.schemas.labels(discriminator, members)):
            return union
        mapping = {label: PREFIX + self._opaque[name] for label, name in labels.items()}
        return {
            "oneOf": union["anyOf"],
            "discriminator": {"propertyName": discriminator["propertyName"], "mapping": mapping},
        }


def _type_of_members(schema: Schema) -> dict[str, Any]:
    kinds = {type(value) for value in schema["enum"]}
    named = {str: "string", int: "integer", float: "number", bool: "boolean"}
    return {"type": named[kinds.pop()]} if len(kinds) == 1 else {}
