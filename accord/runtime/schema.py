"""What pydantic cannot say of a schema: enforced by a JSON Schema validator, on the data as sent.

Generated models refer to `schemas.json` beside them, which holds the schemas that need it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from jsonschema_rs import Draft202012Validator, Registry, ValidationErrorKind
from jsonschema_rs import ValidationError as SchemaError
from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import (
    CoreSchema,
    InitErrorDetails,
    PydanticCustomError,
    core_schema,
    to_jsonable_python,
)

_HOME = "urn:schemas"
_MAX_ERRORS = 100
_MASK = "The value"  # errors do not repeat what was sent

Class = TypeVar("Class", bound=type)


class Schemas:
    """The schemas of one contract that need a validator, by name; read when one is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def validator(self, name: str) -> Draft202012Validator:
        """The validator of the schema called `name`."""
        schema = {"$ref": f"{_HOME}#/$defs/{name}"}
        return Draft202012Validator(
            schema, registry=self._registry, validate_formats=True, mask=_MASK
        )

    @cached_property
    def _registry(self) -> Registry:
        definitions = json.loads(self._path.read_text("utf-8"))
        return Registry([(_HOME, {"$defs": definitions})])


class Conforms:
    """Metadata of a type: its values fit the schema called `name`. Errors carry the place below
    the value."""

    __slots__ = ("_make", "_validator")

    def __init__(self, schemas: Schemas, name: str) -> None:
        self._make = partial(schemas.validator, name)
        self._validator: Draft202012Validator | None = None

    @classmethod
    def to(cls, schema: Mapping[str, Any]) -> Conforms:
        """To a schema that refers to no other."""
        conforms = cls.__new__(cls)
        conforms._make = partial(Draft202012Validator, dict(schema), mask=_MASK)
        conforms._validator = None
        return conforms

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self.around(handler(source))

    def around(self, schema: CoreSchema) -> CoreSchema:
        """`schema` with the check ahead of it."""
        self._validator = self._validator or self._make()
        return core_schema.no_info_before_validator_function(self._check, schema)

    def _check(self, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value  # made by the application, of parts that were checked one by one
        assert self._validator is not None
        try:
            errors = list(self._validator.iter_errors(value))
        except ValueError:
            # Made by the application: there are models, dates or enums in it.
            plain = to_jsonable_python(value, by_alias=True)
            errors = list(self._validator.iter_errors(plain))
        if errors:
            details = list(islice(chain.from_iterable(map(_details, errors)), _MAX_ERRORS))
            raise ValidationError.from_exception_data("schema", details)
        return value


def _details(error: SchemaError) -> Iterator[InitErrorDetails]:
    """One for each place that is wrong, told as pydantic tells it: what is missing or too much is
    located by its own name."""
    kind, place, value = error.kind, tuple(error.instance_path), error.instance
    match kind:
        case ValidationErrorKind.Required(property=name):
            places = {(*place, str(name)): ("missing", value)}
        case (
            ValidationErrorKind.AdditionalProperties(unexpected=names)
            | ValidationErrorKind.UnevaluatedProperties(unexpected=names)
        ):
            known = value if isinstance(value, dict) else {}
            places = {(*place, name): ("extra_forbidden", known[name]) for name in names}
        case _:
            places = {place: (kind.name, value)}
    for loc, (code, wrong) in places.items():
        problem = PydanticCustomError(code, "{message}", {"message": error.message[:300]})
        yield {"type": problem, "loc": loc, "input": wrong}


def conforms(schemas: Schemas, name: str) -> Callable[[Class], Class]:
    """Makes a model or an enum conform to the schema called `name` as well."""

    rule = Conforms(schemas, name)

    def build(cls: type, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return rule.around(handler(source))

    def mark(model: Class) -> Class:
        # On these classes alone: pydantic takes a shorter way for those that have none.
        setattr(model, "__get_pydantic_core_schema__", classmethod(build))  # noqa: B010
        return model

    return mark


UNIQUE = Conforms.to({"uniqueItems": True})
"""Metadata of an array whose items differ from each other."""
