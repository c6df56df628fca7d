"""How the values of parameters and headers are written, and what OpenAPI says makes no difference.

OpenAPI 3.1, "Style Values" and "Style Examples": two styles differ only where their examples do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.mutants.kinds.parameters import changed_parameter, parameters
from scripts.mutants.mutants import Draft, Edit, Label, at, kind, on, put
from scripts.mutants.uses import REPLY

Parameter = dict[str, Any]

_TEXT = {"type": "string"}
_LIST = {"type": "array", "items": _TEXT}
_RECORD = {"type": "object", "properties": {"a": _TEXT, "b": _TEXT}}
_WHOLE = {"type": "integer"}


def _query(schema: Any, **more: Any) -> Parameter:
    return {"in": "query", "schema": schema, **more}


def _header(schema: Any, **more: Any) -> Parameter:
    return {"in": "header", "schema": schema, **more}


def _cookie(schema: Any, **more: Any) -> Parameter:
    return {"in": "cookie", "schema": schema, **more}


def _content(schema: Any, type_: str = "application/json") -> Parameter:
    return {"in": "query", "content": {type_: {"schema": schema}}}


def _changes(name: str, label: Label, why: str, *pairs: tuple[Parameter, Parameter]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for number, (before, after) in enumerate(pairs):
            for edit in changed_parameter(draft, before, after):
                yield Edit(f"{edit.pointer} {number}", edit.change, edit.prepare)


_changes(
    "list or object written with other separators",
    "wire",
    "the same value has another text",
    (
        _query(_LIST, style="spaceDelimited", explode=False),
        _query(_LIST, style="pipeDelimited", explode=False),
    ),
    (_query(_LIST, style="spaceDelimited", explode=False), _query(_LIST, explode=False)),
    (_query(_RECORD), _query(_RECORD, explode=False)),
    (_query(_RECORD), _query(_RECORD, style="deepObject", explode=True)),
    (_header(_RECORD, explode=True), _header(_RECORD, explode=False)),
    (_cookie(_LIST, explode=False), _cookie(_LIST, explode=True)),
)
_changes(
    "explode where it makes no difference",
    "compatible",
    "style simple writes lists alike, and every style single values",
    (_header(_LIST), _header(_LIST, explode=True)),
    (_header(_LIST, explode=True), _header(_LIST, style="simple")),
    (_cookie(_TEXT), _cookie(_TEXT, explode=False)),
    (_header(_TEXT, explode=True), _header(_TEXT)),
    (_query(_WHOLE, explode=True), _query(_WHOLE, explode=False)),
)
_changes(
    "list taken as one value",
    "wire",
    "several values, each in its place, were valid",
    (_query(_LIST), _query(_TEXT)),
    (_query({"type": "array", "items": _WHOLE}, explode=False), _query(_WHOLE)),
    (_header({"type": "array", "items": _WHOLE}), _header(_WHOLE)),
)
_changes(
    "value of a parameter of another type",
    "wire",
    "texts that were valid are not of the new type",
    (_query(_TEXT), _query(_WHOLE)),
    (_query({"type": "number"}), _query(_WHOLE)),
    (_query(_WHOLE), _query({"type": "boolean"})),
    (_header(_TEXT), _header({**_TEXT, "enum": ["a", "b"]})),
    (_cookie(_TEXT), _cookie({"type": "boolean"})),
    (_query(_TEXT), _query({**_TEXT, "format": "uuid"})),
)
_changes(
    "value of a parameter of a wider type",
    "compatible",
    "the text of every value that was valid is one of the new type's",
    (_query(_WHOLE), _query({"type": "number"})),
    (_query({"type": "boolean"}), _query(_TEXT)),
    (_header({**_TEXT, "enum": ["a", "b"]}), _header(_TEXT)),
    (_query({**_WHOLE, "enum": [1, 2]}), _query(_WHOLE)),
    (_cookie({"type": "number"}), _cookie(_TEXT)),
)
_changes(
    "members of a list parameter narrowed",
    "wire",
    "texts that were valid are refused",
    (_query(_LIST), _query({**_LIST, "maxItems": 5})),
    (_query(_LIST), _query({**_LIST, "uniqueItems": True})),
    (_query(_LIST), _query({"type": "array", "items": {**_TEXT, "enum": ["a", "b"]}})),
    (
        _query(_LIST, explode=False),
        _query({**_LIST, "items": {**_TEXT, "maxLength": 3}}, explode=False),
    ),
    (_header(_LIST), _header({**_LIST, "items": {**_TEXT, "pattern": "^[a-z]+$"}})),
)
_changes(
    "members of a list parameter widened",
    "compatible",
    "what was valid stays valid",
    (_query({**_LIST, "maxItems": 5}), _query(_LIST)),
    (_query({**_LIST, "uniqueItems": True}), _query({**_LIST, "uniqueItems": False})),
    (_header({**_LIST, "items": {**_TEXT, "maxLength": 9}}), _header(_LIST)),
    (_query({"type": "array", "items": {**_TEXT, "enum": ["a"]}}), _query(_LIST)),
)
_changes(
    "object parameter narrowed",
    "wire",
    "objects that were valid are refused",
    (
        _query(_RECORD, style="deepObject", explode=True),
        _query({**_RECORD, "required": ["a"]}, style="deepObject", explode=True),
    ),
    (
        _query(_RECORD, style="deepObject", explode=True),
        _query(
            {"type": "object", "properties": {"a": {**_TEXT, "maxLength": 3}, "b": _TEXT}},
            style="deepObject",
            explode=True,
        ),
    ),
    (_content(_RECORD), _content({**_RECORD, "required": ["b"]})),
    (_content(_RECORD), _content({**_RECORD, "additionalProperties": False})),
    (_query(_RECORD), _query({"type": "object", "properties": {"a": _TEXT}})),
    (_content(_RECORD), _content(_RECORD, "application/xml")),
)
_changes(
    "object parameter widened",
    "compatible",
    "what was valid stays valid",
    (
        _query({**_RECORD, "required": ["a"]}, style="deepObject", explode=True),
        _query(_RECORD, style="deepObject", explode=True),
    ),
    (_content({**_RECORD, "additionalProperties": False}), _content(_RECORD)),
    (_content({**_RECORD, "required": ["a", "b"]}), _content({**_RECORD, "required": ["b"]})),
    (
        _content({"type": "object", "properties": {"a": {**_TEXT, "maxLength": 3}}}),
        _content({"type": "object", "properties": {"a": _TEXT}}),
    ),
)
_changes(
    "default of a parameter comes or goes",
    "meaning",
    "calls without it ask for something else",
    (_query(_WHOLE), _query({**_WHOLE, "default": 5})),
    (_query({**_WHOLE, "default": 5}), _query(_WHOLE)),
    (_header({**_TEXT, "default": "a"}), _header(_TEXT)),
)
_changes(
    "header that OpenAPI ignores",
    "compatible",
    "definitions of Accept, Content-Type and Authorization parameters are to be ignored",
    (
        _header(_TEXT, name="Accept"),
        _header({**_TEXT, "enum": ["application/json"]}, name="Accept", required=True),
    ),
    (_header(_TEXT, name="Authorization"), _header(_WHOLE, name="Authorization", required=True)),
    (_header(_TEXT, name="Content-Type", required=True), _header(_WHOLE, name="Content-Type")),
)


@kind("style of a path parameter changed", "wire", "label and matrix write a mark ahead of it")
def path_style(draft: Draft) -> Iterator[Edit]:
    for use in parameters(draft, "path"):
        if "style" not in use.node and "schema" in use.node:
            for style in ("label", "matrix"):
                edit = at(use.pointer, put({"style": style}))
                yield Edit(f"{use.pointer} {style}", edit.change)


@kind("style of a path parameter said", "compatible", "simple is the default, single values alike")
def path_style_said(draft: Draft) -> Iterator[Edit]:
    for use in parameters(draft, "path"):
        if not {"style", "explode", "content"} & use.node.keys():
            yield at(use.pointer, put({"style": "simple", "explode": False}))


@kind("query parameter in other case", "wire", "names in a query are told apart by case")
def query_case(draft: Draft) -> Iterator[Edit]:
    for use in parameters(draft, "query"):
        name = use.node["name"]
        if name.upper() != name:
            yield at(use.pointer, put({"name": name.upper()}))


def _reply_header(name: str, label: Label, why: str, *pairs: tuple[Parameter, Parameter]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for use in draft.uses.replies.values():
            if not use.only(REPLY):
                continue
            for number, (before, after) in enumerate(pairs):

                def put_header(header: Parameter) -> Any:
                    header = dict(header)
                    called = header.pop("name", "X-Zz")
                    return lambda node: node.setdefault("headers", {}).update({called: header})

                yield Edit(
                    f"{use.pointer} {number}",
                    on(use.pointer, put_header(after)),
                    on(use.pointer, put_header(before)),
                )


_reply_header(
    "reply header written differently",
    "wire",
    "the same value has another text",
    ({"schema": _RECORD}, {"schema": _RECORD, "explode": True}),
    ({"schema": _RECORD}, {"content": {"application/json": {"schema": _RECORD}}}),
    (
        {"content": {"application/json": {"schema": _RECORD}}},
        {"content": {"application/xml": {"schema": _RECORD}}},
    ),
)
_reply_header(
    "value of a reply header wider",
    "wire",
    "texts come that never could",
    ({"schema": {"type": "array", "items": _WHOLE}}, {"schema": _LIST}),
    ({"schema": {**_LIST, "maxItems": 3}}, {"schema": _LIST}),
    ({"schema": {**_TEXT, "enum": ["a"]}}, {"schema": {**_TEXT, "enum": ["a", "b"]}}),
    ({"schema": _WHOLE}, {"schema": {"type": "number"}}),
    ({"schema": {**_TEXT, "format": "date-time"}}, {"schema": _TEXT}),
    (
        {"content": {"application/json": {"schema": {**_RECORD, "required": ["a"]}}}},
        {"content": {"application/json": {"schema": _RECORD}}},
    ),
)
_reply_header(
    "value of a reply header narrower, or alike",
    "compatible",
    "every text was possible before",
    ({"schema": _LIST}, {"schema": {**_LIST, "maxItems": 3}}),
    ({"schema": _LIST}, {"schema": _LIST, "explode": True}),
    ({"schema": {"type": "number"}}, {"schema": _WHOLE}),
    ({"schema": _TEXT}, {"schema": _TEXT, "required": True}),
    ({"schema": _TEXT}, {"schema": _TEXT, "style": "simple"}),
    ({"schema": _WHOLE, "name": "Content-Type"}, {"schema": _TEXT, "name": "Content-Type"}),
)
