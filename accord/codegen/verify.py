"""What was written against what the IR says: names, members, properties, references, null."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from accord.codegen.expressions import is_any, members_of, names_in, takes_none
from accord.codegen.schemas import PREFIX, Schemas, names_below
from accord.codegen.written import Written
from accord.errors import Fault
from accord.spec.ir import Contract, Schema


def differences(contract: Contract, schemas: Schemas, written: Written) -> Iterator[Fault]:
    """Where what was written is not what the IR says."""

    def fault(name: str, below: str, reason: str) -> Fault:
        return Fault(
            contract.source,
            0,
            0,
            f"{PREFIX[1:]}{name}{below}",
            f"{name} did not become the Python that the contract asks for: {reason}",
            "say this part of the schema in a simpler way, and report it to accord",
        )

    for name in schemas.named:
        kind, flat = schemas.kind(name), schemas.flat(name)
        if kind == "enum":
            enumeration = written.enums.get(name)
            members = list(enumeration.members.values()) if enumeration else []
            if not _same_values(members, flat["enum"]):
                yield fault(name, "/enum", f"its members became {members!r:.200}")
        elif kind == "object":
            model = written.models.get(name)
            fields, properties = model.fields if model else {}, flat.get("properties", {})
            for wire in sorted(properties.keys() - fields.keys()):
                yield fault(name, "/properties", f"the property {wire!r} is missing")
            for wire in sorted(fields.keys() - properties.keys()):
                yield fault(name, "/properties", f"it has a property {wire!r} of its own")
            for wire in properties.keys() & fields.keys():
                if reason := _wrong_type(schemas, properties[wire], fields[wire][1]):
                    yield fault(name, "/properties", f"the property {wire!r} {reason}")
        elif reason := _wrong_type(schemas, flat, written.type_of(flat)):
            yield fault(name, "", f"it {reason}")


def _wrong_type(schemas: Schemas, schema: Schema, node: ast.expr) -> str:
    """How the type differs from the schema in what it mentions or in taking null; empty if not."""
    mentioned, wanted = set(names_in(node)), set(names_below(schema))
    if mentioned != wanted and not is_any(node):
        return f"mentions {sorted(mentioned ^ wanted)}"
    if not any(map(is_any, members_of(node))) and takes_none(node) != schemas.says_null(schema):
        return "takes null" if takes_none(node) else "does not take null"
    return ""


def _same_values(first: list[Any], second: list[Any]) -> bool:
    return [(type(value), value) for value in first] == [(type(value), value) for value in second]
