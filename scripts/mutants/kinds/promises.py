"""Links, callbacks and webhooks. What a service sends on its own is read as replies are, and what
it takes in answer as requests are: the direction is reversed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from accord.spec.pointers import join
from scripts.mutants.mutants import Draft, Edit, kind, on

_PAYLOAD = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["done", "failed"]},
        "note": {"type": "string", "maxLength": 40},
    },
}
_EVENT = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _PAYLOAD}}},
    "parameters": [
        {"name": "X-Signature", "in": "header", "required": True, "schema": {"type": "string"}}
    ],
    "responses": {
        "200": {
            "description": "Taken.",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": {"ack": {"type": "boolean"}}}
                }
            },
        },
        "204": {"description": "Taken."},
    },
}
_URL = "{$request.query.callbackUrl}"
Change = Callable[[dict[str, Any]], object]


def _payload(event: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = event["requestBody"]["content"]["application/json"]["schema"]
    return schema


def _answer(event: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = event["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def _grow(event: dict[str, Any]) -> None:
    _payload(event)["properties"]["state"]["enum"].append("unknown")


def _loosen(event: dict[str, Any]) -> None:
    del _payload(event)["properties"]["note"]["maxLength"]


def _drop(event: dict[str, Any]) -> None:
    del _payload(event)["properties"]["note"]


def _relax(event: dict[str, Any]) -> None:
    _payload(event)["required"].remove("state")


def _unsign(event: dict[str, Any]) -> None:
    del event["parameters"]


def _demand(event: dict[str, Any]) -> None:
    _answer(event)["required"] = ["ack"]


def _refuse(event: dict[str, Any]) -> None:
    del event["responses"]["204"]


def _enrich(event: dict[str, Any]) -> None:
    _payload(event)["properties"]["more"] = {"type": "string"}


def _promise(event: dict[str, Any]) -> None:
    _payload(event)["required"].append("note")


def _tighten(event: dict[str, Any]) -> None:
    _payload(event)["properties"]["note"]["maxLength"] = 20


def _take(event: dict[str, Any]) -> None:
    event["responses"]["202"] = {"description": "Taken for later."}


_BREAKS: dict[str, Change] = {
    "payload enum grown": _grow,
    "payload loosened": _loosen,
    "payload property removed": _drop,
    "payload property optional": _relax,
    "header no longer sent": _unsign,
    "answer demands more": _demand,
    "answer no longer taken": _refuse,
}
_FITS: dict[str, Change] = {
    "payload property added": _enrich,
    "payload property certain": _promise,
    "payload tightened": _tighten,
    "another answer taken": _take,
}


def _webhooks(draft: Draft, changes: dict[str, Change]) -> Iterator[Edit]:
    if draft.contract.is_legacy:
        return
    for name, change in changes.items():
        yield Edit(
            f"/webhooks/zz {name}",
            on("/webhooks/zz/post", change),
            lambda document: document.setdefault("webhooks", {}).update(
                zz={"post": copy.deepcopy(_EVENT)}
            ),
        )


def _callbacks(draft: Draft, changes: dict[str, Change]) -> Iterator[Edit]:
    for operation in draft.uses.operations:

        def prepare(node: dict[str, Any]) -> None:
            node["callbacks"] = {"zz": {_URL: {"post": copy.deepcopy(_EVENT)}}}

        for name, change in changes.items():
            event = join(operation.pointer, "callbacks", "zz", _URL, "post")
            yield Edit(
                f"{operation.pointer} {name}", on(event, change), on(operation.pointer, prepare)
            )


@kind("webhook broken", "wire", "receivers get what they never had to expect")
def webhook(draft: Draft) -> Iterator[Edit]:
    return _webhooks(draft, _BREAKS)


@kind("webhook removed", "wire", "receivers wait for it")
def webhook_removed(draft: Draft) -> Iterator[Edit]:
    if not draft.contract.is_legacy:
        yield Edit(
            "/webhooks/zz",
            lambda document: document["webhooks"].pop("zz"),
            lambda document: document.setdefault("webhooks", {}).update(zz={"post": _EVENT}),
        )


@kind("webhook extended", "compatible", "receivers get nothing that they did not expect")
def webhook_fits(draft: Draft) -> Iterator[Edit]:
    return _webhooks(draft, _FITS)


@kind("callback broken", "wire", "receivers get what they never had to expect")
def callback(draft: Draft) -> Iterator[Edit]:
    return _callbacks(draft, _BREAKS)


@kind("callback removed or sent elsewhere", "wire", "receivers wait for it")
def callback_removed(draft: Draft) -> Iterator[Edit]:
    def elsewhere(node: dict[str, Any]) -> None:
        zz = node["callbacks"]["zz"]
        zz["{$request.body#/url}"] = zz.pop(_URL)

    yield from _callbacks_with(draft, "removed", lambda node: node.pop("callbacks"))
    yield from _callbacks_with(draft, "elsewhere", elsewhere)


def _callbacks_with(draft: Draft, name: str, change: Change) -> Iterator[Edit]:
    for operation in draft.uses.operations:

        def prepare(node: dict[str, Any]) -> None:
            node["callbacks"] = {"zz": {_URL: {"post": copy.deepcopy(_EVENT)}}}

        yield Edit(
            f"{operation.pointer} {name}",
            on(operation.pointer, change),
            on(operation.pointer, prepare),
        )


@kind("callback extended", "compatible", "receivers get nothing that they did not expect")
def callback_fits(draft: Draft) -> Iterator[Edit]:
    return _callbacks(draft, _FITS)


def _links(draft: Draft, name: str, change: Change) -> Iterator[Edit]:
    ids = [operation.node.get("operationId") for operation in draft.uses.operations]
    named = [each for each in ids if each]
    if len(named) < 2:
        return
    link = {"operationId": named[0], "parameters": {"id": "$response.body#/id"}}
    for pointer, use in draft.uses.replies.items():
        if use.ways != {"reply"}:
            continue

        def prepare(node: dict[str, Any]) -> None:
            node.setdefault("links", {})["zz"] = copy.deepcopy(link)

        yield Edit(f"{pointer} {name}", on(pointer, change), on(pointer, prepare))


@kind("link removed", "wire", "callers that follow it find it no more")
def link_removed(draft: Draft) -> Iterator[Edit]:
    return _links(draft, "removed", lambda node: node["links"].pop("zz"))


@kind("link changed", "wire", "it leads elsewhere, or hands on something else")
def link_changed(draft: Draft) -> Iterator[Edit]:
    named = [operation.node.get("operationId") for operation in draft.uses.operations]
    other = next((each for each in reversed(named) if each), "")
    parameters = {"id": "$response.body#/other"}
    yield from _links(draft, "target", lambda node: node["links"]["zz"].update(operationId=other))
    yield from _links(
        draft, "parameter", lambda node: node["links"]["zz"].update(parameters=parameters)
    )


@kind("link added", "compatible", "no caller knows it")
def link_added(draft: Draft) -> Iterator[Edit]:
    def add(node: dict[str, Any]) -> None:
        node["links"]["zz2"] = copy.deepcopy(node["links"]["zz"])

    return _links(draft, "added", add)


@kind("request or server of a link changed", "wire", "who follows it sends something else")
def link_request(draft: Draft) -> Iterator[Edit]:
    body = "$response.body#/other"
    yield from _links(draft, "body", lambda node: node["links"]["zz"].update(requestBody=body))
    server = {"url": "https://other.example"}
    yield from _links(draft, "server", lambda node: node["links"]["zz"].update(server=server))


@kind("link in other words", "compatible", "it leads where it led, and hands on the same")
def link_reworded(draft: Draft) -> Iterator[Edit]:
    target = next(
        (each.pointer for each in draft.uses.operations if each.node.get("operationId")), ""
    )

    def by_reference(node: dict[str, Any]) -> None:
        del node["links"]["zz"]["operationId"]
        node["links"]["zz"]["operationRef"] = f"#{target}"

    yield from _links(draft, "reference", by_reference)
    yield from _links(
        draft, "description", lambda node: node["links"]["zz"].update(description="Zz.")
    )
