"""Schemas as a client sees them: the type of a value, and the expression that reads one.

Reading is straight-line code where it can be: `UUID(rest.pop("id"))`. What is the same in JSON
and in Python is not touched.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from accord.codegen.clients.names import ModelNames
from accord.codegen.imports import Imports
from accord.codegen.layout import literal
from accord.codegen.schemas import FILE, Schemas, not_null, referenced, types_of
from accord.spec.ir import Schema

_PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "array": "list[typing.Any]",
    "object": "dict[str, typing.Any]",
}
_FORMATS = {
    "date-time": ("datetime.datetime", "parse_datetime"),
    "date": ("datetime.date", "parse_date"),
    "uuid": ("uuid.UUID", ""),
}
_UNKNOWN = {str: "UnknownText", int: "UnknownNumber"}


class ClientTypes:
    """The types of one contract's schemas, spelled for one module of its client.

    `runtime` is where `accord.client` is found from that module; `imports` collects what is used;
    `defines` is the class that the module has itself.
    """

    def __init__(
        self,
        schemas: Schemas,
        names: ModelNames,
        imports: Imports,
        *,
        runtime: str,
        defines: str = "",
    ) -> None:
        self.schemas = schemas
        self._names = names
        self._imports = imports
        self._runtime = runtime
        self._defines = defines

    def use(self, module: str, name: str) -> str:
        """A name of the runtime's `module`, imported."""
        if name == self._defines:
            return f"{self._imports.use(f'{self._runtime}.{module}')}.{name}"
        return self._imports.use(f"{self._runtime}.{module}.{name}")

    def annotation(self, schema: Schema) -> str:
        """The type of a value of `schema`: ``list[models.Line] | None``."""
        return joined(self._members(schema))

    def or_unset(self, annotation: str) -> str:
        """The type of what may be left out; null stands last."""
        self.use("values", "UNSET")
        unset = self.use("values", "Unset")
        if annotation == "None":
            return f"{unset} | None"
        core = annotation.removesuffix(" | None")
        return f"{core} | {unset}{annotation[len(core) :]}"

    def read(self, schema: Schema, source: str) -> str:
        """An expression for what the expression `source` holds, read as `schema`."""
        reader = self.reader(schema)
        if reader is None:
            return source
        return self._applied(schema, source, reader)

    def reader(self, schema: Schema) -> str | None:
        """A function that reads a value of `schema`; None where it is what it is in JSON.

        It mentions `models`, so it is evaluated where it is used.
        """
        name = referenced(schema)
        if name is not None:
            return self._named(name)
        inner = not_null(schema)
        if inner is not schema or ("null" in types_of(schema) and len(types_of(schema)) == 2):
            reader = self.reader(inner if inner is not schema else without_null(schema))
            if reader is None:
                return None
            return f"lambda value: {self.use('values', 'given')}({reader}, value)"
        types = types_of(schema)
        if types == ("array",):
            items = schema.get("items")
            reader = self.reader(items) if isinstance(items, Mapping) else None
            return None if reader is None else f"lambda value: {self._list(items, 'value')}"
        if types == ("object",):
            extra = extras(schema)
            if self.reader(extra) is None:
                return None
            members = f"{self.use('values', 'members')}(value)"
            item = self.read(extra, "item")
            return f"lambda value: {{name: {item} for name, item in {members}.items()}}"
        if types == ("string",) and schema.get("format") in _FORMATS:
            type_, function = _FORMATS[schema["format"]]
            return self.use("values", function) if function else self._imports.use(type_)
        return None

    def call_reader(self, schema: Schema | None) -> str | None:
        """The same for a place that is evaluated when its module is loaded: models are not."""
        reader = None if schema is None else self.reader(schema)
        if reader is None or reader.startswith("lambda") or not reader.startswith("models."):
            return reader
        return f"lambda value: {reader}(value)"

    def _applied(self, schema: Schema, source: str, reader: str) -> str:
        if types_of(schema) == ("array",):
            return self._list(schema["items"], source)
        if reader.startswith("lambda"):
            return f"({reader})({source})"
        return f"{reader}({source})"

    def _list(self, items: Any, source: str) -> str:
        return f"[{self.read(items, 'item')} for item in {self.use('values', 'items')}({source})]"

    def _named(self, name: str) -> str | None:
        if self.schemas.kind(name) == "object":
            self._imports.use(".models")
            return f"models.{name}.from_dict"
        if _is_plain(self.schemas.flat(name)):
            return None
        self._imports.use(".models")
        return f"models.{self._names.reader(name)}"

    def _members(self, schema: Schema) -> Iterator[str]:
        name = referenced(schema)
        if name is not None:
            self._imports.use(".models")
            yield f"models.{name}"
            return
        if "const" in schema:
            yield from self.constants([schema["const"]])
            return
        variants = schema.get("anyOf") or schema.get("oneOf")
        if variants:
            for variant in variants:
                yield from self._members(variant)
            return
        types = types_of(schema)
        if not types:
            yield self._imports.use("typing.Any")
        for kind in types:
            yield self._of_type(kind, schema)

    def _of_type(self, kind: str, schema: Schema) -> str:
        if kind == "array" and isinstance(schema.get("items"), Mapping):
            return f"list[{self.annotation(schema['items'])}]"
        if kind == "object" and extras(schema):
            return f"dict[str, {self.annotation(extras(schema))}]"
        if kind == "string" and schema.get(FILE):
            return f"{self.use('files', 'File')} | bytes"
        if kind == "string" and types_of(without_null(schema)) == ("string",):
            type_, _ = _FORMATS.get(schema.get("format", ""), ("str", ""))
            return self._imports.use(type_)
        plain = _PLAIN[kind]
        if "typing.Any" in plain:
            plain = plain.replace("typing.Any", self._imports.use("typing.Any"))
        return plain

    def constants(self, values: Iterable[Any]) -> Iterator[str]:
        """The type of a constant or enum, with what a service may add to it."""
        values = list(values)
        listed = [literal(value) for value in values if type(value) in (str, int, bool)]
        if listed:
            yield f"{self._imports.use('typing.Literal')}[{', '.join(listed)}]"
        for value in values:
            if type(value) in _UNKNOWN:
                yield self.use("values", _UNKNOWN[type(value)])
            elif isinstance(value, float):
                yield "float"
            elif value is None:
                yield "None"
            elif not isinstance(value, bool):
                yield self._imports.use("typing.Any")


def joined(types: Iterable[str]) -> str:
    """A union of types, each member once and None last; Any where one is."""
    found = dict.fromkeys(member for type_ in types for member in members(type_))
    if "Any" in found:
        return "Any"
    return " | ".join(sorted(found, key=lambda member: member == "None"))


def members(type_: str) -> Iterator[str]:
    """The members of a union, spelled as types: what bars in brackets and quotes join is one."""
    if " | " not in type_:
        yield type_
        return
    waiting = [ast.parse(type_, mode="eval").body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp):
            waiting += [node.right, node.left]
        else:
            yield ast.unparse(node)


def extras(schema: Schema) -> Schema:
    """The schema of properties that are not listed, as far as it is one for all of them."""
    extra = schema.get("additionalProperties")
    return extra if isinstance(extra, Mapping) and "patternProperties" not in schema else {}


def _is_plain(schema: Schema) -> bool:
    """Whether a value of a named schema is what it is in JSON."""
    if schema.keys() & {"enum", "anyOf", "oneOf", "$ref", "items", "additionalProperties"}:
        return False
    return schema.get("format") not in _FORMATS


def without_null(schema: Schema) -> Schema:
    """A schema with `null` taken from its types."""
    types = tuple(kind for kind in types_of(schema) if kind != "null")
    return {**schema, "type": types[0] if len(types) == 1 else list(types)}
