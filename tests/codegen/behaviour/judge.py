"""An independent verdict: the `jsonschema` package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError


def faults(schema: Any, value: Any) -> dict[str, set[str]]:
    """Where `value` breaks `schema`, as JSON pointers, with the keywords that it breaks there.

    What is missing or too much has the place that it would have, or has.
    """
    found: dict[str, set[str]] = {}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for error in validator.iter_errors(value):
        for pointer in _pointers(error):
            found.setdefault(pointer, set()).add(str(error.validator))
    return found


def agree(told: set[str], expected: set[str]) -> bool:
    """Whether all that is told is expected, and all that is expected is told, or is within what is:
    of an array that is too long, nobody needs to hear of its items."""
    within = {at for at in expected if any(at == one or at.startswith(f"{one}/") for one in told)}
    return bool(told) and told <= expected and within == expected


def _pointers(error: ValidationError) -> Iterator[str]:
    at = [*error.absolute_path]
    names: list[str] = []
    if error.validator == "required":
        names = [name for name in error.validator_value if name not in error.instance]
    elif error.validator == "additionalProperties":
        names = [name for name in error.instance if name not in error.schema.get("properties", {})]
    for tail in [[name] for name in names] or [[]]:
        yield "".join(f"/{part}" for part in [*at, *tail])
