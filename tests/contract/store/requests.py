"""Requests made of a contract's own examples."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jsonschema_rs

from tests.conftest import ROOT

VERSIONS = ("v1", "v2")
_BODY_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation of `document`, every reference in it resolved one level deep."""

    version: str
    method: str
    path: str
    node: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.node["operationId"])

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(self.node["responses"])

    @property
    def parameters(self) -> list[Mapping[str, Any]]:
        listed = [*self.document["paths"][self.path].get("parameters", ())]
        listed += self.node.get("parameters", ())
        return [resolved(self.document, each) for each in listed]

    @property
    def media_type(self) -> str | None:
        body = self.node.get("requestBody")
        return None if body is None else next(iter(body["content"]))

    def answer_faults(self, status: int, media_type: str, body: bytes) -> list[str]:
        """What in an answer is not as the contract says."""
        reply = resolved(self.document, self.node["responses"][str(status)])
        content = reply.get("content")
        if not content:
            return [f"a body of {len(body)} bytes"] * bool(body)
        if media_type.split(";")[0] not in content:
            return [f"the media type {media_type}"]
        schema = content[media_type.split(";")[0]].get("schema")
        if schema is None:
            return []
        whole = {**schema, "components": self.document["components"]}
        return [str(fault) for fault in jsonschema_rs.iter_errors(whole, json.loads(body))]


@dataclass(frozen=True)
class Request:
    """What is sent; `query` and `headers` add to what the operation needs."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def having(self, **headers: str | None) -> Request:
        """With other headers; None takes one away."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = {**self.headers, **named}
        return replace(self, headers={k: v for k, v in whole.items() if v is not None})


def operations() -> Iterator[Operation]:
    """All that is served."""
    for version in VERSIONS:
        text = (ROOT / f"generated/store/{version}/contract.json").read_text()
        document = json.loads(text)
        for path, item in document["paths"].items():
            for method in _BODY_METHODS:
                if method in item:
                    yield Operation(version, method.upper(), path, item[method], document)


def resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference refers to; other nodes as they are."""
    while "$ref" in node:
        at: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        node = at
    return node


def example(operation: Operation) -> Request:
    """A request that is right as far as a contract can say: its examples, what it requires."""
    headers: dict[str, str] = {}
    path = operation.path
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif parameter["in"] == "header" and parameter.get("required"):
            headers[parameter["name"].lower()] = str(parameter["example"])
    body = None
    if operation.media_type is not None:
        headers["content-type"] = operation.media_type
        examples = operation.node["requestBody"]["content"][operation.media_type]["examples"]
        body = json.dumps(next(iter(examples.values()))["value"]).encode()
    return Request(operation.method, path, headers, {}, body)
