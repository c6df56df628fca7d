"""JSON bodies: validated straight from the bytes, every fault located by a JSON pointer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from accord.runtime.problem import MAX_ERRORS, FieldError, Problem, json_pointer

_FINITE = ConfigDict(allow_inf_nan=False)
_N, _I = b"NI"
# Locations with more readings than this nest properties of one name, tags among them.
_MAX_PATHS = 64


_Located = tuple[ErrorDetails, list[str | int]]


class _NotJson(Exception):
    """The text holds a number that JSON has no word for."""


def json_parser(type_: Any) -> Callable[..., Any]:
    """Reads a body of `type_` from its bytes (a Content-Type may follow, and says no more).

    What it gives raises a `Problem`: 400 where the text is not JSON, 422 where it does not fit.
    """
    # Models bring a config of their own, and take no other.
    config = None if isinstance(type_, type) and issubclass(type_, BaseModel) else _FINITE
    validate = TypeAdapter(type_, config=config).validator.validate_json

    def parse(data: bytes, content_type: bytes = b"") -> Any:
        # One byte is looked for much faster than a word.
        if (_N in data and b"NaN" in data) or (_I in data and b"Infinity" in data):
            _refuse_constants(data)
        try:
            try:
                return validate(data, strict=True, by_alias=True, by_name=False)
            except ValidationError as error:
                return _once_more(validate, data, error)
        except ValidationError as error:
            raise body_problem(error, data) from None

    return parse


def exactly(validate: Callable[..., Any], data: bytes) -> Any:
    """What `validate` (a validator's `validate_json`) makes of `data`, by the rules of JSON Schema:
    nothing is converted, names are those on the wire, `1.0` is an integer.

    Raises `ValidationError`.
    """
    try:
        return validate(data, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        return _once_more(validate, data, error)


def _once_more(validate: Callable[..., Any], data: bytes, error: ValidationError) -> Any:
    again = with_whole_numbers(error, data)
    if again is None:
        raise error
    return validate(again, strict=True, by_alias=True, by_name=False)


def _refuse_constants(data: bytes) -> None:
    """pydantic takes `NaN` and `Infinity` for numbers; neither is JSON."""
    try:
        json.loads(data, parse_constant=_refuse)
    except _NotJson as error:
        raise Problem(
            400,
            code="malformed_request",
            detail=f"The body is not valid JSON: {error} is no JSON value.",
        ) from None
    except (ValueError, RecursionError):
        return  # malformed in another way, which the validator says better


def _refuse(name: str) -> Any:
    raise _NotJson(name)


def with_whole_numbers(error: ValidationError, data: bytes) -> bytes | None:
    """`data` with `1.0` written as `1` where an integer is asked for; None where it is nowhere.

    To JSON Schema both are integers, to pydantic only one is. Hardly anybody writes the other, so
    it costs those who do, and not a look at every number.
    """
    details = [
        detail
        for detail in error.errors(include_url=False, include_context=False)
        if _is_whole_float(detail)
    ]
    if not details:
        return None
    document = [from_json(data)]
    for detail in details:
        *parents, last = [0, *located(detail, document[0])]
        holder: Any = document
        for part in parents:
            holder = holder[part]
        if isinstance(holder[last], float):
            holder[last] = int(holder[last])
    return to_json(document[0])


def _is_whole_float(detail: ErrorDetails) -> bool:
    value = detail["input"]
    return detail["type"] == "int_type" and isinstance(value, float) and value.is_integer()


def body_problem(error: ValidationError, data: bytes) -> Problem:
    """400 where `data` is not JSON, else 422 with a JSON pointer for every fault."""
    details = error.errors(include_url=False, include_context=False)
    if details[0]["type"] == "json_invalid":
        text = details[0]["msg"].removeprefix("Invalid JSON: ")
        return Problem(400, code="malformed_request", detail=f"The body is not valid JSON: {text}.")
    document = from_json(data)
    found = dict.fromkeys(
        FieldError(detail["type"], detail["msg"], pointer=json_pointer(path))
        for detail, path in _told_apart([(detail, located(detail, document)) for detail in details])
    )
    return Problem(
        422,
        code="validation_failed",
        detail="The body does not fit the contract.",
        errors=list(found)[:MAX_ERRORS],
    )


def _told_apart(faults: list[_Located]) -> list[_Located]:
    """The faults without those of union members of another type than what was sent: where one
    member is at fault further in, that the value is not of another's type says nothing."""
    above = {tuple(path[:depth]) for _, path in faults for depth in range(len(path))}
    if not above:
        return faults
    return [
        (detail, path)
        for detail, path in faults
        if tuple(path) not in above or not detail["type"].endswith("_type")
    ]


def located(detail: ErrorDetails, document: Any) -> list[str | int]:
    """The path of a fault within the document.

    pydantic's locations also name union members, discriminator values and validators, which are
    nowhere in the document, though a property may be called the same. What was found wrong tells
    them apart: it is at the end of the right path.
    """
    loc = detail["loc"]
    # A missing property is known by the object that lacks it.
    lacking = loc[-1:] if detail["type"] == "missing" else ()
    within = loc[: len(loc) - len(lacking)]
    likely: list[str | int] = []
    value = document
    for part in within:
        if _leads(part, value):
            likely.append(part)
            value = value[part]
    wrong = detail["input"]
    if value != wrong:
        others = islice(_paths(within, document), _MAX_PATHS)
        likely = next((path for path, value in others if value == wrong), likely)
    return [*likely, *lacking]


def _leads(part: str | int, value: Any) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def _paths(
    loc: Sequence[str | int], value: Any, index: int = 0
) -> Iterator[tuple[list[str | int], Any]]:
    """Where `loc` may lead from `value`, and what is there: the longest paths first."""
    for at in range(index, len(loc)):
        if _leads(loc[at], value):
            for path, end in _paths(loc, value[loc[at]], at + 1):
                yield [loc[at], *path], end
    yield [], value
