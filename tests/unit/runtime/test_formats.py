"""Values of a format: text is held to how the format is written, what is made already is known."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from accord.runtime import formats as fmt

ID = UUID(int=7)
NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("type_", "made", "text"),
    [
        (fmt.Uuid, ID, str(ID)),
        (fmt.DateTime, NOON, "2026-03-04T12:00:00Z"),
        (fmt.Time, NOON.timetz(), "12:00:00Z"),
        (fmt.Date, NOON.date(), "2026-03-04"),
    ],
)
def test_what_is_made_already_is_taken_as_it_is(type_: Any, made: Any, text: str) -> None:
    """By Python; the wire has only text, which becomes the same."""
    validator = TypeAdapter(type_)
    assert validator.validate_python(made) == made
    assert validator.validate_python(text) == made
    assert validator.validate_json(f'"{text}"', strict=True) == made


@pytest.mark.parametrize("type_", [fmt.Uuid, fmt.DateTime, fmt.Time, fmt.Date])
@pytest.mark.parametrize("wrong", ["never", ID.hex, "1", ""])
def test_text_that_is_not_of_the_format_is_told_once(type_: Any, wrong: str) -> None:
    """By one error of one kind, from Python and from the wire."""
    validator = TypeAdapter(type_)
    for validate, value in (
        (validator.validate_python, wrong),
        (validator.validate_json, f'"{wrong}"'),
    ):
        with pytest.raises(ValidationError) as caught:
            validate(value)
        (error,) = caught.value.errors()
        assert (error["type"], error["loc"]) == ("format", ())
        assert error["msg"].startswith("Input should be written as ")


def test_a_moment_is_no_date() -> None:
    """Though to Python a datetime is a date: its time would be lost, or written."""
    with pytest.raises(ValidationError):
        TypeAdapter(fmt.Date).validate_python(NOON)
