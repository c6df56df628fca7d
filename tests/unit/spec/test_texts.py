"""Contract text becomes plain data."""

from __future__ import annotations

from typing import Any

import pytest

from accord.errors import ContractErrors
from accord.spec.texts import parse


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("200: ok", {"200": "ok"}),
        ("true: 1", {"true": 1}),
        ("a: 2024-01-02", {"a": "2024-01-02"}),
        ("a: 2024-01-02T03:04:05Z", {"a": "2024-01-02T03:04:05Z"}),
        ("a: [yes, no, on, off, y, n]", {"a": ["yes", "no", "on", "off", "y", "n"]}),
        ("a: [true, False, TRUE]", {"a": [True, False, True]}),
        ("a: [null, ~, '', 'null']", {"a": [None, None, "", "null"]}),
        ("a:", {"a": None}),
        ("a: [012, 0o14, 0xC, -3, +4]", {"a": [12, 12, 12, -3, 4]}),
        ("a: [1.0, .5, 1e3, 1_000, 12:30]", {"a": [1.0, 0.5, 1000.0, "1_000", "12:30"]}),
        ("a: !!str 5", {"a": "5"}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"a": {"b": 1, "c": 2}, "d": {"c": 3, "b": 1}}),
        ("a: &x {b: 1}\ny: &y {c: 2}\nd: {<<: [*x, *y]}", {
            "a": {"b": 1}, "y": {"c": 2}, "d": {"b": 1, "c": 2},
        }),
        ("a: '<<'\n'<<': 1", {"a": "<<", "<<": 1}),
    ],
)  # fmt: skip
def test_yaml_is_read_by_the_core_schema(text: str, data: dict[str, Any]) -> None:
    """Keys are text, dates stay text, only true and false are booleans, as in YAML 1.2."""
    assert parse(text.encode(), "c.yaml") == data
    assert list(parse(text.encode(), "c.yaml")) == list(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_are_told_by_their_mark(encoding: str) -> None:
    """UTF-8 with and without a byte order mark, UTF-16 and UTF-32 with one, are read."""
    assert parse("a: größe".encode(encoding), "c.yaml") == {"a": "größe"}


@pytest.mark.parametrize(
    ("text", "file", "place", "reason"),
    [
        ("a: !include b.yaml", "c.yaml", (1, 4), "the tag '!include' has no meaning"),
        ("a: *b", "c.yaml", (1, 4), "has no anchor before it"),
        ("? [a]\n: b", "c.yaml", (1, 3), "a key is a mapping or a list"),
        ("a: {<<: 5}", "c.yaml", (1, 9), "merges something that is not a mapping"),
        ("a: [1", "c.yaml", (2, 1), "not YAML"),
        ('{"a": NaN}', "c.json", (0, 0), "NaN is not JSON"),
        ("[" * 100_000, "c.json", (0, 0), "nests too deeply"),
    ],
)
def test_text_that_cannot_be_read_is_placed(
    text: str, file: str, place: tuple[int, int], reason: str
) -> None:
    """A syntax error names its line and column, and what is wrong."""
    with pytest.raises(ContractErrors) as refused:
        parse(text.encode(), file)
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == place
    assert reason in fault.reason


def test_every_repeated_key_is_reported() -> None:
    """One run reports all repeated keys of a file, with the line of the first."""
    with pytest.raises(ContractErrors) as refused:
        parse(b"a: 1\nb: {c: 1, c: 2}\na: 2", "c.yaml")
    assert [(fault.line, fault.pointer) for fault in refused.value.faults] == [(2, "/b"), (3, "")]
