"""Schemas of a contract as plain JSON Schema 2020-12, for validators that know nothing of OpenAPI.

`nullable` and flags of 3.0 are said in JSON Schema's words; properties that a message does not have
(`readOnly` in requests, `writeOnly` in replies) are left out of it.

There are two readings. The `open` one is JSON Schema's own. The `told` one holds a message to what
the contract tells of: names that it does not declare are refused, and so are values of a
discriminator that mean nothing. A property that is taken away breaks its callers in that reading
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from accord.codegen.patterns import python_pattern
from accord.gates.law.discriminators import meanings
from accord.gates.law.shape import Node
from accord.gates.law.shapes import Shapes
from accord.gates.law.verdict import Way
from accord.spec.pointers import join

Schema = Any
"""A JSON Schema: an object, true or false."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SUBSCHEMA = (
    *("additionalProperties", "contains", "items", "propertyNames", "not", "if", "then", "else"),
    *("unevaluatedProperties", "unevaluatedItems"),
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_VALUES = (
    *("type", "enum", "required", "dependentRequired", "minLength", "maxLength", "pattern"),
    *("format", "multipleOf", "minItems", "maxItems", "uniqueItems", "minContains"),
    *("maxContains", "minProperties", "maxProperties"),
)
_IN_PLACE = frozenset(("allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "not"))
"""Keywords whose schemas look at the very value that their owner looks at."""
_OPEN_ENUM = ("x-extensible-enum", "x-accord-open-enum")


class Plain:
    """The schemas of one document in messages that go `way`, in the told reading or the open;
    `for_python`: for a validator that has Python's regular expressions, not ECMA's."""

    def __init__(self, shapes: Shapes, way: Way, *, told: bool, for_python: bool = False) -> None:
        self._shapes = shapes
        self._document = shapes.document
        self._way = way
        self._told = told
        self._pattern = _pattern if for_python else str
        self._names: dict[tuple[str, frozenset[str], bool], str] = {}
        self._keys: list[tuple[str, frozenset[str], bool]] = []
        self._definitions: dict[str, Schema] = {}
        self._needs: dict[str, list[str]] = {}
        self._noted: list[str] = []

    def schema(self, node: Node) -> Schema:
        """One schema for what all of `node` take; `definitions` go with it."""
        hidden = self._hidden(node)
        parts = [self._reference(pointer, hidden, inner=True) for pointer in node]
        if not self._told:
            return {"allOf": parts} if parts else True
        return self._closing({"allOf": parts} if parts else {}, node)

    def definitions(self, schema: Schema) -> Mapping[str, Schema]:
        """What the `$ref`s in a schema that was asked for lead to, for its `$defs`."""
        pending, found = list(_references(schema)), dict[str, Schema]()
        while pending:
            name = pending.pop()
            if name not in found:
                found[name] = self._definition(name)
                pending += [need for need in self._needs[name] if need not in found]
        return found

    def document(self, schema: Schema) -> Schema:
        """`schema` with everything it needs."""
        return {"$schema": _DIALECT, "allOf": [schema], "$defs": self.definitions(schema)}

    def _definition(self, name: str) -> Schema:
        if name not in self._definitions:
            pointer, hidden, inner = self._keys[int(name)]
            self._noted = []
            node = self._document.find(pointer)
            self._definitions[name] = self._plain(pointer, node, hidden, inner=inner)
            self._needs[name] = list(dict.fromkeys(self._noted))
        return self._definitions[name]

    def _hidden(self, node: Node) -> frozenset[str]:
        """Names of properties that a message going this way does not have."""
        seen, hidden = set[str](), set[str]()
        for shape in self._shapes.branches(self._shapes.of(node)):
            for name, inner in shape.properties.items():
                property_ = self._shapes.of(inner)
                is_hidden = (
                    property_.read_only if self._way is Way.REQUEST else property_.write_only
                )
                (hidden if is_hidden else seen).add(name)
        return frozenset(hidden - seen)

    def _reference(self, pointer: str, hidden: frozenset[str], *, inner: bool) -> Schema:
        """A `$ref` to the schema at `pointer`; `inner`: another schema around it looks at the
        same value, and it is that one that is closed."""
        key = (pointer, hidden, inner)
        if key not in self._names:
            self._names[key] = f"{len(self._keys)}"
            self._keys.append(key)
        name = self._names[key]
        self._noted.append(name)
        return {"$ref": f"#/$defs/{name}"}

    def _whole(self, pointer: str) -> Schema:
        """The schema of a value of its own at `pointer`."""
        node = self._document.find(pointer)
        if isinstance(node, bool):
            return node
        return self._reference(pointer, self._hidden((pointer,)), inner=False)

    def _plain(self, pointer: str, node: Any, hidden: frozenset[str], *, inner: bool) -> Schema:
        if not isinstance(node, dict):
            return node if isinstance(node, bool) else True
        legacy = self._document.is_legacy
        reference = node.get("$ref", node.get("$dynamicRef"))
        plain: dict[str, Any] = {}
        if isinstance(reference, str):
            plain["$ref"] = self._reference(unquote(reference[1:]), hidden, inner=True)["$ref"]
            if legacy:
                node = {key: node[key] for key in node if key == "nullable"}
        plain |= self._keywords(pointer, node, hidden)
        for keyword in _MAPS:
            if isinstance(node.get(keyword), dict):
                in_place = keyword in _IN_PLACE
                plain[keyword] = {
                    self._name(keyword, name): self._reference(
                        join(pointer, keyword, name), hidden, inner=True
                    )
                    if in_place
                    else self._property(keyword, name, join(pointer, keyword, name), hidden)
                    for name in node[keyword]
                }
        for keyword in _LISTS:
            if isinstance(node.get(keyword), list):
                plain[keyword] = [
                    self._reference(join(pointer, keyword, index), hidden, inner=True)
                    if keyword in _IN_PLACE
                    else self._whole(join(pointer, keyword, index))
                    for index in range(len(node[keyword]))
                ]
        for keyword in _SUBSCHEMA:
            if isinstance(node.get(keyword), (dict, bool)):
                at = join(pointer, keyword)
                plain[keyword] = (
                    self._reference(at, hidden, inner=True)
                    if keyword in _IN_PLACE
                    else self._whole(at)
                )
        if self._told and "discriminator" in node and "oneOf" in plain:
            # The discriminator decides, however many members would fit.
            plain["anyOf"] = [*plain.get("anyOf", ()), *plain.pop("oneOf")]
        if isinstance(node.get("items"), list):
            plain["prefixItems"] = [
                self._whole(join(pointer, "items", index)) for index in range(len(node["items"]))
            ]
            plain.pop("items", None)
            if isinstance(node.get("additionalItems"), (dict, bool)):
                plain["items"] = self._whole(join(pointer, "additionalItems"))
        rules = list(self._rules(node))
        if rules:
            plain["allOf"] = [*plain.get("allOf", ()), *rules]
        if self._told and not inner:
            plain = self._closing(plain, (pointer,))
        if legacy and node.get("nullable") is True:
            return {"anyOf": [plain, {"type": "null"}]}
        return plain

    def _rules(self, node: Mapping[str, Any]) -> Iterator[Schema]:
        """What OpenAPI and the told reading say in words that validators pass over."""
        bits = {"int32": 32, "int64": 64}.get(str(node.get("format")))
        if bits is not None:
            yield {"minimum": -(2 ** (bits - 1)), "maximum": 2 ** (bits - 1) - 1}
        for keyword in ("contentEncoding", "contentMediaType") if self._told else ():
            if isinstance(node.get(keyword), str):
                yield {"format": f"{keyword} {node[keyword]}"}

    def _keywords(
        self, pointer: str, node: Mapping[str, Any], hidden: frozenset[str]
    ) -> dict[str, Any]:
        plain = {key: node[key] for key in _VALUES if node.get(key) is not None}
        for keyword, exclusive in (
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ):
            if isinstance(node.get(exclusive), bool):
                if node.get(keyword) is not None:
                    plain[exclusive if node[exclusive] else keyword] = node[keyword]
                continue
            plain |= {key: node[key] for key in (keyword, exclusive) if node.get(key) is not None}
        if "const" in node:
            plain["const"] = node["const"]
        if self._way is Way.REPLY and any(node.get(key) for key in _OPEN_ENUM):
            plain.pop("enum", None)
        if "pattern" in plain:
            plain["pattern"] = self._pattern(plain["pattern"])
        if isinstance(node.get("required"), list):
            plain["required"] = [name for name in node["required"] if name not in hidden]
        return plain

    def _property(self, keyword: str, name: str, pointer: str, hidden: frozenset[str]) -> Schema:
        if keyword == "properties" and name in hidden:
            return not self._told
        return self._whole(pointer)

    def _name(self, keyword: str, name: str) -> str:
        return self._pattern(name) if keyword == "patternProperties" else name

    def _closing(self, plain: dict[str, Any], node: Node) -> dict[str, Any]:
        """Refuses names that are not declared, and values of a discriminator that mean nothing."""
        shape = self._shapes.of(node)
        closed = dict(plain)
        declares = any(branch.properties for branch in self._shapes.branches(shape))
        if (shape.properties or declares) and not shape.others and not shape.closed:
            closed.setdefault("unevaluatedProperties", False)
        rules = list(self._told_apart(node))
        if rules:
            closed["allOf"] = [*closed.get("allOf", ()), *rules]
        return closed

    def _told_apart(self, node: Node) -> Iterator[Schema]:
        shape = self._shapes.of(node)
        name = (shape.discriminator or {}).get("propertyName")
        if not isinstance(name, str):
            return
        targets = meanings(shape, self._shapes)
        if not targets:
            return
        yield {"required": [name], "properties": {name: {"enum": list(targets)}}}
        for value, target in targets.items() if shape.unions else ():
            yield {
                "if": {"properties": {name: {"const": value}}},
                "then": self._reference(target, self._hidden((target,)), inner=True),
            }


def _references(schema: Schema) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _pattern(pattern: str) -> str:
    """ECMA's pattern as Python's `re` reads it; one that it cannot read finds everything."""
    try:
        return python_pattern(str(pattern))
    except ValueError:
        return ""
