"""Discriminators: which value means which member, written out where the contract implies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.spec.pointers import split

Schemas = Mapping[str, Mapping[str, Any]]


def write_out_mappings(schemas: Mapping[str, dict[str, Any]]) -> None:
    """Completes the mapping of each union with a discriminator. `schemas` are keyed by pointer.

    A member that the author's mapping leaves out goes by the constants of its discriminating
    property. One that has none goes by its name in the contract, as OpenAPI has it: the author's
    mapping adds to that.
    """
    for schema in schemas.values():
        discriminator = schema.get("discriminator")
        members = schema.get("oneOf") or schema.get("anyOf")
        if not discriminator or not members:
            continue
        mapping = dict(discriminator.get("mapping", {}))
        mapped = set(mapping.values())
        for member in members:
            key = member.get("$ref")
            if key is None:
                continue
            values = list(_constants(key, discriminator["propertyName"], schemas))
            if key in mapped and values:
                continue
            for value in values or [split(key)[-1]]:
                mapping.setdefault(value, key)
        schema["discriminator"] = {**discriminator, "mapping": mapping}


def _constants(key: str, name: str, schemas: Schemas) -> Iterator[str]:
    """The values that a member's discriminating property may have, where they are listed."""
    waiting: list[Any] = [{"$ref": key}]
    seen: set[str] = set()
    while waiting:
        schema = waiting.pop()
        ref = schema.get("$ref")
        if ref is not None and ref not in seen:
            seen.add(ref)
            waiting.append(schemas.get(ref, {}))
        waiting.extend(schema.get("allOf", ()))
        found = schema.get("properties", {}).get(name)
        while isinstance(found, Mapping) and "$ref" in found:
            found = schemas.get(found["$ref"], {})
        if isinstance(found, Mapping):
            values = [found["const"]] if "const" in found else found.get("enum", [])
            yield from (value for value in values if isinstance(value, str))
