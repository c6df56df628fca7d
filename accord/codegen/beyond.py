"""What pydantic cannot say of a schema, and what is done about it: nothing is dropped.

- A format is a type of `accord.runtime.formats`.
- A named schema with keywords beyond pydantic goes into `schemas.json`, which a validator of
  the runtime holds its values against.
- One without a name carries its keywords as metadata where it is used.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from accord.codegen.expressions import subscript
from accord.codegen.formats import BY_FORMAT, PLAIN
from accord.codegen.patterns import schema_pattern
from accord.codegen.schemas import FILE, PREFIX, Schemas, is_type, referenced, types_of
from accord.spec.ir import Schema

_SCHEMA = "accord.runtime.schema"
_FILE_TYPE = "accord.runtime.UploadFile"
_TYPES = frozenset({*PLAIN.values(), "pydantic.AwareDatetime"})
_BEYOND = frozenset(
    (
        *("patternProperties", "propertyNames", "minProperties", "maxProperties"),
        *("dependentRequired", "dependentSchemas", "unevaluatedProperties"),
        *("prefixItems", "contains", "minContains", "maxContains", "unevaluatedItems"),
        *("uniqueItems", "not", "if"),
    )
)
_TYPED = frozenset(
    (
        *("minLength", "maxLength", "pattern", "minItems", "maxItems", "items", "multipleOf"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    )
)
_BY_NAME = frozenset(("properties", "patternProperties", "dependentSchemas"))
_TEXTS = frozenset(
    (
        *("title", "description", "default", "deprecated", "example", "examples"),
        *("readOnly", "writeOnly", "discriminator", "x-enum-varnames", "x-enumNames"),
    )
)


def finished(node: ast.expr, schema: Schema) -> ast.expr:
    """The type `node` of a schema without a name, with its format and what goes beyond."""
    if schema.get(FILE):
        return _as_file(node)
    kinds = tuple(kind for kind in types_of(schema) if kind != "null")
    if "const" not in schema and "enum" not in schema and len(kinds) == 1:
        name = BY_FORMAT.get((kinds[0], schema.get("format", "")))
        if name is not None:
            node = _replaced(node, name)
    if referenced(schema) is not None or not goes_beyond(schema):
        return node
    if schema.get("uniqueItems") is True and not schema.keys() & (_BEYOND - {"uniqueItems"}):
        return annotated(node, ast.Name(f"{_SCHEMA}.UNIQUE"))
    keywords = {key: value for key, value in schema.items() if key not in _TEXTS and key != "items"}
    if not keywords or any(_references(keywords)):
        return node
    make = ast.Attribute(ast.Name(f"{_SCHEMA}.Conforms"), "to")
    return annotated(node, ast.Call(make, [_literal(_strict(keywords))], []))


def annotated(node: ast.expr, metadata: ast.expr) -> ast.expr:
    """`node` with a rule, in the place of the one it has."""
    match node:
        case ast.Subscript(value=ast.Name(id="typing.Annotated"), slice=ast.Tuple(elts=elements)):
            core, *others = elements
            kept = [other for other in others if not _is_rule(other)]
            return subscript("typing.Annotated", core, *kept, metadata)
    return subscript("typing.Annotated", node, metadata)


def _is_rule(node: ast.expr) -> bool:
    names = (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
    return any(name.startswith(_SCHEMA) for name in names)


def goes_beyond(schema: Schema) -> bool:
    """Whether a schema, flat, has a keyword of its own that its Python type does not enforce."""
    if any(schema[keyword] is not False for keyword in _BEYOND & schema.keys()):
        return True
    beside = {key for key in schema.keys() - _TEXTS if not key.startswith("x-")}
    if "const" in schema or "enum" in schema:
        return len(beside - {"type"}) > 1 or not _has_type(schema)
    variants = schema.get("anyOf") or schema.get("oneOf")
    if variants:
        return len(beside) > 1 or not all(map(is_type, variants))
    if beside & _TYPED and not types_of(schema):
        return True
    properties: Mapping[str, Schema] = schema.get("properties", {})
    if any(name not in properties for name in schema.get("required", ())):
        return True
    return any(inner == {"not": {}} for inner in properties.values())


def _has_type(schema: Schema) -> bool:
    """Whether there is a Python type for a constant, or for members of an enum."""
    if "const" in schema:
        return isinstance(schema["const"], (str, type(None)))
    # To Python, true is 1.
    return all(isinstance(value, str) for value in schema["enum"])


class Rules:
    """Which named schemas of a contract need a validator, and what it is given."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.names = frozenset(name for name in schemas.named if self._is_needed(name))
        # A property that one member of a union does not name may be what tells it from another.
        self.open = frozenset(
            name
            for union_name in self.names
            for variant in schemas.flat(union_name).get("oneOf", ())
            if (name := referenced(variant)) is not None
        )
        """Models that keep what their schemas do not name."""

    def definitions(self) -> dict[str, Any]:
        """Those schemas and what they refer to, in contract order, as JSON Schema 2020-12."""
        wanted: set[str] = set()
        waiting = list(self.names)
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                waiting += _references(self._schemas.named[name])
        named = self._schemas.named
        return {name: _strict(named[name]) for name in named if name in wanted}

    def _is_needed(self, name: str) -> bool:
        flat = self._schemas.flat(name)
        exact = self._schemas.is_exact(name)
        return not exact or goes_beyond(flat) or self._is_ambiguous(flat)

    def _is_ambiguous(self, flat: Schema) -> bool:
        """Whether a union asks for more than that one of its members fits."""
        variants = flat.get("oneOf")
        discriminator = flat.get("discriminator")
        labelled = variants or flat.get("anyOf")
        if discriminator is not None and labelled:
            return self._schemas.labels(discriminator, labelled) is None
        if not variants:
            return False
        signs = [self._signs(variant) for variant in variants]
        return any(
            not _apart(first, second)
            for index, first in enumerate(signs)
            for second in signs[index + 1 :]
        )

    def _signs(self, variant: Schema) -> tuple[set[str], dict[str, Any]]:
        """The JSON types of a member, and the constants that its values must have."""
        flat = self._schemas.resolve(variant)
        types = set(types_of(flat)) or ({"object"} if "properties" in flat else set())
        if "integer" in types:
            types.add("number")
        constants = {"": [flat["const"]] if "const" in flat else flat.get("enum", [])}
        for wire in flat.get("required", ()):
            inner = self._schemas.resolve(flat.get("properties", {}).get(wire, {}))
            constants[wire] = [inner["const"]] if "const" in inner else inner.get("enum", [])
        return types, {wire: values for wire, values in constants.items() if values}


def _apart(first: tuple[set[str], dict[str, Any]], second: tuple[set[str], dict[str, Any]]) -> bool:
    """Whether no value can fit two members."""
    if first[0] and second[0] and not first[0] & second[0]:
        return True
    shared = first[1].keys() & second[1].keys()
    return any(not any(value in second[1][key] for value in first[1][key]) for key in shared)


def _strict(schema: Any) -> Any:
    """`schema` for a validator: no texts, discriminators pinned, references within the file."""
    if isinstance(schema, (list, tuple)):
        return [_strict(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema.get(FILE):
        return {}  # what stands for a file is not what is in it
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _TEXTS:
            continue
        if key == "$ref":
            made[key] = value.replace(PREFIX, "#/$defs/")
        elif key in ("const", "enum"):
            made[key] = value
        elif key == "pattern":
            made |= {key: written} if (written := schema_pattern(value)) is not None else {}
        elif key in _BY_NAME:
            names = schema_pattern if key == "patternProperties" else str
            made[key] = {names(name) or name: _strict(inner) for name, inner in value.items()}
        elif key in ("oneOf", "anyOf") and "discriminator" in schema:
            made[key] = [_pinned(schema["discriminator"], member) for member in value]
        else:
            made[key] = _strict(value)
    return made


def _pinned(discriminator: Mapping[str, Any], member: Schema) -> Any:
    """A member of a union, which holds only with a label of its own, if there is one."""
    name = referenced(member)
    labels = [
        label
        for label, ref in discriminator.get("mapping", {}).items()
        if name is not None and ref == PREFIX + name
    ]
    if not labels:
        return _strict(member)
    wire = discriminator["propertyName"]
    pin = {"properties": {wire: {"enum": labels}}}
    return {"allOf": [_strict(member), pin]}


def _references(schema: Any) -> Iterator[str]:
    """The named schemas that `schema` refers to anywhere."""
    if isinstance(schema, (list, tuple)):
        for item in schema:
            yield from _references(item)
    if not isinstance(schema, Mapping):
        return
    name = referenced(schema)
    if name is not None:
        yield name
    for key, value in schema.items():
        if key in _BY_NAME:  # a property may be called like a keyword
            for inner in value.values():
                yield from _references(inner)
        elif key not in _TEXTS and key not in ("const", "enum"):
            yield from _references(value)


def _as_file(node: ast.expr) -> ast.expr:
    """`node` with a file in the place of its text; lengths stay, of its bytes."""

    class Replace(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.Name(_FILE_TYPE) if node.id in ("bytes", "str") else node

        def visit_Call(self, node: ast.Call) -> ast.expr:
            kept = [one for one in node.keywords if one.arg in ("min_length", "max_length")]
            return ast.Call(node.func, node.args, kept)

    made: ast.expr = Replace().visit(node)
    return made


def _replaced(node: ast.expr, name: str) -> ast.expr:
    """`node` with `name` in the place of the type that stands for it without a format."""

    class Replace(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.Name(name) if node.id in _TYPES else node

    made: ast.expr = Replace().visit(node)
    return made


def _literal(value: Any) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body
