"""Unions in a client: their types, and the declarations that tell their members apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.codegen.clients.names import ModelNames
from accord.codegen.clients.types import ClientTypes, joined
from accord.codegen.layout import literal
from accord.codegen.schemas import PREFIX, Schemas, referenced, types_of
from accord.spec.ir import Schema


class Union:
    """A union: its type, and what tells its members apart."""

    def __init__(self, types: ClientTypes, schemas: Schemas, names: ModelNames) -> None:
        self._types = types
        self._schemas = schemas
        self._names = names

    def annotation(self, schema: Schema) -> str:
        """The members' types, and that of objects which are none of them."""
        members = list(self._flat(schema))
        whole = joined(self._types.annotation(member) for member in members)
        if whole != "Any" and any(self._is_object(member) for member in members):
            return joined([whole, self._types.use("values", "UnknownObject")])
        return whole

    def variants(self, schema: Schema) -> str:
        """The expression of its `Variants`."""
        arguments = [one for member in self._flat(schema) for one in self._variant(member)]
        discriminator = schema.get("discriminator", {})
        labels = list(self._labels(discriminator))
        if labels:
            arguments.append(f"label={discriminator['propertyName']!r}")
            arguments.append(f"labelled={{{', '.join(labels)}}}")
        return f"{self._types.use('variants', 'Variants')}({', '.join(arguments)})"

    def _labels(self, discriminator: Mapping[str, Any]) -> Iterator[str]:
        for label, ref in discriminator.get("mapping", {}).items():
            name = ref.removeprefix(PREFIX)
            if name in self._schemas.named:
                reader = self._types.reader({"$ref": ref})
                yield (
                    f"{label!r}: lambda value: {reader}(value)"
                    if reader
                    else (f"{label!r}: lambda value: value")
                )

    def _flat(self, schema: Schema, seen: frozenset[str] = frozenset()) -> Iterator[Schema]:
        """The members, with those that are unions themselves opened."""
        for member in schema.get("anyOf") or schema.get("oneOf") or ():
            name = referenced(member)
            if name is None:
                inner = member
            elif name in seen or self._schemas.kind(name) != "alias":
                yield member
                continue
            else:
                inner = self._schemas.flat(name)
                seen = seen | {name}
            if (inner.get("anyOf") or inner.get("oneOf")) and "discriminator" not in inner:
                yield from self._flat(inner, seen)
            elif referenced(inner) is not None:
                yield inner
            else:
                yield member

    def _is_object(self, member: Schema) -> bool:
        resolved = self._schemas.resolve(member)
        name = referenced(member)
        is_model = name is not None and self._schemas.kind(name) == "object"
        return is_model or "discriminator" in resolved

    def _variant(self, member: Schema) -> Iterator[str]:
        """The calls that make what a member takes."""
        use = self._types.use
        name = referenced(member)
        if name is not None and self._schemas.kind(name) == "object":
            yield self._model(name)
            return
        schema = self._schemas.resolve(member)
        reader = self._types.reader(member)
        read = "lambda value: value" if reader is None else f"lambda value: {reader}(value)"
        if reader is not None and reader.startswith("lambda"):
            read = reader
        if "enum" in schema or "const" in schema:
            values = schema["enum"] if "enum" in schema else [schema["const"]]
            if all(isinstance(value, (str, int, float, bool)) for value in values):
                yield f"{use('variants', 'one_of')}(frozenset({literal(values)}), {read})"
                return
        types = types_of(schema)
        if not types or schema.get("anyOf") or schema.get("oneOf"):
            yield f"{use('variants', 'anything')}({'' if reader is None else read})"
        for kind in types:
            if kind == "string":
                yield f"{use('variants', 'text')}({'' if reader is None else read})"
            elif kind == "array":
                yield f"{use('variants', 'array')}({self._items(schema)}, {read})"
            elif kind == "object":
                yield f"{use('variants', 'mapping')}({read})"
            else:
                yield f"{use('variants', kind)}()"

    def _items(self, schema: Schema) -> str:
        """What tells one array from another: its items, if they are models or scalars."""
        items = schema.get("items")
        if not isinstance(items, Mapping):
            return "None"
        members = list(self._flat(items)) if items.get("anyOf") or items.get("oneOf") else [items]
        name = referenced(items)
        if name is not None and self._schemas.kind(name) == "alias":
            return "None"
        inner = [one for member in members for one in self._variant(member)]
        return f"{self._types.use('variants', 'Variants')}({', '.join(inner)})"

    def _model(self, name: str) -> str:
        schema = self._schemas.flat(name)
        properties: Mapping[str, Schema] = schema.get("properties", {})
        constants: dict[str, list[Any]] = {}
        kinds: dict[str, str] = {}
        for wire, inner in properties.items():
            resolved = self._schemas.resolve(inner)
            if "const" in resolved:
                constants[wire] = [resolved["const"]]
            elif all(isinstance(each, str) for each in resolved.get("enum", [None])):
                constants[wire] = resolved["enum"]
            elif len(types_of(resolved)) == 1 and types_of(resolved) != ("null",):
                kinds[wire] = types_of(resolved)[0]
        arguments = [f"lambda value: {self._types.reader({'$ref': PREFIX + name})}(value)"]
        arguments.append(literal(list(properties)))
        required = list(schema.get("required", ()))
        if required:
            arguments.append(f"required={literal(required)}")
        if constants:
            arguments.append(f"constants={literal(constants)}")
        if kinds:
            arguments.append(f"kinds={literal(kinds)}")
        if schema.get("additionalProperties") is False:
            arguments.append("closed=True")
        return f"{self._types.use('variants', 'model')}({', '.join(arguments)})"
