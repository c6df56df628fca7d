"""Types for the formats of JSON Schema and OpenAPI: what generated models and routes are made of.

Each refuses what is not written as the format says: pydantic alone would take `0` for a date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, get_args
from uuid import UUID

from jsonschema_rs import Draft202012Validator
from pydantic import Field, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, core_schema

_ERROR, _MESSAGE = "format", "Input should be written as {format}"


class Format:
    """Text that is written as a format of JSON Schema; other values are left to the type.

    `made` is the schema of what the text becomes, where that is no text, and `instances` the type
    of those, where all of that type will do.
    """

    __slots__ = ("_instances", "_is_valid", "_made", "name")

    def __init__(
        self, name: str, made: CoreSchema | None = None, instances: type | None = None
    ) -> None:
        self.name = name
        self._instances = instances
        validator = Draft202012Validator({"type": "string", "format": name}, validate_formats=True)
        self._is_valid = validator.is_valid
        # Done here, since a strict validator takes no text from Python, and this is text by now.
        self._made = SchemaValidator(made).validate_python if made else None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        written = core_schema.no_info_before_validator_function(self._check, handler(source))
        if self._instances is None:
            return written
        # What a handler has made already is known for it without asking Python.
        either = core_schema.union_schema(
            [core_schema.is_instance_schema(self._instances), written], mode="left_to_right"
        )
        return core_schema.json_or_python_schema(
            written,
            core_schema.custom_error_schema(
                either, _ERROR, custom_error_message=_MESSAGE, custom_error_context=self._context
            ),
        )

    @property
    def _context(self) -> dict[str, Any]:
        return {"format": self.name}

    def _check(self, value: Any) -> Any:
        # A number is no date either, though pydantic would count its seconds.
        if type(value) is not str and not isinstance(value, (str, int, float)):
            return value
        return self.read(value)

    def read(self, text: Any) -> Any:
        """What `text` becomes. Raises `PydanticCustomError` where it is not written so."""
        if not self._is_valid(text):
            raise PydanticCustomError(_ERROR, _MESSAGE, self._context)
        return self._made(text) if self._made else text


def text_reader(type_: Any) -> Callable[[str], Any]:
    """Makes a text a value of `type_`. Raises `ValidationError`, or `PydanticCustomError`."""
    match get_args(type_):
        # All that pydantic would do, without its asking Python for it.
        case (_, Format() as written):
            return written.read
    return TypeAdapter(type_).validator.validate_python


Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Date = Annotated[dt.date, Format("date", core_schema.date_schema())]
DateTime = Annotated[dt.datetime, Format("date-time", core_schema.datetime_schema(), dt.datetime)]
Time = Annotated[dt.time, Format("time", core_schema.time_schema(), dt.time)]
Uuid = Annotated[UUID, Format("uuid", core_schema.uuid_schema(), UUID)]
Duration = Annotated[str, Format("duration")]
Email = Annotated[str, Format("email")]
IdnEmail = Annotated[str, Format("idn-email")]
Hostname = Annotated[str, Format("hostname")]
IdnHostname = Annotated[str, Format("idn-hostname")]
Ipv4 = Annotated[str, Format("ipv4")]
Ipv6 = Annotated[str, Format("ipv6")]
Uri = Annotated[str, Format("uri")]
UriReference = Annotated[str, Format("uri-reference")]
UriTemplate = Annotated[str, Format("uri-template")]
Iri = Annotated[str, Format("iri")]
IriReference = Annotated[str, Format("iri-reference")]
JsonPointer = Annotated[str, Format("json-pointer")]
RelativeJsonPointer = Annotated[str, Format("relative-json-pointer")]
Regex = Annotated[str, Format("regex")]
