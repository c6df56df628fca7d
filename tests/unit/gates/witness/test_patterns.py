"""Texts for patterns."""

from __future__ import annotations

import re

import pytest

from accord.codegen.patterns import python_pattern
from accord.gates.witness.patterns import texts


@pytest.mark.parametrize(
    "pattern",
    ["^[a-z]+$", r"^\d{4}-\d\d$", "^(a|b){2,}x?$", r"(\w)\1", "^[^/ ]{3}$", "x", r"^\S+@\S+$"],
)
def test_found(pattern: str) -> None:
    """The pattern finds itself in every one of them, and they are always the same."""
    made = texts(pattern)
    assert made
    assert all(re.search(python_pattern(pattern), text) for text in made)
    assert made == texts(pattern)


def test_no_pattern() -> None:
    """What is no regular expression has none."""
    assert texts("(") == ()
