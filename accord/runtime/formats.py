"""Types for the formats of JSON Schema and OpenAPI: what generated models and routes are made of.

Each refuses what is not written as the format says: pydantic alone would take `0` for a date.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from jsonschema_rs import Draft202012Validator
from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_FROM_TEXT = frozenset(("date", "datetime", "time", "uuid"))


class Format:
    """Text that is written as a format of JSON Schema; other values are left to the type."""

    __slots__ = ("_is_valid", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        validator = Draft202012Validator({"type": "string", "format": name}, validate_formats=True)
        self._is_valid = validator.is_valid

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema: Any = handler(source)
        if schema["type"] in _FROM_TEXT:
            # After the check it is text in Python, which a strict validator would not take.
            schema = {**schema, "strict": False}
        return core_schema.no_info_before_validator_function(self._check, schema)

    def _check(self, value: Any) -> Any:
        # A number is no date either, though pydantic would count its seconds.
        if isinstance(value, (str, int, float)) and not self._is_valid(value):
            raise PydanticCustomError(
                "format", "Input should be written as {format}", {"format": self.name}
            )
        return value


Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Date = Annotated[dt.date, Format("date")]
DateTime = Annotated[dt.datetime, Format("date-time")]
Time = Annotated[dt.time, Format("time")]
Uuid = Annotated[UUID, Format("uuid")]
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
