"""Callbacks and webhooks once more: the service sends, so what it sends is a reply and what it
takes in answer a request. The kinds of `promises` change payloads; these all around them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from accord.spec.pointers import join
from scripts.mutants.mutants import Draft, Edit, Label, kind, on

Event = dict[str, Any]
Change = Callable[[Event], object]

_URL = "{$request.query.hook}"
_JSON = "application/json"
_TEXT = {"type": "string"}
_ACK = {
    "type": "object",
    "required": ["state"],
    "properties": {"state": {"type": "string", "maxLength": 20}, "note": _TEXT},
}
_SENT = {
    "type": "object",
    "required": ["id", "total"],
    "properties": {
        "id": {"type": "string", "maxLength": 20},
        "total": {"type": "integer"},
        "by": {"oneOf": [{"type": "string", "maxLength": 9}, {"type": "integer"}]},
    },
}


def _content(schema: Any, type_: str = _JSON) -> dict[str, Any]:
    return {type_: {"schema": copy.deepcopy(schema)}}


_EVENT: Event = {
    "requestBody": {"required": True, "content": _content(_SENT)},
    "parameters": [
        {
            "name": "X-Mark",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "maxLength": 8},
        },
        {"name": "attempt", "in": "query", "schema": {"type": "integer", "maximum": 5}},
    ],
    "responses": {
        "200": {"description": "Taken.", "content": _content(_ACK)},
        "2XX": {"description": "Taken."},
    },
}


def _sent(event: Event) -> Any:
    return event["requestBody"]["content"][_JSON]["schema"]


def _taken(event: Event) -> Any:
    return event["responses"]["200"]


def _ack(event: Event) -> Any:
    return _taken(event)["content"][_JSON]["schema"]


def _put(get: Callable[[Event], Any], *path: Any, value: Any) -> Change:
    """The change that sets what lies at `path` below what `get` finds."""

    def change(event: Event) -> None:
        node = get(event)
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = copy.deepcopy(value)

    return change


def _drop(get: Callable[[Event], Any], *path: Any) -> Change:
    def change(event: Event) -> None:
        node = get(event)
        for key in path[:-1]:
            node = node[key]
        node.pop(path[-1])

    return change


def _itself(event: Event) -> Any:
    return event


_DIGEST = {"name": "X-Digest", "in": "header", "required": True, "schema": _TEXT}

_SENDS_MORE: dict[str, Change] = {
    "another media type": _put(_itself, "requestBody", "content", "text/csv", value={}),
    "no body": _put(_itself, "requestBody", "required", value=False),
    "longer header": _drop(_itself, "parameters", 0, "schema", "maxLength"),
    "optional header": _put(_itself, "parameters", 0, "required", value=False),
    "larger query": _put(_itself, "parameters", 1, "schema", "maximum", value=9),
    "null": _put(_sent, "properties", "id", value={}),
    "fraction": _put(_sent, "properties", "total", "type", value="number"),
    "another alternative": lambda event: _sent(event)["properties"]["by"]["oneOf"].append(
        {"type": "boolean"}
    ),
}
_SENDS_OTHER: dict[str, Change] = {
    "media type replaced": _put(
        _itself, "requestBody", "content", value=_content(_SENT, "text/xml")
    ),
    "no body at all": _drop(_itself, "requestBody"),
    "header renamed": _put(_itself, "parameters", 0, "name", value="X-Other"),
    "query gone": _drop(_itself, "parameters", 1),
}
_SENDS_FITTING: dict[str, Change] = {
    "header more": lambda event: event["parameters"].append(copy.deepcopy(_DIGEST)),
    "shorter header": _put(_itself, "parameters", 0, "schema", "maxLength", value=4),
    "certain query": _put(_itself, "parameters", 1, "required", value=True),
    "alternative less": lambda event: _sent(event)["properties"]["by"]["oneOf"].pop(),
    "shorter id": _put(_sent, "properties", "id", "maxLength", value=10),
    "property more": _put(_sent, "properties", "new", value=_TEXT),
}
_TAKES_LESS: dict[str, Change] = {
    "header demanded": _put(
        _taken, "headers", value={"X-Ack": {"required": True, "schema": _TEXT}}
    ),
    "shorter state": _put(_ack, "properties", "state", "maxLength", value=10),
    "note demanded": _put(_ack, "required", value=["state", "note"]),
    "note gone": _drop(_ack, "properties", "note"),
    "media type replaced": _put(_taken, "content", value=_content(_ACK, "text/xml")),
    "range gone": _drop(_itself, "responses", "2XX"),
    "closed": _put(_ack, "additionalProperties", value=False),
}
_TAKES_MORE: dict[str, Change] = {
    "header allowed": _put(_taken, "headers", value={"X-Ack": {"schema": _TEXT}}),
    "longer state": _drop(_ack, "properties", "state", "maxLength"),
    "state optional": _drop(_ack, "required"),
    "another media type": _put(_taken, "content", "text/csv", value={}),
    "conflict": _put(_itself, "responses", "409", value={"description": "Not taken."}),
    "property more": _put(_ack, "properties", "new", value=_TEXT),
}


def _events(name: str, label: Label, why: str, changes: dict[str, Change]) -> None:
    @kind(f"callback {name}", label, why)
    def callbacks(draft: Draft) -> Iterator[Edit]:
        for operation in draft.uses.operations:
            at = join(operation.pointer, "callbacks", "zz", _URL, "post")

            def prepare(node: dict[str, Any]) -> None:
                node["callbacks"] = {"zz": {_URL: {"post": copy.deepcopy(_EVENT)}}}

            for which, change in changes.items():
                yield Edit(
                    f"{operation.pointer} {which}", on(at, change), on(operation.pointer, prepare)
                )

    @kind(f"webhook {name}", label, why)
    def webhooks(draft: Draft) -> Iterator[Edit]:
        if draft.contract.is_legacy:
            return
        for which, change in changes.items():
            yield Edit(f"/webhooks/zz {which}", on("/webhooks/zz/post", change), _with_webhook)


def _with_webhook(document: dict[str, Any]) -> None:
    document.setdefault("webhooks", {})["zz"] = {"post": copy.deepcopy(_EVENT)}


_events("sends more kinds", "wire", "receivers get what they never had to expect", _SENDS_MORE)
_events("sends something else", "wire", "receivers wait for what was promised", _SENDS_OTHER)
_events("sends less or adds", "compatible", "receivers expected it, or ignore it", _SENDS_FITTING)
_events("takes fewer answers", "wire", "answers that were right are refused", _TAKES_LESS)
_events("takes more answers", "compatible", "answers that were right still are", _TAKES_MORE)


@kind("method of an event changed", "wire", "receivers listen for the other one")
def method_changed(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:

        def prepare(node: dict[str, Any]) -> None:
            node["callbacks"] = {"zz": {_URL: {"post": copy.deepcopy(_EVENT)}}}

        def change(node: dict[str, Any]) -> None:
            item = node["callbacks"]["zz"][_URL]
            item["put"] = item.pop("post")

        yield Edit(operation.pointer, on(operation.pointer, change), on(operation.pointer, prepare))

    def rename(document: dict[str, Any]) -> None:
        item = document["webhooks"]["zz"]
        item["put"] = item.pop("post")

    if not draft.contract.is_legacy:
        yield Edit("/webhooks/zz", rename, _with_webhook)


@kind("event added", "compatible", "who does not listen misses nothing")
def event_added(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if "callbacks" not in operation.node:

            def add(node: dict[str, Any]) -> None:
                node["callbacks"] = {"zz": {_URL: {"post": copy.deepcopy(_EVENT)}}}

            yield Edit(operation.pointer, on(operation.pointer, add))
    if not draft.contract.is_legacy:
        yield Edit("/webhooks", _with_webhook)


@kind("callback referred to", "compatible", "a reference means what it refers to")
def referred(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:

        def prepare(node: dict[str, Any]) -> None:
            node["callbacks"] = {"zz": {_URL: {"post": copy.deepcopy(_EVENT)}}}

        def refer(document: dict[str, Any], pointer: str = operation.pointer) -> None:
            components = document.setdefault("components", {})
            components.setdefault("callbacks", {})["ZzHook"] = {
                _URL: {"post": copy.deepcopy(_EVENT)}
            }
            on(
                pointer,
                lambda node: node.update(
                    callbacks={"zz": {"$ref": "#/components/callbacks/ZzHook"}}
                ),
            )(document)

        yield Edit(operation.pointer, refer, on(operation.pointer, prepare))
