"""Who says whether a schema takes a value: a fast validator for the search, and an independent one
for what it found. Neither the law nor the search knows anything of either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs

from accord.gates.law.shape import Node
from accord.gates.law.shapes import Shapes
from accord.gates.law.verdict import Way
from accord.gates.witness.formats import FORMATS
from accord.gates.witness.plain import Plain, Schema

CANNOT_JUDGE = (
    jsonschema_rs.ValidationError,
    jsonschema.SchemaError,
    re.error,
    RecursionError,
    ValueError,
    OverflowError,
)
"""What validators raise for schemas that are none, and for patterns that are none to them."""
_FORMATS = jsonschema.FormatChecker()
for _name, _check in FORMATS.items():
    _FORMATS.checks(_name)(_check)


class Reading:
    """One document as messages that go `way` are held to it, told or open."""

    def __init__(self, shapes: Shapes, way: Way, *, told: bool) -> None:
        self.shapes = shapes
        self.way = way
        self.told = told
        self._plain = Plain(shapes, way, told=told)
        self.exact = Plain(shapes, way, told=told, for_python=True)
        """Its schemas, for the independent validator."""
        self._fast: dict[Node, jsonschema_rs.Draft202012Validator] = {}

    def takes(self, node: Node, value: Any) -> bool:
        """Whether the schemas of `node` take a value, as the fast validator says."""
        if node not in self._fast:
            document = self._plain.document(self._plain.schema(node))
            self._fast[node] = fast(document)
        return self._fast[node].is_valid(value)


def fast(document: Schema) -> jsonschema_rs.Draft202012Validator:
    """The search's validator of a whole schema."""
    return jsonschema_rs.Draft202012Validator(
        document, validate_formats=True, formats=dict(FORMATS), ignore_unknown_formats=True
    )


def independent(document: Schema) -> jsonschema.Draft202012Validator:
    """The validator that has the last word."""
    return jsonschema.Draft202012Validator(document, format_checker=_FORMATS)


def faults(
    validator: jsonschema.Draft202012Validator, value: Any
) -> Iterator[jsonschema.ValidationError]:
    """What the independent validator has against a value, alternatives and all."""
    pending = list(validator.iter_errors(value))
    while pending:
        error = pending.pop(0)
        yield error
        pending += error.context or ()
