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
    assert merge(first, second) == both
    assert (repr(first), repr(second)) == before
