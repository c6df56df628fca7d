"""Which operations answer page by page, and how one page leads to the next.

In this order: the operation's `x-accord-pages: {cursor: page_cursor, next: next_cursor, items:
items}`; a link of its success to itself, which is how OpenAPI says it; the usual names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accord.codegen.clients.names import argument_name, field_names
from accord.codegen.schemas import Schemas, not_null, types_of
from accord.spec.ir import Operation, Reply, Schema
from accord.spec.pointers import split

_USUAL = {
    "cursor": ("next_cursor", "nextCursor"),
    "page_cursor": ("next_cursor", "next_page_cursor"),
    "page_token": ("next_page_token", "nextPageToken"),
    "pageToken": ("nextPageToken", "next_page_token"),
    "continuation_token": ("next_token", "continuation_token"),
    "marker": ("next_marker", "nextMarker"),
}
"""Query parameters that choose a page, and the properties of a page that hold the next one's."""
_ITEMS = ("items", "data", "results", "entries", "values")
_BODY = "$response.body#"
_EXTENSION = "x-accord-pages"


@dataclass(frozen=True, slots=True)
class Paging:
    """`cursor` is the argument that chooses a page; `items` and `following` are the attributes
    that lead to a page's items, and to the cursor of the page after it. `item` is the schema."""

    cursor: str
    items: tuple[str, ...]
    following: tuple[str, ...]
    item: Schema


def paging_of(operation: Operation, schemas: Schemas) -> Paging | None:
    """How `operation` is paged; None where it is not."""
    reply = next((each for each in operation.successes if each.media), None)
    if reply is None or reply.media[0].schema is None:
        return None
    page = schemas.resolve(reply.media[0].schema)
    found = (
        _said(operation.extensions.get(_EXTENSION))
        or _linked(operation, reply)
        or _usual(operation, page)
    )
    if found is None:
        return None
    cursor, following, items = found
    names = {each.name: each.python_name for each in operation.parameters}
    array = _array(page, items, schemas)
    next_steps = _attributes(page, following, schemas)
    if cursor not in names or array is None or next_steps is None:
        return None
    steps, item = array
    return Paging(argument_name(names[cursor]), steps, next_steps, item)


def _said(extension: Any) -> tuple[str, str, str] | None:
    if not isinstance(extension, Mapping):
        return None
    return (
        str(extension.get("cursor", "")),
        f"/{extension.get('next', '')}",
        str(extension.get("items", "")),
    )


def _linked(operation: Operation, reply: Reply) -> tuple[str, str, str] | None:
    for link in reply.links.values():
        if link.get("operationId") != operation.id:
            continue
        for name, expression in (link.get("parameters") or {}).items():
            if isinstance(expression, str) and expression.startswith(_BODY):
                return name.rpartition(".")[2], expression.removeprefix(_BODY), ""
    return None


def _usual(operation: Operation, page: Schema) -> tuple[str, str, str] | None:
    properties = page.get("properties", {})
    for parameter in operation.parameters:
        for wire in _USUAL.get(parameter.name, ()) if parameter.location == "query" else ():
            if wire in properties:
                return parameter.name, f"/{wire}", ""
    return None


def _array(page: Schema, name: str, schemas: Schemas) -> tuple[tuple[str, ...], Schema] | None:
    """The attribute that holds the items and their schema: the one that is named, the only array
    that there is, or the one with a usual name."""
    properties: Mapping[str, Schema] = page.get("properties", {})
    arrays = {
        wire: schema
        for wire, inner in properties.items()
        if types_of(schema := schemas.resolve(not_null(inner))) == ("array",)
        and (not name or wire == name)
    }
    wire = next(iter(arrays)) if len(arrays) == 1 else next(filter(arrays.get, _ITEMS), None)
    if wire is None:
        return None
    return (field_names(properties)[wire],), arrays[wire].get("items", {})


def _attributes(page: Schema, pointer: str, schemas: Schemas) -> tuple[str, ...] | None:
    steps = []
    for wire in split(pointer):
        properties: Mapping[str, Schema] = page.get("properties", {})
        if wire not in properties:
            return None
        steps.append(field_names(properties)[wire])
        page = schemas.resolve(not_null(properties[wire]))
    return tuple(steps) or None
