"""Types for the formats of JSON Schema and OpenAPI: what generated models and routes are made of.

Each refuses what is not written as the format says: pydantic alone would take `0` for a date.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from jsonschema_rs import Draft202012Validator
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, core_schema


class Format:
    """Text that is written as a format of JSON Schema; other values are left to the type.

    `made` is the schema of what the text becomes, where that is no text.
    """

    __slots__ = ("_is_valid", "_made", "name")

    def __init__(self, name: str, made: CoreSchema | None = None) -> None:
        self.name = name
        validator = Draft202012Validator({"type": "string", "format": name}, validate_formats=True)
        self._is_valid = validator.is_valid
        # Done here, since a strict validator takes no text from Python, and this is text by now.
        self._made = SchemaValidator(made).validate_python if made else None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        # A number is no date either, though pydantic would count its seconds.
        if type(value) is not str and not isinstance(value, (str, int, float)):
            return value
        if not self._is_valid(value):
            raise PydanticCustomError(
                "format", "Input should be written as {format}", {"format": self.name}
            )
        return self._made(value) if self._made else value


Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Date = Annotated[dt.date, Format("date", core_schema.date_schema())]
DateTime = Annotated[dt.datetime, Format("date-time", core_schema.datetime_schema())]
Time = Annotated[dt.time, Format("time", core_schema.time_schema())]
Uuid = Annotated[UUID, Format("uuid", core_schema.uuid_schema())]
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
