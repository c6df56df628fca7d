"""Parameters, headers, bodies, media types and statuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import find, join
from scripts.mutants.mutants import Draft, Edit, at, drop, kind, move, on, put
from scripts.mutants.uses import REPLY, REQUEST, Operation, Use

_NEW = "zz-new"


def _parameters(draft: Draft, *places: str) -> Iterator[Use]:
    for use in draft.uses.parameters.values():
        if use.only(REQUEST) and use.node["in"] in places:
            yield use


def _with_parameter(draft: Draft, parameter: dict[str, Any]) -> Iterator[tuple[Operation, Any]]:
    """Operations that get a parameter in `prepare`, and the step that puts it in."""
    for operation in draft.uses.operations:

        def put(node: dict[str, Any]) -> None:
            node.setdefault("parameters", []).append(dict(parameter))

        yield operation, on(operation.pointer, put)


def _changed_parameter(
    draft: Draft, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Edit]:
    named = {"name": _NEW, **before}
    for operation, prepare in _with_parameter(draft, named):

        def change(node: dict[str, Any]) -> None:
            node["parameters"][-1] = {"name": _NEW, **after}

        yield Edit(f"{operation.pointer} {after}", on(operation.pointer, change), prepare)


_QUERY = {"in": "query", "schema": {"type": "string"}}
_LIST = {"type": "array", "items": {"type": "string"}}
_RECORD = {"type": "object", "properties": {"a": {"type": "string"}}}


@kind("optional parameter removed", "wire", "what callers send has no effect, or is refused")
def parameter_removed(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        for index in range(len(operation.node.get("parameters", ()))):
            _, node = draft.uses.follow(join(operation.pointer, "parameters", index))
            if node["in"] in ("query", "header") and not node.get("required"):
                yield Edit(
                    join(operation.pointer, "parameters", index),
                    on(operation.pointer, drop("parameters", index)),
                )


@kind("required parameter added", "wire", "calls without it were valid")
def parameter_added(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        for place in ("query", "header", "cookie"):
            new = {"name": _NEW, "in": place, "required": True, "schema": {"type": "string"}}

            def add(node: dict[str, Any], new: dict[str, Any] = new) -> None:
                node.setdefault("parameters", []).append(new)

            yield Edit(f"{operation.pointer} {place}", on(operation.pointer, add))


@kind("optional parameter added", "compatible", "calls without it stay valid")
def optional_parameter(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:

        def add(node: dict[str, Any]) -> None:
            node.setdefault("parameters", []).append({"name": _NEW, **_QUERY})

        yield at(operation.pointer, add)


@kind("parameter became required", "wire", "calls without it were valid")
def became_required(draft: Draft) -> Iterator[Edit]:
    for use in _parameters(draft, "query", "header", "cookie"):
        if not use.node.get("required"):
            yield at(use.pointer, lambda node: node.update(required=True))


@kind("parameter became optional", "compatible", "who sends it may go on")
def became_optional(draft: Draft) -> Iterator[Edit]:
    yield from _changed_parameter(draft, {**_QUERY, "required": True}, _QUERY)


@kind("parameter renamed", "wire", "the old name is not understood")
def renamed(draft: Draft) -> Iterator[Edit]:
    for use in _parameters(draft, "query", "header"):
        yield at(use.pointer, lambda node: node.update(name=f"{node['name']}2"))


@kind("parameter moved", "wire", "it is looked for elsewhere")
def moved(draft: Draft) -> Iterator[Edit]:
    for use in _parameters(draft, "query", "header"):
        other = "header" if use.node["in"] == "query" else "query"
        if not {"style", "allowReserved", "allowEmptyValue"} & use.node.keys():
            yield at(use.pointer, put({"in": other}))


@kind("parameter written differently", "wire", "the same value has another text")
def style(draft: Draft) -> Iterator[Edit]:
    lists = {"in": "query", "schema": _LIST}
    records = {"in": "query", "schema": _RECORD}
    yield from _changed_parameter(draft, lists, {**lists, "explode": False})
    yield from _changed_parameter(
        draft, {**lists, "explode": False}, {**lists, "style": "pipeDelimited", "explode": False}
    )
    yield from _changed_parameter(
        draft, {**records, "style": "deepObject", "explode": True}, records
    )
    header = {"in": "header", "schema": _RECORD}
    yield from _changed_parameter(draft, header, {**header, "explode": True})


@kind("style of a single value said differently", "compatible", "one value has one text either way")
def style_said(draft: Draft) -> Iterator[Edit]:
    yield from _changed_parameter(draft, _QUERY, {**_QUERY, "explode": False})
    yield from _changed_parameter(draft, _QUERY, {**_QUERY, "style": "form"})


@kind("reserved characters refused", "wire", "texts that were valid as they were must be escaped")
def reserved(draft: Draft) -> Iterator[Edit]:
    yield from _changed_parameter(draft, {**_QUERY, "allowReserved": True}, _QUERY)


@kind("empty value refused", "wire", "the name alone was valid")
def empty(draft: Draft) -> Iterator[Edit]:
    yield from _changed_parameter(draft, {**_QUERY, "allowEmptyValue": True}, _QUERY)


@kind("reserved or empty allowed", "compatible", "what was valid stays valid")
def allowed(draft: Draft) -> Iterator[Edit]:
    yield from _changed_parameter(draft, _QUERY, {**_QUERY, "allowReserved": True})
    yield from _changed_parameter(draft, _QUERY, {**_QUERY, "allowEmptyValue": True})


@kind("parameter by schema becomes one by content", "wire", "its text is JSON now")
def content(draft: Draft) -> Iterator[Edit]:
    json = {"in": "query", "content": {"application/json": {"schema": _RECORD}}}
    yield from _changed_parameter(draft, {"in": "query", "schema": _RECORD}, json)


@kind("parameter takes any text", "compatible", "the text of every number is a text")
def any_text(draft: Draft) -> Iterator[Edit]:
    number = {"in": "query", "schema": {"type": "integer"}}
    yield from _changed_parameter(draft, number, _QUERY)


@kind("request body became required", "wire", "calls without it were valid")
def body_required(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.bodies.values():
        if use.only(REQUEST):
            yield Edit(
                use.pointer,
                on(use.pointer, lambda node: node.update(required=True)),
                on(use.pointer, lambda node: node.pop("required", None)),
            )


@kind("request body removed or added", "wire", "a body is sent in vain, or missing")
def body_gone(draft: Draft) -> Iterator[Edit]:
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    for operation in draft.uses.operations:
        if "requestBody" in operation.node:
            yield at(operation.pointer, lambda node: node.pop("requestBody"))
        elif operation.method in ("post", "put", "patch"):
            yield at(operation.pointer, lambda node: node.update(requestBody=body))


@kind("request body became optional", "compatible", "who sends it may go on")
def body_optional(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.bodies.values():
        if use.only(REQUEST) and use.node.get("required"):
            yield at(use.pointer, lambda node: node.update(required=False))


@kind("media type of a request removed", "wire", "415 for what was understood")
def request_media(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.bodies.values():
        if use.only(REQUEST) and "*/*" not in use.node["content"]:
            yield Edit(
                use.pointer,
                on(use.pointer, lambda node: node["content"].pop("application/x-zz")),
                on(use.pointer, _more_media),
            )


@kind("media type of a request added", "compatible", "what was understood still is")
def more_media(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.bodies.values():
        if use.only(REQUEST):
            yield at(use.pointer, _more_media)


@kind("media type of a reply removed or replaced", "wire", "callers read what they asked for")
def reply_media(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.replies.values():
        for type_ in use.node.get("content", {}):
            if type_ not in ("*/*", "application/*") and use.only(REPLY):
                yield Edit(
                    join(use.pointer, "content", type_),
                    on(use.pointer, move(type_, "application/x-zz", "content")),
                )


@kind("media type of a reply added", "compatible", "callers choose by Accept")
def reply_media_added(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.replies.values():
        if use.node.get("content") and use.only(REPLY):
            yield at(use.pointer, _more_media)


def _more_media(node: dict[str, Any]) -> None:
    node["content"]["application/x-zz"] = {"schema": {"type": "string"}}


@kind("encoding of a form's part changed", "wire", "the part is written and read differently")
def encoding(draft: Draft) -> Iterator[Edit]:
    form = {
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string"}}},
                "encoding": {"file": {"contentType": "image/png, image/jpeg"}},
            }
        }
    }
    for operation in draft.uses.operations:
        if operation.method not in ("post", "put", "patch"):
            continue
        media = join(operation.pointer, "requestBody", "content", "multipart/form-data")

        def prepare(node: dict[str, Any]) -> None:
            node["requestBody"] = {
                "content": {key: dict(value) for key, value in form["content"].items()}
            }

        for number, after in enumerate(
            (
                {"contentType": "image/png"},
                {
                    "contentType": "image/png, image/jpeg",
                    "headers": {"X-Digest": {"required": True, "schema": {"type": "string"}}},
                },
            )
        ):
            yield Edit(
                f"{media} {number}",
                on(media, put({"encoding": {"file": after}})),
                on(operation.pointer, prepare),
            )


@kind("reply header removed", "wire", "callers that read it find it no more")
def header_removed(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.replies.values():
        for name in use.node.get("headers", {}):
            if use.only(REPLY) and name.lower() != "content-type":
                yield Edit(
                    join(use.pointer, "headers", name),
                    on(use.pointer, drop("headers", name)),
                )


@kind("reply header became optional", "wire", "it may be absent, and never was")
def header_optional(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.headers.values():
        if use.only(REPLY):
            yield Edit(
                use.pointer,
                on(use.pointer, lambda node: node.pop("required")),
                on(use.pointer, lambda node: node.update(required=True)),
            )


@kind("reply header added", "compatible", "callers ignore headers that they do not know")
def header_added(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.replies.values():

        def add(node: dict[str, Any]) -> None:
            node.setdefault("headers", {})["X-Zz"] = {
                "required": True,
                "schema": {"type": "string"},
            }

        if use.only(REPLY):
            yield at(use.pointer, add)


@kind("type of a reply header changed", "wire", "its text is not what callers parse")
def header_type(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.headers.values():
        schema = use.node.get("schema", {})
        if use.only(REPLY) and schema.get("type") == "integer":
            yield at(use.pointer, lambda node: node.update(schema={"type": "string"}))


def _statuses(draft: Draft, first: str) -> Iterator[tuple[Operation, str]]:
    for operation in draft.uses.operations:
        responses = operation.node.get("responses", {})
        if "$ref" not in responses and not {"default", f"{first}XX"} & responses.keys():
            for status in responses:
                if status[0] == first:
                    yield operation, status


@kind("success status replaced", "wire", "callers wait for the one that was promised")
def status_replaced(draft: Draft) -> Iterator[Edit]:
    for operation, status in _statuses(draft, "2"):
        new = "202" if status != "202" else "200"

        if new not in operation.node["responses"]:
            yield Edit(
                join(operation.pointer, "responses", status),
                on(operation.pointer, move(status, new, "responses")),
            )


@kind("success status removed", "wire", "callers wait for the one that was promised")
def status_removed(draft: Draft) -> Iterator[Edit]:
    for operation, status in _statuses(draft, "2"):
        if len(operation.node["responses"]) > 1:
            yield Edit(
                join(operation.pointer, "responses", status),
                on(operation.pointer, drop("responses", status)),
            )


@kind("status added", "wire", "a reply comes that the contract excluded: no range, no default")
def status_added(draft: Draft) -> Iterator[Edit]:
    reply = {"description": "New.", "content": {"application/json": {"schema": {"type": "object"}}}}
    for first, new in (("2", "207"), ("4", "451")):
        for operation in {operation.pointer: 0 for operation, _ in _statuses(draft, first)}:
            responses = find(draft.document, operation)["responses"]
            if new not in responses:
                yield Edit(
                    f"{operation} {new}",
                    on(join(operation, "responses"), put({new: reply})),
                )


@kind("error status removed", "compatible", "it just never comes: no caller meets anything new")
def error_removed(draft: Draft) -> Iterator[Edit]:
    for operation, status in _statuses(draft, "4"):
        yield Edit(
            join(operation.pointer, "responses", status),
            on(operation.pointer, drop("responses", status)),
        )
