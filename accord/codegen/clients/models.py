"""What `models/` of a client holds: a class for each object, an alias and a reader for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accord.codegen.clients.names import ModelNames, field_names
from accord.codegen.clients.types import ClientTypes, extras, without_null
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, literal, paragraphs
from accord.codegen.schemas import FILE, PREFIX, Schemas, not_null, referenced, types_of
from accord.spec.ir import Schema


@dataclass(frozen=True, slots=True)
class Field:
    """One property: how the attribute is declared, read from `rest` and written to `data`."""

    declaration: str
    doc: str
    reading: str
    writing: str


@dataclass(frozen=True, slots=True)
class Model:
    """A class."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    extras: str
    """The type of additional properties."""
    extra_reading: str
    extra_writing: str
    imports: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A type with a name, and the function that reads its values; `before` is what that needs."""

    name: str
    doc: str
    annotation: str
    reader: str
    before: str
    reading: str
    imports: str


class ModelFiles:
    """Makes the content of the modules below `models` of one client."""

    def __init__(self, schemas: Schemas, names: ModelNames, runtime: str) -> None:
        self._schemas = schemas
        self._names = names
        self._runtime = runtime

    def file(self, name: str) -> Model | Alias:
        """The content of the module of the schema called `name`."""
        if self._schemas.kind(name) == "object":
            return self._model(name)
        return self._alias(name)

    def _types(self, name: str) -> tuple[ClientTypes, Imports]:
        imports = Imports("..")
        types = ClientTypes(
            self._schemas,
            self._names,
            imports,
            runtime=self._runtime,
            defines=name,
        )
        return types, imports

    def _model(self, name: str) -> Model:
        types, imports = self._types(name)
        schema = self._schemas.flat(name)
        properties: Mapping[str, Schema] = schema.get("properties", {})
        properties = {wire: each for wire, each in properties.items() if each != {"not": {}}}
        names = field_names(properties)
        required = frozenset(schema.get("required", ()))
        fields = tuple(
            _field(types, names[wire], wire, inner, required=wire in required)
            for wire, inner in properties.items()
        )
        for used in ("collections.abc.Mapping", "typing.Any", "typing.Self"):
            imports.use(used)
        types.use("values", "members")
        extra = extras(schema)
        reader = types.read(extra, "value") if types.reader(extra) else ""
        write = types.use("values", "write")
        writing = f"data.update({write}(self.additional_properties))"
        return Model(
            name,
            _documented(name, schema),
            fields,
            types.annotation(extra),
            f"{{name: {reader} for name, value in rest.items()}}" if reader else "rest",
            writing,
            imports.lines(),
        )

    def _alias(self, name: str) -> Alias:
        types, imports = self._types(name)
        for used in ("typing.Any", "typing.TypeAlias"):
            imports.use(used)
        schema = self._schemas.flat(name)
        doc = _documented(name, schema, indent=0)
        reader = self._names.reader(name)
        before, reading = "", "value"
        variants = schema.get("anyOf") or schema.get("oneOf")
        if "enum" in schema or "const" in schema:
            values = schema["enum"] if "enum" in schema else [schema["const"]]
            annotation = " | ".join(dict.fromkeys(types.constants(values)))
            if "Any" not in annotation.split(" | "):
                before = f"_MEMBERS = frozenset({literal(values)})"
                reading = f"{types.use('values', 'known')}(value, _MEMBERS)"
        elif variants:
            union = Union(types, self._schemas, self._names)
            annotation = union.annotation(schema)
            before = f"_VARIANTS = {union.variants(schema)}"
            reading = "_VARIANTS.read(value)"
        else:
            annotation = types.annotation(schema)
            reading = types.read(schema, "value")
        # As text: what it refers to is loaded when it is used.
        return Alias(name, doc, repr(annotation), reader, before, reading, imports.lines())


class Union:
    """A union: its type, and what tells its members apart."""

    def __init__(self, types: ClientTypes, schemas: Schemas, names: ModelNames) -> None:
        self._types = types
        self._schemas = schemas
        self._names = names

    def annotation(self, schema: Schema) -> str:
        """The members' types, and that of objects which are none of them."""
        members = list(self._flat(schema))
        whole = list(
            dict.fromkeys(
                part for member in members for part in self._types.annotation(member).split(" | ")
            )
        )
        if any(self._is_object(member) for member in members):
            whole.append(self._types.use("values", "UnknownObject"))
        if "Any" in whole:
            return "Any"
        return " | ".join(whole)

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


def _field(types: ClientTypes, name: str, wire: str, schema: Schema, *, required: bool) -> Field:
    annotation = types.annotation(schema)
    constant = not_null(schema).get("const")
    default = ""
    if not required:
        annotation = types.or_unset(annotation)
        default = " = UNSET"
    elif isinstance(constant, (str, int)):
        default = f" = {literal(constant)}"
    source = f"rest.pop({wire!r})" if required else f"rest.pop({wire!r}, UNSET)"
    inner = not_null(schema)
    if inner is schema and "null" in types_of(schema):
        inner = without_null(schema)
    reader = types.reader(inner)
    if reader is None:
        reading = source
    elif required and inner is schema:
        reading = types.read(schema, source)
    else:
        reading = f"{types.use('values', 'given')}({reader}, {source})"
    value = (
        f"self.{name}"
        if _is_ready(types, inner)
        else f"{types.use('values', 'write')}(self.{name})"
    )
    writing = f"data[{wire!r}] = {value}"
    if not required:
        writing = f"if self.{name} is not UNSET:\n            {writing}"
    doc = docstring(schema.get("description", "")) if schema.get("description") else ""
    return Field(f"{name}: {annotation}{default}", doc, f"{name}={reading}", writing)


def _is_ready(types: ClientTypes, schema: Schema) -> bool:
    """Whether the attribute holds what is sent: a scalar, as its type says."""
    kinds = types_of(types.schemas.resolve(schema))
    plain = bool(kinds) and not {"array", "object"} & {*kinds}
    return plain and types.reader(schema) is None and FILE not in schema


def _documented(name: str, schema: Schema, *, indent: int = 4) -> str:
    text = paragraphs(schema.get("title", ""), schema.get("description", "")) or f"{name}."
    return docstring(text, indent=indent)
