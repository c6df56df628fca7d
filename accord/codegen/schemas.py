"""The named schemas of a contract as classes see them: compositions flat, kinds told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from accord.codegen.compose import Merged, merge
from accord.runtime.declare import Shape
from accord.spec.ir import Contract, Schema

PREFIX = "#/components/schemas/"
FILE = "x-accord-file"
Kind = Literal["object", "enum", "alias"]
_PARSED: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "time": time.fromisoformat,
    "uuid": UUID,
}


def referenced(schema: Schema) -> str | None:
    """The name that `schema` refers to, if it is a reference."""
    ref = schema.get("$ref")
    return ref.removeprefix(PREFIX) if isinstance(ref, str) else None


def types_of(schema: Schema) -> tuple[str, ...]:
    """The JSON types that `schema` lists, `null` among them; empty where it lists none."""
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def not_null(schema: Schema) -> Schema:
    """The member of ``anyOf: [schema, null]`` that is not null; others as they are."""
    members = [member for member in schema.get("anyOf", ()) if member != {"type": "null"}]
    return members[0] if len(members) == 1 else schema


def names_below(schema: Schema) -> Iterator[str]:
    """The schemas that the type of an inline schema mentions."""
    name = referenced(schema)
    if name is not None:
        yield name
        return
    if "const" in schema or "enum" in schema:
        return
    for keyword in ("anyOf", "oneOf"):
        for member in schema.get(keyword, ()):
            yield from names_below(member)
    if "array" in types_of(schema):
        for item in items_of(schema):
            yield from names_below(item)
    if "object" in types_of(schema):
        for value in values_of(schema):
            yield from names_below(value)


def items_of(schema: Schema) -> list[Schema]:
    """The schemas that an array's items may have, whatever their places; empty for any."""
    return _any_of(schema.get("prefixItems", ()), schema.get("items", {}))


def values_of(schema: Schema) -> list[Schema]:
    """The schemas that the values of a map may have, whatever their names; empty for any."""
    patterns = schema.get("patternProperties", {})
    return _any_of(patterns.values(), schema.get("additionalProperties", {}))


def _any_of(some: Iterable[Schema], rest: Any) -> list[Schema]:
    members = [*some, *([] if rest in (False, {"not": {}}) else [rest])]
    typed = all(isinstance(member, Mapping) and member and is_type(member) for member in members)
    return members if typed else []


def is_type(schema: Schema) -> bool:
    """Whether a schema is more than a condition, such as `required: [a]`; `{}` is any type."""
    kept = bare(schema)
    return not kept or bool(kept.keys() & {"$ref", "type", "const", "enum", "anyOf", "oneOf"})


def bare(schema: Any) -> Any:
    """`schema` without what does not change its type, so that equal types are written once."""
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: bare(value)
        for key, value in schema.items()
        if key not in ("description", "title", "default", "deprecated", "example", "examples")
    }


class Schemas:
    """Answers about the named schemas of one contract, each worked out once."""

    def __init__(self, contract: Contract) -> None:
        self.named = contract.schemas
        self._every = frozenset(contract.schemas)
        self._flat: dict[str, Schema] = {}
        self._inexact: set[str] = set()
        self._kinds: dict[str, Kind] = {}

    def flat(self, name: str) -> Schema:
        """The schema called `name`, with the members of its `allOf` merged into it."""
        if name not in self._flat:
            self._flat[name] = self.named[name]  # what a composition that holds itself sees
            flat, exact = self._flatten(self.named[name])
            if not exact:
                self._inexact.add(name)
            if "unevaluatedProperties" in flat and "additionalProperties" not in flat:
                # Of a schema that is flat the two say the same.
                flat = {**flat, "additionalProperties": flat["unevaluatedProperties"]}
            self._flat[name] = flat
        return self._flat[name]

    def is_exact(self, name: str) -> bool:
        """Whether the flat schema says all that its members do."""
        self.flat(name)
        return name not in self._inexact

    def kind(self, name: str) -> Kind:
        """Whether `name` becomes a model, an enum or an alias of another type."""
        if name not in self._kinds:
            self._kinds[name] = _kind(self.flat(name))
        return self._kinds[name]

    def resolve(self, schema: Schema) -> Schema:
        """What `schema` refers to, flat; itself where it refers to nothing."""
        seen: set[str] = set()
        while (name := referenced(schema)) is not None and name not in seen:
            seen.add(name)
            schema = self.flat(name)
        return schema

    def accepts_null(self, schema: Schema, seen: frozenset[str] = frozenset()) -> bool:
        """Whether null is valid: told apart from absence where a property may be both."""
        name = referenced(schema)
        if name is not None:
            return name not in seen and self.accepts_null(self.flat(name), seen | {name})
        if "const" in schema:
            return schema["const"] is None
        if "enum" in schema:
            return None in schema["enum"]
        variants = schema.get("anyOf") or schema.get("oneOf")
        if variants and "properties" not in schema:
            return any(self.accepts_null(variant, seen) for variant in variants)
        types = types_of(schema)
        if types:
            return "null" in types
        return "not" not in schema and _kind(schema) == "alias"

    def says_null(self, schema: Schema) -> bool:
        """Whether null is valid by what stands in `schema`, not in what it refers to."""
        return self.accepts_null(schema, self._every)

    def has_default(self, schema: Schema) -> bool:
        """Whether there is a default that its type can take: a date that is one."""
        if "default" not in schema or schema.get(FILE):
            return False
        parse = _PARSED.get(self.resolve(not_null(schema)).get("format", ""))
        try:
            if parse is not None and isinstance(schema["default"], str):
                parse(schema["default"])
        except ValueError:
            return False
        return True

    def labels(
        self, discriminator: Mapping[str, Any], members: Iterable[Schema]
    ) -> Mapping[str, str] | None:
        """The discriminator's values and the schemas they stand for; None where the members do
        not carry it as pydantic needs it: each a model that requires a constant of its own."""
        wire = discriminator["propertyName"]
        labels: dict[str, str] = {}
        members = list(members)
        for member in members:
            name = referenced(member)
            if name is None or self.kind(name) != "object":
                return None
            flat = self.flat(name)
            own = self.resolve(flat.get("properties", {}).get(wire, {}))
            if wire not in flat.get("required", ()) or not isinstance(own.get("const"), str):
                return None
            labels[own["const"]] = name
        given: Mapping[str, str] = discriminator.get("mapping", {})
        agrees = all(labels.get(label) == ref.removeprefix(PREFIX) for label, ref in given.items())
        return labels if agrees and len(labels) == len(members) else None

    def shape(self, schema: Schema, seen: frozenset[str] = frozenset()) -> Shape:
        """How the text of a parameter of this schema becomes JSON: see `accord.runtime.declare`.

        A schema that contains itself is text from the second level on.
        """
        name = referenced(schema)
        if name is not None:
            return "string" if name in seen else self.shape(self.flat(name), seen | {name})
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if values:
            return _one_of([_json_type(value) for value in values])
        variants = schema.get("anyOf") or schema.get("oneOf")
        if variants and "properties" not in schema:
            return _one_of([self.shape(variant, seen) for variant in variants])
        types = types_of(schema) or (("object",) if _kind(schema) == "object" else ())
        return _one_of([self._shape_of_type(kind, schema, seen) for kind in types])

    def _shape_of_type(self, kind: str, schema: Schema, seen: frozenset[str]) -> Shape:
        if kind == "array":
            return [self.shape(schema.get("items", {}), seen)]
        if kind == "object":
            shape = {
                name: self.shape(inner, seen)
                for name, inner in schema.get("properties", {}).items()
            }
            if values := values_of(schema):
                shape["*"] = _one_of([self.shape(inner, seen) for inner in values])
            return shape
        return kind

    def _flatten(self, schema: Schema) -> tuple[Schema, bool]:
        """`schema` without `allOf`, and whether it says the same."""
        if "allOf" not in schema:
            return schema, True
        whole, exact = Merged({}, True)
        for part in schema["allOf"]:
            name = referenced(part)
            if name is not None:
                flat, is_exact = self.flat(name), self.is_exact(name)
            else:
                flat, is_exact = self._flatten(part)
            whole, fits = merge(whole, flat)
            exact = exact and is_exact and fits
        for annotation in ("description", "title", "default"):
            whole.pop(annotation, None)
        whole, fits = merge(whole, {key: value for key, value in schema.items() if key != "allOf"})
        return whole, exact and fits


def _kind(schema: Schema) -> Kind:
    if "enum" in schema:
        scalars = all(isinstance(value, (str, int, float)) for value in schema["enum"])
        return "enum" if scalars else "alias"
    types = types_of(schema)
    if schema.get("properties") and types in ((), ("object",)):
        return "object"
    if types == ("object",) and schema.get("additionalProperties") is False:
        return "object"
    return "alias"


def _json_type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {int: "integer", float: "number"}.get(type(value), "string")


def _one_of(shapes: list[Shape]) -> Shape:
    """One shape, or several from the strictest to text, which takes everything."""
    distinct = [shape for index, shape in enumerate(shapes) if shape not in shapes[:index]]
    distinct.sort(key=lambda shape: (shape == "string", shape == "number"))
    if not distinct:
        return "string"
    return distinct[0] if len(distinct) == 1 else tuple(distinct)
