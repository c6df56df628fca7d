"""Two schemas as one that accepts what both accept."""

from __future__ import annotations

from typing import Any

import pytest

from accord.codegen.compose import merge


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({"minimum": 1}, {"minimum": 3}, {"minimum": 3}),
        ({"maxLength": 1}, {"maxLength": 3}, {"maxLength": 1}),
        ({"required": ["a"]}, {"required": ["b", "a"]}, {"required": ["a", "b"]}),
        ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}, {"enum": ["b"]}),
        ({"type": "number"}, {"type": "integer"}, {"type": "integer"}),
        ({"type": ["string", "null"]}, {"type": "string"}, {"type": "string"}),
        (
            {"additionalProperties": True},
            {"additionalProperties": False},
            {"additionalProperties": False},
        ),
        ({"$ref": "#/a"}, {"$ref": "#/b"}, {"$ref": "#/b"}),
        (
            {"properties": {"a": {"type": "string"}, "b": {}}},
            {"properties": {"a": {"const": "x"}}},
            {"properties": {"a": {"type": "string", "const": "x"}, "b": {}}},
        ),
    ],
)
def test_the_narrower_wins(first: Any, second: Any, both: Any) -> None:
    """Neither schema is changed."""
    before = (repr(first), repr(second))
    assert merge(first, second).schema == both
    assert (repr(first), repr(second)) == before


@pytest.mark.parametrize(
    ("first", "second", "exact"),
    [
        ({"type": "string"}, {"minLength": 1, "description": "Long."}, True),
        ({"$ref": "#/a"}, {"description": "An a."}, True),
        ({"$ref": "#/a"}, {"minLength": 1}, False),
        ({"pattern": "a"}, {"pattern": "b"}, False),
        ({"multipleOf": 4}, {"multipleOf": 6}, True),
        ({"multipleOf": 0.4}, {"multipleOf": 6}, False),
        ({"properties": {"a": {"$ref": "#/a"}}}, {"properties": {"a": {"type": "null"}}}, False),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"properties": {}}, True),
        ({"additionalProperties": False}, {"properties": {"b": {}}}, False),
        ({"anyOf": [{}]}, {"anyOf": [{"type": "null"}]}, False),
        ({"enum": ["a"]}, {"const": "a"}, False),
        ({"type": ["integer", "string"]}, {"type": ["number", "null"]}, True),
        ({"type": "integer"}, {"type": "string"}, False),
    ],
)
def test_what_one_schema_cannot_say_is_known(first: Any, second: Any, exact: bool) -> None:
    """Whichever comes first."""
    assert merge(first, second).exact is exact
    assert merge(second, first).exact is exact
