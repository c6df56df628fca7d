"""ECMA-262 patterns in the dialects of pydantic and Python: the same texts match."""

from __future__ import annotations

import re
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from accord.codegen.patterns import python_pattern, rust_pattern

# pattern, texts that match, texts that do not
CASES = [
    (r"^\d+$", ["0", "42"], ["", "٣", "4a", "42\n"]),
    (r"^[\w-.]+$", ["a-b.c", "_"], ["é", "a b"]),
    (r"^(?!a)b", ["b"], ["ab"]),
    (r"^[^]$", ["\n", "x"], ["", "xx"]),
    (r"^[]$", [], ["", "x"]),
    (r"^a{,3}$", ["a{,3}"], ["aaa"]),
    (r"^{id}$", ["{id}"], ["id"]),
    (r"^[[a]+$", ["[a["], ["b"]),
    (r"^[a&&b]+$", ["a&b"], ["c"]),
    (r"^\/v\d$", ["/v2"], ["v2"]),
    (r"^(?<y>\d)-\k<y>$", ["1-1"], ["1-2"]),
    (r"^(?:a(?<n>\d)|(?<n>\d)b)$", ["a1", "1b"], ["a1b", "1"]),
    (r"^\u{1F600}\u0041$", ["\U0001f600A"], ["A"]),
    (r"^\cJ\0$", ["\n\0"], ["J0"]),
    (r"^\_\@$", ["_@"], ["@"]),
    (r"\bcat\b", ["a cat"], ["concat"]),
    (r"^[^\d\s]$", ["x"], ["1", " "]),
    (r"^[\b]$", ["\x08"], ["b"]),
]


@pytest.mark.parametrize(("pattern", "fits", "does_not"), CASES, ids=[case[0] for case in CASES])
def test_what_matches_is_what_ecma_says(pattern: str, fits: list[str], does_not: list[str]) -> None:
    """In Python's dialect always, in pydantic's wherever its engine takes the pattern."""
    compiled = re.compile(python_pattern(pattern))
    assert [bool(compiled.search(text)) for text in fits + does_not] == [
        *[True] * len(fits),
        *[False] * len(does_not),
    ]
    native = rust_pattern(pattern)
    if native is not None:
        adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(pattern=native)])
        for text in fits:
            adapter.validate_python(text)
        for text in does_not:
            with pytest.raises(ValidationError):
                adapter.validate_python(text)


@pytest.mark.parametrize("pattern", [r"^(?=a)", r"(a)\1", r"^\w{1,9999}$" * 40])
def test_look_around_and_the_like_are_left_to_python(pattern: str) -> None:
    """pydantic's engine is not asked for what it does not have."""
    assert rust_pattern(pattern) is None
    re.compile(python_pattern(pattern))


@pytest.mark.parametrize("pattern", ["(", "[a", r"(?<n>a)\k<m>"])
def test_what_is_no_regular_expression_is_refused(pattern: str) -> None:
    """The message names the pattern."""
    assert rust_pattern(pattern) is None
    with pytest.raises(ValueError, match="is a regular expression neither"):
        python_pattern(pattern)
