"""What the content of a media type is: to handlers a type, to the runtime how it is read."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from accord.codegen.expressions import subscript, union
from accord.codegen.schemas import Schemas, types_of
from accord.codegen.written import Written
from accord.runtime.media_types import (
    FORM,
    is_json,
    is_multipart,
    is_stream,
    is_text,
    is_wildcard,
    is_xml,
)
from accord.spec.ir import Media, Schema

Each = Literal["", "item", "data"]
_EVENTS = "text/event-stream"
_EVENT_FIELDS = frozenset(("event", "data", "id", "retry", "comment"))
_SCALARS = frozenset(("string", "integer", "number", "boolean"))
_STR, _BYTES, _ANY = ast.Name("str"), ast.Name("bytes"), ast.Name("typing.Any")


@dataclass(frozen=True, slots=True)
class Content:
    """`type` is that of the whole, or of each item of a stream: an `item` as it is, or the `data`
    of an event."""

    type: ast.expr
    each: Each = ""

    @property
    def taken(self) -> ast.expr:
        """What a handler takes, or gives where it is not bytes."""
        if not self.each:
            return self.type
        item = self.type
        if self.each == "data":
            item = subscript("accord.runtime.Event", item)
        return subscript("collections.abc.AsyncIterator", item)

    @property
    def is_bytes(self) -> bool:
        return not self.each and isinstance(self.type, ast.Name) and self.type.id == "bytes"


def content_of(media: Media, schemas: Schemas, written: Written) -> Content:
    """JSON and forms are of their schema's type, streams of JSON iterators of it; text is of its
    schema's type where that is a single value, XML is text; the rest is bytes."""
    schema, each = stream_of(media, schemas)
    if each:
        of_nothing = _STR if each == "data" else _ANY
        return Content(of_nothing if schema is None else written.type_of(schema), each)
    schema = media.schema
    if media.item_schema is not None and is_multipart(media.type):
        return Content(subscript("list", written.type_of(media.item_schema)))
    if is_json(media.type) or is_multipart(media.type) or media.type == FORM:
        return Content(_ANY if schema is None else written.type_of(schema))
    if is_xml(media.type):
        return Content(_STR)
    if is_text(media.type):
        typed = schema is not None and is_scalar(schemas.resolve(schema), schemas)
        return Content(written.type_of(schema) if schema is not None and typed else _STR)
    return Content(_BYTES)


def given(contents: list[Content]) -> ast.expr:
    """What a handler gives for the body of a reply."""
    return union(
        *(ast.Name("accord.runtime.Binary") if one.is_bytes else one.taken for one in contents)
    )


def is_opaque(media: Media) -> bool:
    """Whether content of several such types is the same to Python, so that its type does not tell
    which it is."""
    return not (is_json(media.type) or is_stream(media.type) or is_form(media.type))


def is_form(media_type: str) -> bool:
    """Whether content of this type is named values."""
    return media_type == FORM or is_multipart(media_type)


def concrete(media: tuple[Media, ...]) -> tuple[str, ...]:
    """The media types that are no ranges."""
    return tuple(dict.fromkeys(one.type for one in media if not is_wildcard(one.type)))


def stream_of(media: Media, schemas: Schemas) -> tuple[Schema | None, Each]:
    """The schema of what a stream is made of, None for anything, and what that is the schema of;
    "" where it is no stream, or one of mere bytes."""
    if not is_stream(media.type) or _is_raw(media, schemas):
        return None, ""
    schema = item_schema(media, schemas)
    if not media.type.startswith(_EVENTS):
        return schema, "item"
    if schema is None or not _is_event(schema, schemas):
        return schema, "data"
    within = _data_schema(schema, schemas)
    return (schema, "item") if within is None else (within, "data")


def item_schema(media: Media, schemas: Schemas) -> Schema | None:
    """The schema of each item of a stream; None for anything."""
    if media.item_schema is not None:
        return media.item_schema
    if media.schema is None:
        return None
    whole = schemas.resolve(media.schema)
    # As one array, before OpenAPI 3.2 had a word for its items.
    items = whole.get("items", {}) if types_of(whole) == ("array",) else media.schema
    return items or None


def _is_raw(media: Media, schemas: Schemas) -> bool:
    """Whether a stream is declared as mere bytes: as text of no items, or as binary."""
    if media.item_schema is not None or media.schema is None:
        return False
    schema = schemas.resolve(media.schema)
    if types_of(schema) != ("string",):
        return False
    return schema.get("format") == "binary" or not media.type.startswith(_EVENTS)


def _is_event(schema: Schema, schemas: Schemas) -> bool:
    """Whether a schema describes an event with its fields, and not what is in its data."""
    flat = schemas.resolve(schema)
    variants = flat.get("oneOf") or flat.get("anyOf")
    if variants:
        return all(_is_event(variant, schemas) for variant in variants)
    names = flat.get("properties", {}).keys()
    return bool(names) and names <= _EVENT_FIELDS and "data" in names


def _data_schema(event: Schema, schemas: Schemas) -> Schema | None:
    """What an event's data is, where that is JSON of one schema in every variant."""
    flat = schemas.resolve(event)
    variants = flat.get("oneOf") or flat.get("anyOf")
    if variants:
        found = [_data_schema(variant, schemas) for variant in variants]
        return found[0] if all(one == found[0] for one in found) else None
    data: Schema = flat["properties"]["data"]
    is_known = is_json(data.get("contentMediaType", "")) and data.get("contentSchema")
    return data["contentSchema"] if is_known else None


def is_scalar(schema: Schema, schemas: Schemas) -> bool:
    """Whether text of this schema is a single value."""
    if "enum" in schema or "const" in schema:
        return True
    variants = schema.get("anyOf") or schema.get("oneOf")
    if variants:
        return all(is_scalar(schemas.resolve(variant), schemas) for variant in variants)
    types = types_of(schema)
    return bool(types) and set(types) <= _SCALARS and schema.get("format") != "binary"
