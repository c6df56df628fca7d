"""What one schema says about values, whatever words its author chose.

References are followed, `allOf` is merged in, null stands apart, alternatives are left as they
are. A schema within a schema is a `Node`: the pointers of the schemas that all hold for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from accord.gates.law.values import ALL_TYPES

Node = tuple[str, ...]
"""Pointers of schemas that hold together; none: anything goes."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound and where it is written; `exclusive`: the bound itself is out."""

    value: Any
    pointer: str
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Tuple:
    """What one schema says about the items of an array: the first ones, then the `rest` (None:
    no more may come; `()`: anything)."""

    first: tuple[Node, ...]
    rest: Node | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Contains:
    node: Node
    least: int
    most: int | None
    pointer: str


@dataclass(frozen=True, slots=True)
class Condition:
    """`if`, `then` and `else`; the last two may be `()`."""

    test: Node
    then: Node
    otherwise: Node
    pointer: str


@dataclass(frozen=True, slots=True)
class Union:
    """`oneOf` or `anyOf` at `pointer`, members that are only null left out."""

    keyword: str
    members: tuple[str, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Shape:
    """`key` tells shapes of one document apart. `types` are of `ALL_TYPES`, without null; `values`
    are the only ones that are left, without null (None: no such list)."""

    key: tuple[str, ...] = ()
    pointer: str = ""
    types: frozenset[str] = ALL_TYPES
    null: bool = True
    values: tuple[Any, ...] | None = None
    values_at: str = ""
    is_open_enum: bool = False
    limits: Mapping[str, Limit] = field(default_factory=dict)
    multiples: tuple[Limit, ...] = ()
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(`pattern`, `format`, `contentEncoding` or `contentMediaType`; its value) → pointer."""
    required: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, Node] = field(default_factory=dict)
    patterns: Mapping[str, Node] = field(default_factory=dict)
    """`patternProperties`."""
    others: Node = ()
    """What all properties must be that are not declared."""
    closed: str | None = None
    """Where it says that there are no others."""
    names: Node = ()
    dependents: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(property, the one it needs) → pointer."""
    dependent_schemas: Mapping[str, Node] = field(default_factory=dict)
    tuples: tuple[Tuple, ...] = ()
    unique: str | None = None
    contains: tuple[Contains, ...] = ()
    unions: tuple[Union, ...] = ()
    nots: Node = ()
    conditions: tuple[Condition, ...] = ()
    discriminator: Mapping[str, Any] | None = None
    discriminator_at: str = ""
    default: tuple[Any, str] | None = None
    read_only: bool = False
    write_only: bool = False
    deprecated: str | None = None

    def item(self, index: int) -> Node | None:
        """What the item at `index` must be; None: there may be none."""
        found: list[str] = []
        for each in self.tuples:
            node = each.first[index] if index < len(each.first) else each.rest
            if node is None:
                return None
            found += [pointer for pointer in node if pointer not in found]
        return tuple(found)

    @property
    def first_items(self) -> int:
        """How many items have schemas of their own."""
        return max((len(each.first) for each in self.tuples), default=0)

    def limit(self, keyword: str) -> Limit | None:
        return self.limits.get(keyword)

    def without(self, union: Union) -> Shape:
        """The same without one of its unions, and without what tells its members apart."""
        kept = tuple(each for each in self.unions if each is not union)
        key = (*self.key, f"-{union.pointer}")
        return replace(self, unions=kept, discriminator=None, discriminator_at="", key=key)


LOWER = frozenset(("minimum", "minLength", "minItems", "minProperties"))
UPPER = frozenset(("maximum", "maxLength", "maxItems", "maxProperties"))


def both(one: Shape, two: Shape) -> Shape:
    """The shape of what both take. Annotations are those of the first that has them."""
    values, at = one.values, one.values_at
    if two.values is not None:
        if values is None:
            values, at = two.values, two.values_at
        else:
            values = tuple(value for value in values if value in two.values)
    return Shape(
        key=one.key + tuple(key for key in two.key if key not in one.key),
        pointer=one.pointer or two.pointer,
        types=one.types & two.types,
        null=one.null and two.null,
        values=values,
        values_at=at,
        is_open_enum=one.is_open_enum or two.is_open_enum,
        limits=dict(_tighter(one.limits, two.limits)),
        multiples=_joined(one.multiples, two.multiples),
        texts={**two.texts, **one.texts},
        required={**two.required, **one.required},
        properties=_nodes(one.properties, two.properties),
        patterns=_nodes(one.patterns, two.patterns),
        others=_joined(one.others, two.others),
        closed=one.closed or two.closed,
        names=_joined(one.names, two.names),
        dependents={**two.dependents, **one.dependents},
        dependent_schemas=_nodes(one.dependent_schemas, two.dependent_schemas),
        tuples=_joined(one.tuples, two.tuples),
        unique=one.unique or two.unique,
        contains=_joined(one.contains, two.contains),
        unions=_joined(one.unions, two.unions),
        nots=_joined(one.nots, two.nots),
        conditions=_joined(one.conditions, two.conditions),
        discriminator=one.discriminator or two.discriminator,
        discriminator_at=one.discriminator_at or two.discriminator_at,
        default=one.default or two.default,
        read_only=one.read_only or two.read_only,
        write_only=one.write_only or two.write_only,
        deprecated=one.deprecated or two.deprecated,
    )


def _joined(one: tuple[Any, ...], two: tuple[Any, ...]) -> tuple[Any, ...]:
    return one + tuple(each for each in two if each not in one)


def _nodes(one: Mapping[str, Node], two: Mapping[str, Node]) -> Mapping[str, Node]:
    if not one or not two:
        return one or two
    return {**two, **{name: _joined(node, two.get(name, ())) for name, node in one.items()}}


def _tighter(one: Mapping[str, Limit], two: Mapping[str, Limit]) -> Iterator[tuple[str, Limit]]:
    yield from one.items()
    for keyword, limit in two.items():
        other = one.get(keyword)
        if other is None:
            yield keyword, limit
        elif limit.value == other.value:
            yield keyword, limit if limit.exclusive else other
        elif (limit.value > other.value) == (keyword in LOWER):
            yield keyword, limit
