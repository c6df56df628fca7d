"""allOf: what can never end, and what nothing can satisfy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.spec.findings import Findings
from accord.spec.pointers import join

_Types = frozenset[str] | None


def check_compositions(schemas: Mapping[str, Mapping[str, Any]], findings: Findings) -> None:
    """Faults for each allOf that contains itself, warnings for those of types that exclude each
    other. `schemas` are keyed by pointer, and so are their references."""
    ringed: set[str] = set()
    done: set[str] = set()
    for key in schemas:
        ringed |= _rings(key, schemas, done)
    for key in sorted(ringed):
        findings.fault(
            key, "this schema contains itself through allOf", "take one of the allOf members out"
        )
    known: dict[str, _Types] = {}
    for key, schema in schemas.items():
        if "allOf" in schema and not ringed:
            types = _types(schema, schemas, known)
            if types is not None and not types:
                findings.warn(
                    join(key, "allOf"),
                    "the members of this allOf have types that exclude each other",
                    "give all members the same type",
                )


def _steps(schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"]
    for member in schema.get("allOf", ()):
        yield from _steps(member)


def _rings(start: str, schemas: Mapping[str, Mapping[str, Any]], done: set[str]) -> set[str]:
    """The schemas on a ring that is reached from `start`, by a walk in depth first."""
    ringed: set[str] = set()
    path: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(key: str) -> None:
        path.append(key)
        stack.append((key, _steps(schemas.get(key, {}))))

    if start not in done:
        enter(start)
    while stack:
        key, steps = stack[-1]
        following = next(steps, None)
        if following is None:
            stack.pop()
            path.pop()
            done.add(key)
        elif following in path:
            ringed.update(path[path.index(following) :])
        elif following not in done:
            enter(following)
    return ringed


def _types(
    schema: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
    known: dict[str, _Types],
) -> _Types:
    """The types that a schema leaves, None for all; `known` are those of named schemas so far."""
    left: _Types = None
    found = schema.get("type")
    if found is not None:
        left = frozenset([found] if isinstance(found, str) else found)
        if "number" in left:
            left |= {"integer"}
    members = [_types(part, schemas, known) for part in schema.get("allOf", ())]
    if "$ref" in schema:
        key = schema["$ref"]
        if key not in known:
            known[key] = _types(schemas.get(key, {}), schemas, known)
        members.append(known[key])
    for types in members:
        if types is not None:
            left = types if left is None else left & types
    return left
