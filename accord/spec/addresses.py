"""Operations at one address: paths that differ in their `#fragment` alone are one path to a caller.

They are told apart by the query parameters that they require, then by their bodies: by media type,
and by what an object of it must have. Those that nothing tells apart are not addressable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accord.spec.ir import Operation, Schema

_PREFIX = "#/components/schemas/"
Schemas = Mapping[str, Schema]


def not_addressable(operations: Iterable[Operation], schemas: Schemas) -> tuple[str, ...]:
    """The ids of operations that no request could reach: another one answers all of theirs."""
    lost = []
    for group in _groups(operations):
        known: list[Any] = []
        for operation in group if len(group) > 1 else ():
            signs = _signs(operation, schemas)
            if signs in known:
                lost.append(operation.id)
            known.append(signs)
    return tuple(lost)


def by_address(operations: Iterable[Operation], schemas: Schemas) -> list[Operation]:
    """The operations in their order, but of those at one address the ones first that ask for
    more."""
    ordered: list[Operation] = []
    for group in _groups(operations):
        if len(group) > 1:
            group.sort(key=lambda operation: _demands(operation, schemas))
        ordered += group
    return ordered


def _groups(operations: Iterable[Operation]) -> Iterable[list[Operation]]:
    groups: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        groups.setdefault((operation.method, operation.path), []).append(operation)
    return groups.values()


def _signs(operation: Operation, schemas: Schemas) -> tuple[Any, ...]:
    """What a request must have to be for this operation."""
    bodies = {
        media.type: _object_signs(media.schema or {}, schemas)
        for media in (operation.body.media if operation.body else ())
    }
    return _required_query(operation), bodies


def _demands(operation: Operation, schemas: Schemas) -> tuple[int, int, int]:
    """The more an operation asks for, the smaller; values that it leaves open count last."""
    _, bodies = _signs(operation, schemas)
    required = max((len(names) for names, _ in bodies.values()), default=0)
    open_values = min(
        (sum(map(len, values.values())) - 1000 * len(values) for _, values in bodies.values()),
        default=0,
    )
    return -len(_required_query(operation)), -required, open_values


def _required_query(operation: Operation) -> frozenset[str]:
    return frozenset(
        one.name for one in operation.parameters if one.location == "query" and one.required
    )


def _object_signs(schema: Schema, schemas: Schemas) -> tuple[frozenset[str], dict[str, list[str]]]:
    """The properties that an object must have, and of those with few values the values."""
    properties, required = _flat(schema, schemas, frozenset())
    values: dict[str, list[str]] = {}
    for name, inner in properties.items():
        resolved = _resolved(inner, schemas)
        listed = [resolved["const"]] if "const" in resolved else resolved.get("enum", ())
        if listed and name in required:
            values[name] = sorted(map(repr, listed))
    return frozenset(required), values


def _flat(
    schema: Schema, schemas: Schemas, seen: frozenset[str]
) -> tuple[dict[str, Schema], set[str]]:
    """The properties of an object with those of its `allOf`, and the names it requires."""
    name = str(schema.get("$ref", "")).removeprefix(_PREFIX)
    if name:
        return ({}, set()) if name in seen else _flat(schemas[name], schemas, seen | {name})
    properties = dict(schema.get("properties", {}))
    required = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        inner, needed = _flat(part, schemas, seen)
        properties |= inner
        required |= needed
    return properties, required


def _resolved(schema: Schema, schemas: Schemas) -> Schema:
    seen: set[str] = set()
    while (name := str(schema.get("$ref", "")).removeprefix(_PREFIX)) and name not in seen:
        seen.add(name)
        schema = schemas[name]
    return schema
