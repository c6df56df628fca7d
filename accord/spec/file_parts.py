"""Which strings of multipart bodies are files: marked in their schemas, for whoever reads them.

A part is a file where its media type is no text: by its encoding, by `format: binary` as in
OpenAPI 3.0, by `contentMediaType`, or, since 3.1, because its schema says nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from accord.spec.exchanges import Content, Exchange

FILE = "x-accord-file"
_FORMATS = frozenset(("binary", "file"))
_MEDIA_TYPES = re.compile(r"[\w.+*-]+/[\w.+*-]+\s*(?:[,;]|$)")

Schema = dict[str, Any]
Schemas = Mapping[str, Schema]


def mark_files(schemas: Schemas, exchanges: Iterable[Exchange], *, legacy: bool) -> None:
    """Marks the files among the properties of multipart bodies. `schemas` are keyed by pointer,
    and so are references; `legacy` says that they speak OpenAPI 3.0's dialect."""
    for content in _multipart(exchanges):
        if content.item_schema is not None:
            _mark(_to_mark(content.item_schema), "", schemas, legacy)
        for name, schema in _properties(_to_mark(content.schema), schemas, set()):
            encoding = content.encoding.get(name)
            media_type = "" if encoding is None else encoding.node.get("contentType", "")
            _mark(schema, media_type, schemas, legacy)


def _to_mark(schema: Mapping[str, Any] | None) -> Schema:
    """A schema as it stands in its place, to be marked there."""
    return schema if isinstance(schema, dict) else {}


def _multipart(exchanges: Iterable[Exchange]) -> Iterator[Content]:
    for exchange in exchanges:
        for part in (exchange.body, *exchange.replies):
            for content in part.content if part else ():
                if content.type.startswith("multipart/"):
                    yield content


def _properties(schema: Schema, schemas: Schemas, seen: set[str]) -> Iterator[tuple[str, Schema]]:
    """The properties of a body by name, whatever it is composed of; items of one that is an array
    have no name."""
    if "$ref" in schema:
        key = schema["$ref"]
        if key in seen:
            return
        seen.add(key)
        schema = schemas[key]
    yield from schema.get("properties", {}).items()
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and extra:
        yield "*", extra
    if isinstance(schema.get("items"), dict):
        yield "", schema["items"]
    for keyword in ("allOf", "anyOf", "oneOf"):
        for member in schema.get(keyword, ()):
            yield from _properties(member, schemas, seen)


def _mark(schema: Schema, media_type: str, schemas: Schemas, legacy: bool) -> None:
    target = schema
    while "$ref" in target:
        target = schemas[target["$ref"]]
    types = target.get("type", [])
    types = [types] if isinstance(types, str) else types
    if "array" in types and isinstance(target.get("items"), dict):
        _mark(target["items"], media_type, schemas, legacy)
    elif _is_open(target):
        if not legacy and (not media_type or not _is_text(media_type)):
            target.update({"type": "string", "format": "binary", FILE: True})
    elif "string" in types and _is_file(target, media_type):
        target[FILE] = True
    for member in (*target.get("anyOf", ()), *target.get("oneOf", ())):
        if member != {"type": "null"}:
            _mark(member, media_type, schemas, legacy=True)


def _is_open(schema: Schema) -> bool:
    """Whether a schema says nothing of its values."""
    return not schema.keys() - {"description", "title", "example", "examples", "deprecated"}


def _is_file(schema: Schema, media_type: str) -> bool:
    if "enum" in schema or "const" in schema or "contentEncoding" in schema:
        return False
    if schema.get("format") in _FORMATS:
        return True
    media_type = media_type or schema.get("contentMediaType", "")
    return bool(_MEDIA_TYPES.match(media_type)) and not _is_text(media_type)


def _is_text(media_types: str) -> bool:
    """Whether any of the types, with commas between them, is text to whoever reads it."""
    return any(
        name.startswith("text/") or name.endswith(("json", "xml", "urlencoded"))
        for name in (one.partition(";")[0].strip().lower() for one in media_types.split(","))
    )
