"""From the schemas of one document to their shapes, each made once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any
from urllib.parse import unquote

from accord.gates.law.demands import dependents, of_condition, only_required
from accord.gates.law.document import Document
from accord.gates.law.shape import (
    Condition,
    Contains,
    Limit,
    Node,
    Shape,
    Tuple,
    Union,
    both,
)
from accord.gates.law.values import ALL_TYPES, among, type_of, types_of
from accord.spec.pointers import join
from accord.spec.simplify import ANNOTATIONS

_ANYTHING = Shape()
_NOTHING = Shape(types=frozenset(), null=False)
_SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_TEXTS = ("pattern", "format", "contentEncoding", "contentMediaType")
_EMPTY_PATTERNS = frozenset(("", ".*", "^.*$", "^.*", ".*$", "^", "$"))
_OPEN_ENUM = ("x-extensible-enum", "x-accord-open-enum")
_LEGACY_BESIDE_REFERENCE = ANNOTATIONS | {"$ref", "nullable"}


class Shapes:
    """The shapes of the schemas in `document`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._nodes: dict[Node, Shape] = {}
        self._schemas: dict[str, Shape] = {}
        self._branches: dict[tuple[tuple[str, ...], str], Shape] = {}
        self._open: set[str] = set()
        self._extending: dict[str, list[str]] | None = None

    def of(self, node: Node) -> Shape:
        """The shape of what all schemas of `node` take together."""
        if node not in self._nodes:
            self._nodes[node] = reduce(both, map(self._schema, node), _ANYTHING)
        return self._nodes[node]

    def branches(self, shape: Shape) -> tuple[Shape, ...]:
        """The shape once for each member of its first union, without null; itself where it
        has none."""
        if not shape.unions:
            return (shape,)
        union = shape.unions[0]
        return tuple(self._branch(shape, union, member) for member in union.members)

    def component(self, node: Node) -> str | None:
        """The name of the component that `node` refers to; None where it is written inline."""
        if len(node) != 1:
            return None
        target = self.document.find(node[0])
        reference = target.get("$ref") if isinstance(target, dict) else None
        if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
            name = unquote(reference).removeprefix("#/components/schemas/")
            return None if "/" in name else name
        return None

    def extending(self, pointer: str) -> tuple[str, ...]:
        """The names of components that name the schema at `pointer` in their `allOf`."""
        if self._extending is None:
            self._extending = defaultdict(list)
            for name, node in self.document.find("/components/schemas").items():
                for part in node.get("allOf") or () if isinstance(node, dict) else ():
                    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                        self._extending[unquote(part["$ref"][1:])].append(name)
        return tuple(self._extending.get(pointer, ()))

    def _branch(self, shape: Shape, union: Union, member: str) -> Shape:
        key = (shape.key, f"{union.pointer} {member}")
        if key not in self._branches:
            inner = self._schema(member)
            branch = both(inner, shape.without(union))
            # Null is the union's affair.
            self._branches[key] = replace(branch, null=False, pointer=inner.pointer)
        return self._branches[key]

    def _schema(self, pointer: str) -> Shape:
        if pointer in self._schemas:
            return self._schemas[pointer]
        if pointer in self._open:
            # A schema that is part of itself adds nothing.
            return _ANYTHING
        self._open.add(pointer)
        shape = self._read(pointer, self.document.find(pointer))
        self._open.discard(pointer)
        self._schemas[pointer] = shape
        return shape

    def _read(self, pointer: str, node: Any) -> Shape:
        if not isinstance(node, dict):
            return replace(
                _NOTHING if node is False else _ANYTHING, key=(pointer,), pointer=pointer
            )
        nullable = self.document.is_legacy and node.get("nullable") is True
        reference = node.get("$ref", node.get("$dynamicRef"))
        if isinstance(reference, str):
            if self.document.is_legacy:
                node = {key: node[key] for key in node if key in _LEGACY_BESIDE_REFERENCE}
            target = self._schema(unquote(reference[1:]))
            beside = node.keys() - {"$ref", "$dynamicRef"}
            shape = both(self._own(pointer, node), target) if beside else target
            shape = replace(shape, pointer=target.pointer)
        else:
            shape = self._own(pointer, node)
            for index in range(len(node.get("allOf", ()))):
                shape = both(shape, self._schema(join(pointer, "allOf", index)))
        return replace(shape, null=True) if nullable else shape

    def _own(self, pointer: str, node: Mapping[str, Any]) -> Shape:
        """What the keywords of one schema say by themselves."""
        types, null = _types(node)
        values = _values(node)
        if values is not None:
            legacy_null = self.document.is_legacy and node.get("nullable") is True
            null = legacy_null or (null and None in values)
            values = tuple(value for value in values if value is not None)
            types &= frozenset(filter(None, map(type_of, values)))
        limits = dict(_limits(node, pointer, types))
        multiples = _multiples(node, pointer)
        if any(float(each.value).is_integer() for each in multiples):
            types -= {"fraction"}
        shape = Shape(
            key=(pointer,),
            pointer=pointer,
            types=types,
            null=null,
            values=values,
            values_at=join(pointer, "const" if "const" in node else "enum"),
            is_open_enum=any(node.get(key) for key in _OPEN_ENUM),
            limits=limits,
            multiples=multiples,
            texts={
                (key, str(node[key])): join(pointer, key)
                for key in _TEXTS
                if node.get(key) is not None
                and not (key == "pattern" and node[key] in _EMPTY_PATTERNS)
            },
            required={
                name: join(pointer, "required", index)
                for index, name in enumerate(node.get("required") or ())
            },
            properties=_below(node, pointer, "properties"),
            patterns=_below(node, pointer, "patternProperties"),
            names=_node(node, pointer, "propertyNames"),
            dependents=dict(dependents(node, pointer)),
            dependent_schemas={
                name: inner
                for name, inner in _below(node, pointer, "dependentSchemas").items()
                if only_required(node["dependentSchemas"][name]) is None
            },
            tuples=_tuples(node, pointer),
            unique=join(pointer, "uniqueItems") if node.get("uniqueItems") is True else None,
            contains=_contains(node, pointer),
            nots=() if _is_negation(node.get("not")) else _node(node, pointer, "not"),
            conditions=_conditions(node, pointer),
            discriminator=node.get("discriminator"),
            discriminator_at=join(pointer, "discriminator") if "discriminator" in node else "",
            default=(node["default"], join(pointer, "default")) if "default" in node else None,
            read_only=node.get("readOnly") is True,
            write_only=node.get("writeOnly") is True,
            deprecated=join(pointer, "deprecated") if node.get("deprecated") is True else None,
        )
        shape = _others(shape, node, pointer)
        if node.get("not") is True or (
            isinstance(node.get("not"), dict) and not _says_something(node["not"])
        ):
            # Nothing is not anything.
            shape = both(shape, _NOTHING)
        if any(self._schema(excluded).null for excluded in shape.nots):
            shape = replace(shape, null=False)
        if _is_negation(node.get("not")):
            shape = both(shape, self._schema(join(pointer, "not", "not")))
        for keyword in ("oneOf", "anyOf"):
            if node.get(keyword):
                shape = self._with_union(shape, node, pointer, keyword)
        return shape

    def _with_union(
        self, shape: Shape, node: Mapping[str, Any], pointer: str, keyword: str
    ) -> Shape:
        pointers = [join(pointer, keyword, index) for index in range(len(node[keyword]))]
        members = {member: self._schema(member) for member in pointers}
        nulls = sum(member.null for member in members.values())
        is_exclusive = keyword == "oneOf" and "discriminator" not in node
        null = shape.null and (nulls == 1 if is_exclusive else nulls > 0)
        kept = tuple(member for member, inner in members.items() if inner.types)
        if len(kept) == 1:
            # `anyOf: [X, {type: null}]` is X, nullable.
            inner = members[kept[0]]
            merged = both(shape, replace(inner, null=True))
            return replace(merged, null=null, pointer=inner.pointer)
        union = Union(keyword, kept, join(pointer, keyword))
        types = frozenset[str]().union(*(members[member].types for member in kept))
        return replace(shape, unions=(*shape.unions, union), null=null, types=shape.types & types)


def _types(node: Mapping[str, Any]) -> tuple[frozenset[str], bool]:
    written = node.get("type")
    if written is None:
        return ALL_TYPES, True
    names = written if isinstance(written, list) else [written]
    return frozenset[str]().union(*map(types_of, names)), "null" in names


def _values(node: Mapping[str, Any]) -> tuple[Any, ...] | None:
    listed = tuple(node["enum"]) if isinstance(node.get("enum"), list) else None
    if "const" not in node:
        return listed
    return (node["const"],) if listed is None or among(node["const"], listed) else ()


def _limits(
    node: Mapping[str, Any], pointer: str, types: frozenset[str]
) -> Iterator[tuple[str, Limit]]:
    for keyword, other in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        found = []
        if node.get(keyword) is not None:
            found.append(Limit(node[keyword], join(pointer, keyword), node.get(other) is True))
        if node.get(other) is not None and not isinstance(node[other], bool):
            found.append(Limit(node[other], join(pointer, other), exclusive=True))
        if found:
            pick = max if keyword == "minimum" else min
            tightest = pick(limit.value for limit in found)
            limit = [each for each in found if each.value == tightest][-1]
            yield keyword, _of_integers(limit, keyword) if "fraction" not in types else limit
    for keyword in _SIZES:
        size = node.get(keyword)
        if size is not None and not (keyword.startswith("min") and size <= 0):
            yield keyword, Limit(size, join(pointer, keyword))


def _of_integers(limit: Limit, keyword: str) -> Limit:
    """Above 0 is from 1 on."""
    value = limit.value
    if not math.isfinite(value):
        return limit
    if keyword == "minimum":
        value = math.floor(value) + 1 if limit.exclusive else math.ceil(value)
    else:
        value = math.ceil(value) - 1 if limit.exclusive else math.floor(value)
    return Limit(value, limit.pointer)


def _multiples(node: Mapping[str, Any], pointer: str) -> tuple[Limit, ...]:
    step = node.get("multipleOf")
    return (Limit(step, join(pointer, "multipleOf")),) if step else ()


def _node(node: Mapping[str, Any], pointer: str, keyword: str) -> Node:
    return (join(pointer, keyword),) if _says_something(node.get(keyword)) else ()


def _says_something(schema: Any) -> bool:
    if isinstance(schema, dict):
        return any(key not in ANNOTATIONS and not key.startswith("x-") for key in schema)
    return schema is False


def _is_negation(schema: Any) -> bool:
    """Whether a schema says nothing but `not`, and so means the reverse within another."""
    return isinstance(schema, dict) and schema.keys() - ANNOTATIONS == {"not"}


def _below(node: Mapping[str, Any], pointer: str, keyword: str) -> Mapping[str, Node]:
    return {name: (join(pointer, keyword, name),) for name in node.get(keyword) or ()}


def _others(shape: Shape, node: Mapping[str, Any], pointer: str) -> Shape:
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if node.get(keyword) is False:
            shape = replace(shape, closed=join(pointer, keyword))
        elif _says_something(node.get(keyword)):
            shape = replace(shape, others=(*shape.others, join(pointer, keyword)))
    return shape


def _tuples(node: Mapping[str, Any], pointer: str) -> tuple[Tuple, ...]:
    items = node.get("items")
    key = "prefixItems"
    if isinstance(items, list):
        key, items, rest = "items", node.get("additionalItems"), "additionalItems"
    else:
        rest = "items"
    first = node.get(key) if isinstance(node.get(key), list) else None
    if items is None and node.get("unevaluatedItems") is not None:
        items, rest = node["unevaluatedItems"], "unevaluatedItems"
    if first is None and items is None:
        return ()
    firsts = tuple((join(pointer, key, index),) for index in range(len(first or ())))
    others = None if items is False else (join(pointer, rest),) if _says_something(items) else ()
    return (Tuple(firsts, others, join(pointer, rest if items is not None else key)),)


def _contains(node: Mapping[str, Any], pointer: str) -> tuple[Contains, ...]:
    if "contains" not in node:
        return ()
    inner = _node(node, pointer, "contains")
    least = int(node.get("minContains", 1))
    return (Contains(inner, least, node.get("maxContains"), join(pointer, "contains")),)


def _conditions(node: Mapping[str, Any], pointer: str) -> tuple[Condition, ...]:
    if "if" not in node or not {"then", "else"} & node.keys() or of_condition(node) is not None:
        return ()
    then, otherwise = _node(node, pointer, "then"), _node(node, pointer, "else")
    return (Condition((join(pointer, "if"),), then, otherwise, join(pointer, "if")),)
