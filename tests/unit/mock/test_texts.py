"""Text that a schema accepts."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from accord.mock.texts import text


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^[0-9a-f]+$", "minLength": 40, "maxLength": 64},
        {"pattern": "^[A-Z]{3}-[0-9]{4}$"},
        {"pattern": "^a+b$", "minLength": 30},
        {"pattern": r"^\S+@\S+$", "minLength": 12, "maxLength": 12},
        {"pattern": "^(?!x)[a-z]{2,}$"},
    ],
)
def test_a_pattern_and_a_length_are_both_kept(schema: dict[str, Any]) -> None:
    """Also where the simplest text of the pattern is too short."""
    made = text(schema, Random(0))
    assert re.search(schema["pattern"], made)
    assert schema.get("minLength", 0) <= len(made) <= schema.get("maxLength", 1000)


def test_plain_words_have_the_right_length() -> None:
    """Short ones are cut, long ones go on."""
    assert len(text({"minLength": 50, "maxLength": 55}, Random(1))) in range(50, 56)
    assert len(text({"maxLength": 2}, Random(1))) == 2
