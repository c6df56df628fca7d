"""Media types and statuses, their ranges, and the encodings of forms.

OpenAPI: the most specific key of `content` and of `responses` applies; `encoding` applies to forms
and multipart alone.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import join
from scripts.mutants.mutants import Draft, Edit, Label, kind, on, put
from scripts.mutants.uses import REPLY

Content = dict[str, Any]
Responses = dict[str, Any]

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_RECORD = {"type": "object", "properties": {"a": _TEXT, "b": _TEXT}}
_LIST = {"type": "array", "items": _TEXT}
_ERROR = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string", "maxLength": 9}},
}
_LOOSE = {"type": "object", "properties": {"code": {"type": "string"}}}


def _media(**schemas: Any) -> Content:
    names = {"any": "*/*", "some": "application/*", "json": "application/json", "xml": "text/xml"}
    return {
        names[key]: {} if value is None else {"schema": value} for key, value in schemas.items()
    }


def _request(name: str, label: Label, why: str, *pairs: tuple[Content, Content]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for operation in draft.uses.operations:
            if operation.method not in ("post", "put", "patch"):
                continue
            if _is_referred_to(draft, join(operation.pointer, "requestBody")):
                continue
            for number, (before, after) in enumerate(pairs):
                yield Edit(
                    f"{operation.pointer}/requestBody {number}",
                    on(operation.pointer, put({"requestBody": {"content": after}})),
                    on(operation.pointer, put({"requestBody": {"content": before}})),
                )


def _reply(name: str, label: Label, why: str, *pairs: tuple[Content, Content]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for use in draft.uses.replies.values():
            for number, (before, after) in enumerate(pairs):
                if (
                    use.only(REPLY)
                    and "content" in use.node
                    and not _is_referred_to(draft, join(use.pointer, "content"))
                ):
                    yield Edit(
                        f"{use.pointer} {number}",
                        on(use.pointer, put({"content": after})),
                        on(use.pointer, put({"content": before})),
                    )


def _is_referred_to(draft: Draft, pointer: str) -> bool:
    """Whether a `$ref` leads to something below `pointer`, which may not go, then."""
    return f'"#{pointer}/' in draft.text


_request(
    "range of media types narrowed in a request",
    "wire",
    "a type that was understood is none of them",
    (_media(any=_RECORD), _media(json=_RECORD)),
    (_media(some=_RECORD), _media(json=_RECORD)),
    (_media(any=_RECORD), _media(some=_RECORD)),
    ({"image/*": {}}, {"image/png": {}}),
)
_request(
    "range of media types widened in a request",
    "compatible",
    "what was understood still is",
    (_media(json=_RECORD), _media(any=_RECORD)),
    (_media(json=_RECORD), _media(some=_RECORD)),
    ({"image/png": {}}, {"image/*": {}}),
    (_media(json=_RECORD, any=_RECORD), _media(any=_RECORD)),
    (_media(json=_RECORD), {"Application/JSON": {"schema": _RECORD}}),
)
_reply(
    "range of media types widened in a reply",
    "wire",
    "a type comes that was not promised",
    (_media(json=_RECORD), _media(any=_RECORD)),
    (_media(json=_RECORD), _media(some=_RECORD)),
    ({"image/png": {}}, {"image/*": {}}),
)
_reply(
    "range of media types narrowed in a reply",
    "compatible",
    "it was one of them",
    (_media(any=_RECORD), _media(json=_RECORD)),
    (_media(some=_RECORD), _media(json=_RECORD)),
    (_media(json=_RECORD, any=_RECORD), _media(any=_RECORD, json=_RECORD)),
    (_media(json=_RECORD), {"APPLICATION/json": {"schema": _RECORD}}),
)
_request(
    "more specific media type narrowed in a request",
    "wire",
    "the most specific key applies, and it takes less than the range did",
    (_media(any=_RECORD), _media(any=_RECORD, json={**_RECORD, "required": ["a"]})),
    (_media(some=_RECORD), _media(some=_RECORD, json={**_RECORD, "maxProperties": 1})),
)
_request(
    "schema of a request's media type comes",
    "wire",
    "without one everything was valid",
    (_media(json=None), _media(json=_RECORD)),
    (_media(json={}), _media(json=_LIST)),
)
_request(
    "schema of a request's media type goes",
    "compatible",
    "without one everything is valid",
    (_media(json=_WHOLE), _media(json=None)),
    (_media(json=_LIST), _media(json={})),
)
_reply(
    "schema of a reply's media type goes",
    "wire",
    "without one anything may come",
    (_media(json=_RECORD), _media(json=None)),
    (_media(json=_LIST), _media(json={})),
)


@kind("body of a reply removed", "wire", "callers read it")
def body_removed(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.replies.values():
        if use.only(REPLY) and use.node.get("content"):
            yield Edit(use.pointer, on(use.pointer, lambda node: node.pop("content")))


def _encoded(type_: str, schema: Any, **encoding: Any) -> Content:
    return {type_: {"schema": schema, "encoding": encoding} if encoding else {"schema": schema}}


_FORM = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"
_OF = {"type": "object", "properties": {"a": _LIST, "b": _RECORD, "c": _TEXT}}
_HEADER = {"X-Digest": {"schema": {"type": "string", "maxLength": 9}}}

_request(
    "field of a form written differently",
    "wire",
    "the same value has another text",
    (_encoded(_FORM, _OF), _encoded(_FORM, _OF, a={"style": "form", "explode": False})),
    (
        _encoded(_FORM, _OF, a={"style": "spaceDelimited", "explode": False}),
        _encoded(_FORM, _OF, a={"style": "pipeDelimited", "explode": False}),
    ),
    (
        _encoded(_FORM, _OF, b={"style": "deepObject", "explode": True}),
        _encoded(_FORM, _OF, b={"style": "form", "explode": True}),
    ),
)
_request(
    "part of a form narrowed",
    "wire",
    "parts that were valid are refused",
    (_encoded(_PARTS, _OF), _encoded(_PARTS, {**_OF, "required": ["c"]})),
    (
        _encoded(_FORM, _OF),
        _encoded(_FORM, {"type": "object", "properties": {"a": _LIST, "b": _RECORD}}),
    ),
    (
        _encoded(_FORM, {"type": "object", "properties": {"c": _TEXT}}),
        _encoded(_FORM, {"type": "object", "properties": {"c": {**_TEXT, "maxLength": 3}}}),
    ),
    (
        _encoded(_PARTS, _OF, c={"contentType": "image/*"}),
        _encoded(_PARTS, _OF, c={"contentType": "image/png"}),
    ),
    (
        _encoded(
            _PARTS, _OF, c={"contentType": "image/png", "headers": {"X-A": {"schema": _TEXT}}}
        ),
        _encoded(
            _PARTS, _OF, c={"contentType": "image/png", "headers": {"X-A": {"schema": _WHOLE}}}
        ),
    ),
)
_request(
    "part of a form widened, or said",
    "compatible",
    "what was valid stays valid; the content type is the one that OpenAPI means anyway",
    (
        _encoded(_PARTS, _OF, c={"contentType": "image/png"}),
        _encoded(_PARTS, _OF, c={"contentType": "image/png, image/jpeg"}),
    ),
    (_encoded(_PARTS, _OF), _encoded(_PARTS, _OF, c={"contentType": "text/plain"})),
    (_encoded(_PARTS, _OF), _encoded(_PARTS, _OF, b={"contentType": "application/json"})),
    (
        _encoded(_PARTS, _OF, c={"contentType": "image/png"}),
        _encoded(_PARTS, _OF, c={"contentType": "image/png", "headers": _HEADER}),
    ),
    (_encoded(_PARTS, _OF), _encoded(_PARTS, _OF, zz={"contentType": "image/png"})),
    (
        _encoded("application/json", _OF),
        _encoded("application/json", _OF, c={"contentType": "image/png"}),
    ),
)


def _answers(name: str, label: Label, why: str, *pairs: tuple[Responses, Responses]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for operation in draft.uses.operations:
            if _is_referred_to(draft, join(operation.pointer, "responses")):
                continue
            for number, (before, after) in enumerate(pairs):
                yield Edit(
                    f"{join(operation.pointer, 'responses')} {number}",
                    on(operation.pointer, put({"responses": copy.deepcopy(after)})),
                    on(operation.pointer, put({"responses": copy.deepcopy(before)})),
                )


def _with(**schemas: Any) -> Responses:
    return {
        key.strip("_"): {
            "description": "A reply.",
            "content": {"application/json": {"schema": schema}},
        }
        for key, schema in schemas.items()
    }


_answers(
    "status becomes a range",
    "wire",
    "other statuses of the range may come",
    (_with(_200=_RECORD), _with(_2XX=_RECORD)),
    (_with(_200=_RECORD, _404=_ERROR), _with(_200=_RECORD, _4XX=_ERROR)),
    (_with(_200=_RECORD, _201=_RECORD), _with(_2XX=_RECORD)),
    (_with(_200=_RECORD, _4XX=_ERROR), _with(_200=_RECORD, default=_ERROR)),
)
_answers(
    "range of statuses narrowed",
    "compatible",
    "it was one of them",
    (_with(_2XX=_RECORD), _with(_200=_RECORD)),
    (_with(_200=_RECORD, _4XX=_ERROR), _with(_200=_RECORD, _404=_ERROR)),
    (_with(_200=_RECORD, default=_ERROR), _with(_200=_RECORD)),
    (_with(_200=_RECORD, default=_ERROR), _with(_200=_RECORD, _5XX=_ERROR)),
)
_answers(
    "status said that a range or default covers",
    "compatible",
    "the same reply was possible with that status",
    (_with(_200=_RECORD, _4XX=_ERROR), _with(_200=_RECORD, _4XX=_ERROR, _404=_ERROR)),
    (_with(_200=_RECORD, default=_ERROR), _with(_200=_RECORD, default=_ERROR, _404=_ERROR)),
    (_with(_200=_RECORD, default=_LOOSE), _with(_200=_RECORD, default=_LOOSE, _404=_ERROR)),
    (_with(_200=_RECORD, default=_ERROR, _404=_ERROR), _with(_200=_RECORD, default=_ERROR)),
)
_answers(
    "status that a range or default covers replies with more",
    "wire",
    "with that status a reply comes that never could",
    (_with(_200=_RECORD, _4XX=_ERROR), _with(_200=_RECORD, _4XX=_ERROR, _404=_LOOSE)),
    (_with(_200=_RECORD, default=_ERROR), _with(_200=_RECORD, default=_ERROR, _404=_LOOSE)),
    (
        _with(_200=_RECORD, default=_LOOSE, _404=_ERROR),
        _with(_200=_RECORD, default=_LOOSE),
    ),
)
_answers(
    "default reply added",
    "wire",
    "statuses come that the contract excluded",
    (_with(_200=_RECORD), _with(_200=_RECORD, default=_ERROR)),
    (_with(_200=_RECORD, _404=_ERROR), _with(_200=_RECORD, _404=_ERROR, default=_ERROR)),
)
