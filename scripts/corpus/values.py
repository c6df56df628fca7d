"""What a client is given for each argument of an operation, and what the server makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from accord.client.files import File
from accord.codegen.clients.names import ModelNames, field_names
from accord.codegen.schemas import FILE, Schemas, not_null, referenced, types_of
from accord.mock.answers import Answers
from accord.runtime.media_types import FORM, is_json, is_multipart
from accord.spec import ir

_BYTES = b"\x00corpus\xff"
_SHALLOW, _DEEP = 3, 8
_TEXT = "<corpus>ä</corpus>"


@dataclass(frozen=True, slots=True)
class Sample:
    """What the client is given, and what the handler is to get, as JSON data."""

    given: Any
    expected: Any


class Values:
    """Makes samples from the schemas of one contract; `models` is the client's package."""

    def __init__(self, schemas: Schemas, answers: Answers, models: ModuleType) -> None:
        self._schemas = schemas
        self._answers = answers
        self._models = models
        self._names = ModelNames(schemas.named)

    def parameter(self, parameter: ir.Parameter) -> Sample | None:
        """A value for a parameter; None for an optional one that no style of OpenAPI can write:
        what nests in it is left undefined. Raises `Unanswerable`."""
        sample = self._sample(parameter.schema, spread=parameter.media_type in (None, FORM))
        deep = parameter.media_type is not None or parameter.style == "deepObject"
        if deep or parameter.required or not _nests(sample.expected):
            return sample
        return None

    def body(self, media: ir.Media) -> Sample:
        """A body of one media type. Raises `Unanswerable`."""
        kind = media.type
        if kind == "text/event-stream" or self._is_bytes(kind):
            return Sample(_BYTES, _BYTES)
        if kind.startswith("text/") or kind.endswith(("/xml", "+xml")):
            return Sample(_TEXT, _TEXT)
        if media.item_schema is not None:
            value = self._answers.value(media.item_schema)
            return Sample([self.typed(media.item_schema, value)], [value])
        return self._sample(media.schema or {}, spread=kind == FORM or is_multipart(kind))

    @staticmethod
    def _is_bytes(kind: str) -> bool:
        structured = is_json(kind) or kind == FORM
        return not (
            structured
            or kind.startswith(("multipart/", "text/"))
            or kind.endswith(("/xml", "+xml"))
        )

    def _sample(self, schema: ir.Schema, *, spread: bool) -> Sample:
        value = self._answers.value(schema, full=_DEEP if spread else _SHALLOW)
        if spread:
            # Where values are spread over names, nothing is left of what is empty.
            fuller = _without_empty(value)
            value = value if self._answers.fault(schema, fuller) else fuller
        return Sample(self.typed(schema, value), value)

    def typed(self, schema: ir.Schema, value: Any) -> Any:
        """JSON data as the client's own types."""
        schema = not_null(schema)
        name = referenced(schema)
        if value is None:
            return None
        if name is not None:
            if self._schemas.kind(name) != "object":
                return getattr(self._models, self._names.reader(name))(value)
            return self._with_files(name, getattr(self._models, name).from_dict(value))
        if schema.get(FILE) and isinstance(value, str):
            return File(value.encode())
        items = schema.get("items")
        if isinstance(value, list) and isinstance(items, Mapping):
            return [self.typed(items, item) for item in value]
        extra = schema.get("additionalProperties")
        if isinstance(value, dict) and isinstance(extra, Mapping):
            return {key: self.typed(extra, item) for key, item in value.items()}
        return value

    def _with_files(self, name: str, made: Any) -> Any:
        properties = self._schemas.flat(name).get("properties", {})
        for wire, field in field_names(properties).items():
            inner = properties[wire]
            if _holds_file(inner) and (value := getattr(made, field, None)):
                setattr(made, field, self.typed(inner, value))
        return made


def _without_empty(value: Any) -> Any:
    """`value` without the arrays and objects in it that hold nothing."""
    if isinstance(value, dict):
        inner = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [item for item in map(_without_empty, value) if item not in ({}, [])]
    return value


def _nests(value: Any) -> bool:
    """Whether an array or object holds others."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(item, dict | list) for item in inner)


def _holds_file(schema: ir.Schema) -> bool:
    schema = not_null(schema)
    items = schema.get("items")
    if types_of(schema) == ("array",) and isinstance(items, Mapping):
        return _holds_file(items)
    return bool(schema.get(FILE))
