"""What `models/` of a client holds: a class for each object, an alias and a reader for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accord.codegen.clients.names import ModelNames, field_names
from accord.codegen.clients.types import ClientTypes, extras, joined, without_null
from accord.codegen.clients.unions import Union
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, literal, paragraphs
from accord.codegen.schemas import FILE, Schemas, not_null, types_of
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
            annotation = joined(types.constants(values))
            if annotation != "Any":
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
