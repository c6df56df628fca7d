"""What an independent JSON Schema validator says of a value: whether it fits, and where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

Place = tuple[str | int, ...]
_OF_ARRAYS = ("maxItems", "uniqueItems", "contains")
_LEFT_OVER = ("unevaluatedProperties", "unevaluatedItems")


class Judge:
    """The package `jsonschema`, for one of the schemas in a contract."""

    def __init__(self, schema: Any, definitions: Mapping[str, Any], *, formats: bool = False):
        whole = {"allOf": [schema], "components": {"schemas": definitions}}
        checker = Draft202012Validator.FORMAT_CHECKER if formats else None
        self._validator = Draft202012Validator(whole, format_checker=checker)

    def errors(self, value: Any) -> list[ValidationError]:
        """Empty where the value fits."""
        return list(self._validator.iter_errors(value))


def disagreement(pointers: Iterable[Place], errors: list[ValidationError]) -> str:
    """How `pointers`, where a server says that something is wrong, differ from what was found.

    Each must be a place where the validator found something, and at or below the place of each
    of its errors there must be one. Of a union that no member fits, the places of its members'
    errors do as well as its own. An array that is wrong as a whole may hide its items.
    """
    pointed = set(pointers)
    possible = {place for error in errors for place in _places(error)}
    if unknown := pointed - possible:
        return f"points at {sorted(unknown, key=str)}, not at {sorted(possible, key=str)}"
    whole = {tuple(error.absolute_path) for error in errors if error.validator in _OF_ARRAYS}
    hiding = whole & pointed
    for error in errors:
        if error.validator in _LEFT_OVER and len(errors) > 1:
            continue  # what is evaluated depends on what else is wrong
        places = set(_places(error))
        if any(place[: len(array)] == array for array in hiding for place in places):
            continue
        if not any(found[: len(place)] == place for found in pointed for place in places):
            return f"does not point at any of {sorted(places, key=str)}: {error.message}"
    return ""


def _places(error: ValidationError) -> Iterator[Place]:
    here: Place = tuple(error.absolute_path)
    lacking = error.validator in ("required", "dependentRequired")
    extra = error.validator in ("additionalProperties", "unevaluatedProperties")
    if lacking and isinstance(error.instance, dict):
        yield from ((*here, name) for name in _missing(error))
    elif extra and isinstance(error.instance, dict):
        yield from ((*here, name) for name in error.instance if _is_meant(name, error))
    elif error.validator == "unevaluatedItems" or (
        error.validator == "items" and error.validator_value is False
    ):
        yield from ((*here, index) for index in range(len(error.instance)))
        yield here
    else:
        yield here
    for inner in error.context or ():
        yield from _places(inner)


def _is_meant(name: str, error: ValidationError) -> bool:
    """Whether the error is about this property: one of a schema names none."""
    return error.validator_value is not False or repr(name) in error.message


def _missing(error: ValidationError) -> Iterator[str]:
    if error.validator == "required":
        yield from (name for name in error.validator_value if name not in error.instance)
        return
    for name, needed in error.validator_value.items():
        if name in error.instance:
            yield from (other for other in needed if other not in error.instance)
