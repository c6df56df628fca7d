"""The law for contracts: operations, parameters, messages, security, servers, what is sent."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.unit.gates.law.conftest import Judge, call, content, contract

TEXT: Any = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
THING = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
LESS = {"type": "object", "properties": {"a": TEXT}}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}


def rules(judge: Judge, old: Any, new: Any) -> list[tuple[str, str]]:
    return [(each.axis, each.rule) for each in judge(old, new)]


def parameter(**parts: Any) -> dict[str, Any]:
    return contract(paths=call(parameters=[{"name": "q", "in": "query", "schema": TEXT, **parts}]))


def reply(**parts: Any) -> dict[str, Any]:
    return contract(paths=call(responses={"200": {"description": "R.", **parts}}))


PARAMETERS: list[tuple[Any, Any, list[str]]] = [
    (parameter(), contract(paths=call()), ["request-parameter-removed"]),
    (contract(paths=call()), parameter(), []),
    (contract(paths=call()), parameter(required=True), ["request-parameter-added-required"]),
    (parameter(), parameter(required=True), ["request-parameter-required"]),
    (parameter(), parameter(schema={"type": "integer"}), ["request-type"]),
    (parameter(schema={"type": "integer"}), parameter(), []),
    (parameter(schema=LIST), parameter(schema=LIST, explode=False), ["request-style"]),
    (parameter(), parameter(explode=False), []),
    (parameter(allowReserved=True), parameter(), ["request-allow-reserved"]),
    (parameter(allowEmptyValue=True), parameter(), ["request-allow-empty-value"]),
    (
        parameter(schema={**TEXT, "default": "a"}),
        parameter(schema={**TEXT, "default": "b"}),
        ["default"],
    ),
    (parameter(), parameter(deprecated=True), ["deprecated"]),
]


@pytest.mark.parametrize(("old", "new", "broken"), PARAMETERS)
def test_parameters(judge: Judge, old: Any, new: Any, broken: list[str]) -> None:
    """What callers sent is understood as before."""
    assert [rule for _, rule in rules(judge, old, new)] == broken


def test_moved_parameter(judge: Judge) -> None:
    """A parameter that went elsewhere is said to be gone, and where one like it is now."""
    (found,) = judge(parameter(), parameter(**{"in": "header"}))
    assert found.rule == "request-parameter-removed"
    assert "header `q`" in found.what or "header parameter `q`" in found.what


REPLIES: list[tuple[Any, Any, list[str]]] = [
    (
        reply(),
        contract(paths=call(responses={"202": {"description": "R."}})),
        ["reply-status-added", "reply-status-removed"],
    ),
    (contract(paths=call(responses={"2XX": {"description": "R."}})), reply(), []),
    (reply(content=content(THING)), reply(), ["reply-media-type-removed"]),
    (reply(content=content(THING)), reply(content=content(LESS)), ["reply-property-removed"]),
    (reply(content=content(LESS)), reply(content=content(THING)), []),
    (reply(headers={"ETag": {"schema": TEXT}}), reply(), ["reply-header-removed"]),
    (reply(headers={"ETag": {"schema": TEXT}}), reply(headers={"etag": {"schema": TEXT}}), []),
    (
        reply(headers={"X": {"required": True, "schema": TEXT}}),
        reply(headers={"X": {"schema": TEXT}}),
        ["reply-header-optional"],
    ),
    (
        reply(headers={"X": {"schema": {"type": "integer"}}}),
        reply(headers={"X": {"schema": TEXT}}),
        ["reply-type"],
    ),
    (reply(links={"next": {"operationId": "x"}}), reply(), ["link-removed"]),
    (
        reply(links={"next": {"operationId": "x"}}),
        reply(links={"next": {"operationId": "y"}}),
        ["link-changed"],
    ),
]


@pytest.mark.parametrize(("old", "new", "broken"), REPLIES)
def test_replies(judge: Judge, old: Any, new: Any, broken: list[str]) -> None:
    """What callers read comes as it was promised."""
    assert [rule for _, rule in rules(judge, old, new)] == broken


def secured(security: Any, **schemes: Any) -> dict[str, Any]:
    return contract(paths=call(security=security), components={"securitySchemes": schemes})


SECURITY: list[tuple[Any, Any, list[str]]] = [
    (secured([]), secured([{"k": []}], k=KEY), ["security"]),
    (secured([{"k": []}], k=KEY), secured([], k=KEY), []),
    (
        secured([{"k": []}], k=KEY),
        secured([{"k": []}], k={**KEY, "name": "Y"}),
        ["security-scheme"],
    ),
    (secured([{"k": []}], k=KEY), secured([{"other": []}], other=KEY), []),
    (secured([{"k": ["r"]}], k=KEY), secured([{"k": ["r", "w"]}], k=KEY), ["security-scope"]),
    (secured([{"k": []}, {}], k=KEY), secured([{"k": []}], k=KEY), ["security"]),
]


@pytest.mark.parametrize(("old", "new", "broken"), SECURITY)
def test_security(judge: Judge, old: Any, new: Any, broken: list[str]) -> None:
    """Who could call can call, in the same way; names of schemes are nobody's concern."""
    assert [rule for _, rule in rules(judge, old, new)] == broken


def test_servers(judge: Judge) -> None:
    """An address that goes breaks; a base path that moves into the paths does not."""
    one, two = {"url": "https://one.example/v1"}, {"url": "https://two.example/v1"}
    both = contract(paths=call(), servers=[one, two])
    assert rules(judge, both, contract(paths=call(), servers=[one])) == [("wire", "server-removed")]
    assert rules(judge, contract(paths=call(), servers=[one]), both) == []
    moved = {"/v1/things": call()["/things"]}
    new = contract(paths=moved, servers=[{"url": "https://one.example"}])
    assert rules(judge, contract(paths=call(), servers=[one]), new) == []


def test_what_is_sent(judge: Judge) -> None:
    """Webhooks and callbacks: what receivers get may only shrink, what they answer only grow."""

    def sent(payload: Any, answers: str = "200") -> Any:
        return {
            "post": {
                "requestBody": {"content": content(payload)},
                "responses": {answers: {"description": "Taken."}},
            }
        }

    for wrap in (
        lambda item: contract(webhooks={"paid": item}),
        lambda item: contract(paths=call(callbacks={"paid": {"{$url}": item}})),
    ):
        old = wrap(sent(LESS))
        assert rules(judge, old, wrap(sent(THING))) == []
        assert rules(judge, wrap(sent(THING)), old) == [("wire", "reply-property-removed")]
        assert rules(judge, old, wrap(sent(LESS, "204"))) == [("wire", "request-status-removed")]
    gone = judge(contract(webhooks={"paid": sent(LESS)}), contract())
    assert [each.rule for each in gone] == ["webhook-removed"]


def test_names(judge: Judge) -> None:
    """What only generated clients show is of the axis `source`."""
    old = contract(paths=call(operationId="one", tags=["a"]))
    new = contract(paths=call(operationId="two", tags=["b"]))
    assert rules(judge, old, new) == [("source", "operation-id"), ("source", "tag")]


def test_unused_components(judge: Judge) -> None:
    """What no operation reaches breaks nobody."""
    old = contract(paths=call(), components={"schemas": {"A": THING}, "parameters": {}})
    new = copy.deepcopy(old)
    new["components"] = {"schemas": {"A": LIST, "B": TEXT}}
    assert rules(judge, old, new) == []
    assert rules(judge, old, contract(paths=call())) == []


def test_places(judge: Judge) -> None:
    """A break names call, place in the message, and both pointers."""
    (found,) = judge(reply(content=content(THING)), reply(content=content(LESS)))
    assert found.operation == "POST /things"
    assert found.trail == "reply 200 body.b"
    schema = "/paths/~1things/post/responses/200/content/application~1json/schema"
    assert found.old == found.new == f"{schema}/properties/b"


def test_inheritance(judge: Judge) -> None:
    """Where a schema with a discriminator is named, whatever extends it may come."""

    def document(**properties: Any) -> Any:
        base = {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": TEXT},
            "discriminator": {"propertyName": "kind"},
        }
        child = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": properties}]}
        return {
            **reply(content=content({"$ref": "#/components/schemas/Base"})),
            "components": {"schemas": {"Base": base, "Child": child}},
        }

    assert rules(judge, document(a=TEXT, b=TEXT), document(a=TEXT)) == [
        ("wire", "reply-property-removed")
    ]
    assert rules(judge, document(a=TEXT), document(a=TEXT, b=TEXT)) == []
