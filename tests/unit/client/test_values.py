"""JSON values and Python's."""

from __future__ import annotations

import datetime
import enum
import json
from typing import Any
from uuid import UUID

import pytest

from accord.client.values import (
    UNSET,
    UnknownNumber,
    UnknownText,
    given,
    items,
    known,
    members,
    parse_datetime,
    write,
)


class Color(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"a": UNSET, "b": None}, {"b": None}),
        ((1, "x"), [1, "x"]),
        (frozenset({1}), [1]),
        (Color.RED, "red"),
        (UnknownText("new"), "new"),
        (UnknownNumber(7), 7),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime.date(2024, 2, 29), "2024-02-29"),
        (datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC), "2024-02-29T00:00:00+00:00"),
    ],
)
def test_written(value: Any, data: Any) -> None:
    """As JSON has it, of plain types: what is not there is left out."""
    written = write(value)
    assert written == data
    assert type(written) is type(data)


def test_what_has_no_json() -> None:
    """Is named, with its type."""
    with pytest.raises(TypeError, match="complex"):
        write([1j])


def test_members_of_enums() -> None:
    """Known ones are what they are; others are told apart, and are still text or number."""
    assert type(known("a", {"a"})) is str
    assert isinstance(known("b", {"a"}), UnknownText)
    assert isinstance(known(2, {1}), UnknownNumber)
    assert json.dumps([known("b", {"a"}), known(2, {1})]) == '["b", 2]'


def test_absence() -> None:
    """Nothing is read of what is null or not there."""
    assert given(int, UNSET) is UNSET
    assert given(int, None) is None
    assert given(int, "3") == 3


@pytest.mark.parametrize("read", [items, members])
def test_garbage(read: Any) -> None:
    """A text is neither array nor object."""
    with pytest.raises(TypeError, match="'text' is no"):
        read("text")


def test_times() -> None:
    """RFC 3339 takes small letters, and more digits than Python keeps."""
    assert parse_datetime("2024-02-29t12:00:00.123456789z").isoformat() == (
        "2024-02-29T12:00:00.123456+00:00"
    )
