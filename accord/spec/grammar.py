"""What an OpenAPI document is made of: which field of which object holds what.

Read by everything that walks a contract, so that a `$ref` in an example value is data for all
of them. A field's type is the name of an object kind, `"[kind]"` for a list, `"{kind}"` for a
mapping with free keys; `text`, `flag` and `number` are plain values, `data` is never looked
into. Fields that are not listed, `x-` ones among them, are data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from accord.spec.pointers import split

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


@dataclass(frozen=True, slots=True)
class Kind:
    """An object of OpenAPI. `rest` is the type of fields that are not listed and not `x-`."""

    name: str
    fields: Mapping[str, str]
    rest: str | None = None
    section: str | None = None
    """The section of `components` that holds objects of this kind."""
    required: tuple[str, ...] = field(default=())


def _kind(
    name: str,
    fields: Mapping[str, str] | None = None,
    *,
    rest: str | None = None,
    section: str | None = None,
    required: tuple[str, ...] = (),
) -> Kind:
    return Kind(name, fields or {}, rest, section, required)


_CONTENT = "{media type}"
_SCHEMA = {
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
    **dict.fromkeys(
        ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
        "{schema}",
    ),
    **dict.fromkeys(
        (
            "additionalProperties",
            "unevaluatedProperties",
            "unevaluatedItems",
            "propertyNames",
            "contains",
            "not",
            "if",
            "then",
            "else",
            "contentSchema",
        ),
        "schema",
    ),
    **dict.fromkeys(
        (
            "maxLength",
            "minLength",
            "maxItems",
            "minItems",
            "maxProperties",
            "minProperties",
            "maximum",
            "minimum",
            "multipleOf",
            "maxContains",
            "minContains",
        ),
        "number",
    ),
    **dict.fromkeys(
        ("title", "description", "format", "pattern", "contentMediaType", "contentEncoding"),
        "text",
    ),
    **dict.fromkeys(("nullable", "readOnly", "writeOnly", "deprecated", "uniqueItems"), "flag"),
    "type": "types",
    # A list of schemas, as before JSON Schema 2020-12, is taken too.
    "items": "items",
    "required": "[text]",
    "discriminator": "discriminator",
    "dependentRequired": "{[text]}",
    "enum": "[data]",
}
_VALUE = {
    "description": "text",
    "required": "flag",
    "deprecated": "flag",
    "style": "text",
    "explode": "flag",
    "schema": "schema",
    "content": _CONTENT,
    "examples": "{example}",
}
_OPERATION = {
    "tags": "[text]",
    "summary": "text",
    "description": "text",
    "operationId": "text",
    "parameters": "[parameter]",
    "requestBody": "request body",
    "responses": "responses",
    "callbacks": "{callback}",
    "deprecated": "flag",
    "security": "[security requirement]",
    "servers": "[server]",
}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind(
            "document",
            {
                "info": "info",
                "servers": "[server]",
                "paths": "paths",
                "webhooks": "{path item}",
                "components": "components",
                "security": "[security requirement]",
                "tags": "[tag]",
            },
        ),
        _kind("info", {"title": "text", "version": "text", "description": "text"}),
        _kind("server", {"url": "text", "variables": "{server variable}"}, required=("url",)),
        _kind("server variable", {"default": "text", "enum": "[text]"}),
        _kind("tag", {"name": "text", "description": "text"}, required=("name",)),
        _kind("paths", rest="path item"),
        _kind(
            "path item",
            {
                "summary": "text",
                "description": "text",
                "servers": "[server]",
                "parameters": "[parameter]",
                **dict.fromkeys(METHODS, "operation"),
                "additionalOperations": "{operation}",
            },
            section="pathItems",
        ),
        _kind("operation", _OPERATION),
        _kind(
            "parameter",
            {**_VALUE, "name": "text", "in": "text", "allowReserved": "flag"},
            section="parameters",
            required=("name", "in"),
        ),
        _kind("header", _VALUE, section="headers"),
        _kind(
            "request body",
            {"description": "text", "required": "flag", "content": _CONTENT},
            section="requestBodies",
            required=("content",),
        ),
        _kind(
            "media type",
            {
                "schema": "schema",
                "itemSchema": "schema",
                "examples": "{example}",
                "encoding": "{encoding}",
            },
            section="mediaTypes",
        ),
        _kind(
            "encoding",
            {
                "contentType": "text",
                "headers": "{header}",
                "style": "text",
                "explode": "flag",
                "allowReserved": "flag",
            },
        ),
        _kind("responses", rest="response"),
        _kind(
            "response",
            {
                "description": "text",
                "headers": "{header}",
                "content": _CONTENT,
                "links": "{link}",
            },
            section="responses",
        ),
        _kind("callback", rest="path item", section="callbacks"),
        _kind("example", {"summary": "text", "description": "text"}, section="examples"),
        _kind("link", {"operationId": "text", "description": "text"}, section="links"),
        _kind(
            "security scheme",
            {
                "type": "text",
                "name": "text",
                "in": "text",
                "scheme": "text",
                "description": "text",
            },
            section="securitySchemes",
            required=("type",),
        ),
        _kind("security requirement", rest="[text]"),
        _kind(
            "components",
            {
                "schemas": "{schema}",
                "responses": "{response}",
                "parameters": "{parameter}",
                "examples": "{example}",
                "requestBodies": "{request body}",
                "headers": "{header}",
                "securitySchemes": "{security scheme}",
                "links": "{link}",
                "callbacks": "{callback}",
                "pathItems": "{path item}",
                "mediaTypes": _CONTENT,
            },
        ),
        _kind("schema", _SCHEMA, section="schemas"),
        _kind("discriminator", {"propertyName": "text", "mapping": "{text}"}),
    )
}


@lru_cache(maxsize=4096)
def kind_at(pointer: str) -> str | None:
    """The kind of object at a pointer of an OpenAPI document; None for data and plain values."""
    type_: str | None = "document"
    for key in split(pointer):
        if type_ is None:
            return None
        if type_[0] in "[{":
            type_ = type_[1:-1]
        elif type_ == "items" and key.isdecimal():
            type_ = "schema"
        else:
            kind = KINDS.get("schema" if type_ == "items" else type_)
            type_ = None if kind is None else kind.fields.get(key, kind.rest)
    if type_ == "items":
        return "schema"
    return type_ if type_ in KINDS else None
