"""What datamodel-code-generator wrote, read back: names and types, no text."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accord.codegen.prepare import Prepared
from accord.spec.ir import Schema


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enum: `base` is StrEnum, IntEnum or Enum; members by name, in contract order."""

    name: str
    base: str
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A class: `fields` maps each property, as on the wire, to its Python name and type."""

    name: str
    fields: Mapping[str, tuple[str, ast.expr]]


@dataclass(slots=True)
class Written:
    """What datamodel-code-generator makes of a contract.

    Names of schemas in types are those of the IR; see `accord.codegen.expressions` for the rest.
    """

    prepared: Prepared
    models: dict[str, Model] = field(default_factory=dict)
    enums: dict[str, Enumeration] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)

    def type_of(self, schema: Schema) -> ast.expr:
        """The type of an inline schema, or of the body of an alias."""
        return self.values[self.prepared.value(schema)]
