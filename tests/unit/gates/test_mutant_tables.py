"""The labels of schema pairs, held against an independent JSON Schema validator."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from scripts.mutants.kinds.tables import NARROWINGS, REWORDINGS, Narrowing, Rewording

SAMPLES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 3, 4, 5, 6, 10, 11, -1, 0.5, 1.0, 0.25, 1e9, "", "a", "b", "c"),
    *("x", "ab", "abc", "long", "x" * 30, "1", "true", "2026-01-31", "10.0.0.1", "a@b.example"),
    *(
        "::1",
        ["abc"],
        [],
        [1],
        [1, 2],
        ["a"],
        ["a", 1],
        ["a", 1, 2],
        ["a", -1],
        ["a", "b"],
        ["x", "x"],
        [None],
    ),
    *({}, {"a": "x"}, {"b": "x"}, {"c": 1}, {"a": 1}, {"a": 2}, {"a": "x", "b": "x"}, {"A": 1}),
    *({"a": "x", "b": "long"}, {"a": "x", "b": "x", "c": "x"}, {"x-a": "b"}, {"xa": 1}),
    *({"kind": "x"}, {"kind": "y"}, {"kind": "x", "n": 1}, {"kind": "y", "m": "a"}, {"z": None}),
    *({"kind": "x", "n": 7, "m": "a"}, {"a": ["x"]}, {"a": {"b": "x"}}, {"a": {"b": 1}}),
)
"""Values of every type, that every keyword of the tables tells apart."""


def takes(schema: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(value)


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, id=name) for name, pairs in NARROWINGS.items() for pair in pairs]
)
def test_narrower(pair: Narrowing) -> None:
    """The narrower schema takes nothing that the wider one refuses, and refuses what is told."""
    assert takes(pair.wide, pair.told)
    assert not takes(pair.narrow, pair.told)
    assert [value for value in SAMPLES if takes(pair.narrow, value)], "it takes nothing at all"
    assert not [
        value for value in SAMPLES if takes(pair.narrow, value) and not takes(pair.wide, value)
    ]


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, id=name) for name, pairs in REWORDINGS.items() for pair in pairs]
)
def test_same(pair: Rewording) -> None:
    """Both schemas take the same values."""
    assert not [value for value in SAMPLES if takes(pair.one, value) != takes(pair.other, value)]
