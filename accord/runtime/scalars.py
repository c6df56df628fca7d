"""One text to one JSON value, as the shape of its schema asks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic_core import from_json

from accord.runtime.declare import Shape

Scalar = Callable[[str], Any]
Way = tuple[str | int, ...]

MISSING: Any = object()
"""What a decoder gives where nothing was sent."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)(\.0+)?")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Longer digits would cost quadratic time to convert, and no contract asks for them.
_MAX_DIGITS = 400


class DecodeError(ValueError):
    """A parameter's text is not of the shape its schema asks for; says so to the caller, with
    "The value" in front.

    `faults` tells of each part of the text that is not: the way to it within the value, and words.
    """

    def __init__(self, text: str, faults: Sequence[tuple[Way, str]] = ()) -> None:
        super().__init__(text)
        self.faults = tuple(faults) or (((), text),)


def each(items: Iterable[tuple[str | int, Any, Callable[[Any], Any]]]) -> dict[str | int, Any]:
    """What readers make of parts, each with its place. Raises one `DecodeError` for all that do
    not fit."""
    values: dict[str | int, Any] = {}
    faults: list[tuple[Way, str]] = []
    for place, part, read in items:
        try:
            values[place] = read(part)
        except DecodeError as error:
            faults += (((place, *way), words) for way, words in error.faults)
    if faults:
        raise DecodeError(faults[0][1], faults)
    return values


def scalar(shape: Shape) -> Scalar:
    """The reader of one text: `integer`, `number`, `boolean`, `null`, `string`, or a union."""
    if isinstance(shape, tuple):
        return _union(shape)
    return _SCALARS.get(shape, _string) if isinstance(shape, str) else _string


def content_reader(media_type: str) -> Scalar:
    """The reader of a parameter declared by media type: JSON is parsed, the rest is text."""
    if media_type == "application/json" or media_type.endswith("+json"):
        return _json
    return _string


def _union(shapes: tuple[Shape, ...]) -> Scalar:
    options = [scalar(shape) for shape in shapes]
    kinds = " or ".join(str(shape) for shape in shapes)

    def read(text: str) -> Any:
        for option in options:
            try:
                return option(text)
            except DecodeError:
                continue
        raise DecodeError(f"must be {kinds}")

    return read


def _string(text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise DecodeError("is not UTF-8") from None
    # What was sent beside it is of no use from here on.
    return text if type(text) is str else str(text)


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS or not _INTEGER.fullmatch(text):
        raise DecodeError("must be an integer")
    # JSON Schema counts 1.0 among the integers.
    return int(text.partition(".")[0])


def _number(text: str) -> float | int:
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise DecodeError("must be a number")
    if _INTEGER.fullmatch(text):
        return _integer(text)
    value = float(text)
    if math.isinf(value):
        raise DecodeError("is too large a number")
    return value


def _boolean(text: str) -> bool:
    if text == "true":
        return True
    if text == "false":
        return False
    raise DecodeError("must be true or false")


def _null(text: str) -> None:
    if text not in ("", "null"):
        raise DecodeError("must be null")


def _json(text: str) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise DecodeError(f"must be JSON: {error}") from None


_SCALARS: dict[str, Scalar] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "null": _null,
}
