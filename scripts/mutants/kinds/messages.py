"""Bodies, media types, reply headers and statuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import find, join
from scripts.mutants.mutants import Draft, Edit, at, drop, kind, move, on, put
from scripts.mutants.uses import REPLY, REQUEST, Operation


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
