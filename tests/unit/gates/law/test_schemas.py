"""The law for schemas: each change in a request and in a reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Rules = Callable[..., set[str]]

TEXT, INT, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
RECORD, LIST = (
    {"type": "object", "required": ["a"], "properties": {"a": TEXT}},
    {"type": "array", "items": INT},
)

NARROWED: list[tuple[str, Any, Any]] = [
    # rule, what takes more, what takes less
    ("type", NUMBER, INT),
    ("type", {"type": ["string", "integer"]}, TEXT),
    ("type", {}, TEXT),
    ("null", {"type": ["string", "null"]}, TEXT),
    ("null", {"anyOf": [TEXT, {"type": "null"}]}, TEXT),
    ("enum", {"enum": ["a", "b"]}, {"enum": ["a"]}),
    ("enum", TEXT, {"type": "string", "enum": ["a"]}),
    ("enum", {"enum": [1, True]}, {"enum": [1]}),
    ("enum", {"enum": ["a", "b"]}, {"const": "b"}),
    ("values", {"enum": ["a", "bbb"]}, {"enum": ["a", "bbb"], "type": "string", "maxLength": 2}),
    ("maximum", {**INT, "maximum": 9}, {**INT, "maximum": 8}),
    ("maximum", INT, {**INT, "maximum": 8}),
    ("maximum", {**NUMBER, "maximum": 8}, {**NUMBER, "exclusiveMaximum": 8}),
    ("minimum", {**INT, "minimum": 1}, {**INT, "exclusiveMinimum": 1}),
    ("multiple-of", {**INT, "multipleOf": 5}, {**INT, "multipleOf": 10}),
    ("multiple-of", {**NUMBER, "multipleOf": 0.01}, {**NUMBER, "multipleOf": 0.5}),
    ("max-length", {**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 8}),
    ("min-length", TEXT, {**TEXT, "minLength": 1}),
    ("pattern", TEXT, {**TEXT, "pattern": "^a"}),
    ("format", TEXT, {**TEXT, "format": "uuid"}),
    ("format", {**INT, "format": "int64"}, {**INT, "format": "int32"}),
    ("content-encoding", TEXT, {**TEXT, "contentEncoding": "base64"}),
    ("max-items", {"type": "array"}, {"type": "array", "maxItems": 3}),
    ("unique-items", {"type": "array"}, {"type": "array", "uniqueItems": True}),
    ("type", {"type": "array"}, LIST),
    ("contains", LIST, {**LIST, "contains": {"minimum": 5}}),
    (
        "items",
        {"type": "array", "prefixItems": [TEXT]},
        {"type": "array", "prefixItems": [TEXT], "items": False},
    ),
    (
        "max-length",
        {"type": "array", "prefixItems": [TEXT]},
        {"type": "array", "prefixItems": [{**TEXT, "maxLength": 1}]},
    ),
    ("other-properties", RECORD, {**RECORD, "additionalProperties": False}),
    ("other-properties", RECORD, {**RECORD, "unevaluatedProperties": False}),
    ("type", RECORD, {**RECORD, "additionalProperties": TEXT}),
    ("type", {"additionalProperties": NUMBER}, {"additionalProperties": INT}),
    ("type", RECORD, {**RECORD, "patternProperties": {"^x-": TEXT}}),
    ("min-properties", RECORD, {**RECORD, "minProperties": 2}),
    ("max-properties", {**RECORD, "maxProperties": 9}, {**RECORD, "maxProperties": 8}),
    ("property-names", RECORD, {**RECORD, "propertyNames": {"maxLength": 8}}),
    ("dependent-required", RECORD, {**RECORD, "dependentRequired": {"b": ["c"]}}),
    ("not", TEXT, {**TEXT, "not": {"maxLength": 2}}),
    ("not", {**TEXT, "not": {"maxLength": 2}}, {**TEXT, "not": {"maxLength": 3}}),
    (
        "condition",
        RECORD,
        {**RECORD, "if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["c"]}},
    ),
    ("alternative", {"oneOf": [RECORD, LIST, TEXT]}, {"oneOf": [RECORD, TEXT]}),
    ("type", {"oneOf": [RECORD, TEXT]}, RECORD),
    ("max-length", {"anyOf": [RECORD, TEXT]}, {"anyOf": [RECORD, {**TEXT, "maxLength": 4}]}),
    ("max-length", TEXT, {"allOf": [TEXT, {"maxLength": 4}]}),
]


@pytest.mark.parametrize(("rule", "more", "less"), NARROWED)
def test_direction(
    request_rules: Rules, reply_rules: Rules, rule: str, more: Any, less: Any
) -> None:
    """What takes less breaks requests and is welcome in replies; what takes more the reverse."""
    assert request_rules(more, less) == {f"request-{rule}"}
    assert reply_rules(less, more) == {f"reply-{rule}"}
    assert request_rules(less, more) == set()
    assert reply_rules(more, less) == set()


SAME: list[tuple[Any, Any]] = [
    (TEXT, {"allOf": [TEXT]}),
    (TEXT, {"anyOf": [TEXT]}),
    ({"type": ["string", "null"]}, {"oneOf": [{"type": "null"}, TEXT]}),
    ({"type": ["string", "integer"]}, {"anyOf": [TEXT, INT]}),
    ({"enum": ["a", "b"]}, {"oneOf": [{"const": "b"}, {"const": "a"}]}),
    ({**INT, "minimum": 1}, {**INT, "exclusiveMinimum": 0}),
    (TEXT, {**TEXT, "minLength": 0, "pattern": ".*"}),
    (RECORD, {**RECORD, "additionalProperties": True, "minProperties": 1}),
    ({"enum": ["a"]}, {"const": "a"}),
    (
        {"type": "object", "properties": {"a": TEXT, "b": INT}},
        {"allOf": [{"properties": {"a": TEXT}}, {"type": "object", "properties": {"b": INT}}]},
    ),
    (RECORD, {"$ref": "#/components/schemas/Named"}),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_other_words(request_rules: Rules, reply_rules: Rules, one: Any, two: Any) -> None:
    """The same said differently breaks nothing, either way round."""
    for rules in (request_rules, reply_rules):
        assert rules(one, two, Named=RECORD) == set()
        assert rules(two, one, Named=RECORD) == set()


PROPERTIES: list[tuple[Any, Any, set[str], set[str]]] = [
    # old, new, what breaks in requests, what in replies
    ({"a": TEXT}, {"a": TEXT, "b": TEXT}, set(), set()),
    ({"a": TEXT, "b": TEXT}, {"a": TEXT}, {"request-property-removed"}, {"reply-property-removed"}),
    ({"a": TEXT}, {"a": {**TEXT, "readOnly": True}}, {"request-property-removed"}, set()),
    ({"a": TEXT}, {"a": {**TEXT, "writeOnly": True}}, set(), {"reply-property-removed"}),
    ({"a": {**TEXT, "readOnly": True}}, {"a": {**INT, "readOnly": True}}, set(), {"reply-type"}),
    (
        {"a": {**TEXT, "writeOnly": True}},
        {"a": {**INT, "writeOnly": True}},
        {"request-type"},
        set(),
    ),
]


@pytest.mark.parametrize(("old", "new", "in_request", "in_reply"), PROPERTIES)
def test_properties(
    request_rules: Rules,
    reply_rules: Rules,
    old: Any,
    new: Any,
    in_request: set[str],
    in_reply: set[str],
) -> None:
    """New ones break nobody, removed ones break who sends or reads them, hidden ones nobody."""
    before, after = ({"type": "object", "properties": each} for each in (old, new))
    assert request_rules(before, after) == in_request
    assert reply_rules(before, after) == in_reply


def test_required_properties(request_rules: Rules, reply_rules: Rules) -> None:
    """What becomes required breaks requests, with a default as well; what becomes optional
    breaks replies."""
    without, needed = {"type": "object", "properties": {"a": TEXT}}, RECORD
    assert request_rules(without, needed) == {"request-property-required"}
    assert reply_rules(without, needed) == set()
    assert request_rules(needed, without) == set()
    assert reply_rules(needed, without) == {"reply-property-optional"}
    added = {
        "type": "object",
        "required": ["b"],
        "properties": {"a": TEXT, "b": {**TEXT, "default": ""}},
    }
    assert "request-property-added-required" in request_rules(without, added)


def test_closed_replies(reply_rules: Rules) -> None:
    """Where other names were excluded, a new one is a break; where they had a schema it must
    keep to that."""
    more = {**RECORD, "properties": {"a": TEXT, "b": TEXT}}
    closed = {"additionalProperties": False}
    assert reply_rules({**RECORD, **closed}, {**more, **closed}) == {"reply-property-added"}
    texts = {"additionalProperties": TEXT}
    assert reply_rules({**RECORD, **texts}, {**more, **texts}) == set()
    numbers = {"additionalProperties": INT}
    assert reply_rules({**RECORD, **numbers}, {**more, **numbers}) == {"reply-type"}


def test_open_enums(reply_rules: Rules) -> None:
    """A list of values that says it will grow may grow."""
    old = {**TEXT, "enum": ["a"], "x-extensible-enum": True}
    assert reply_rules(old, {**old, "enum": ["a", "b"]}) == set()
    idiom = {"anyOf": [{**TEXT, "enum": ["a"]}, TEXT]}
    assert reply_rules(idiom, {"anyOf": [{**TEXT, "enum": ["a", "b"]}, TEXT]}) == set()


def test_legacy_dialect(request_rules: Rules, reply_rules: Rules) -> None:
    """OpenAPI 3.0: `nullable`, flags for exclusive bounds, and nothing beside `$ref`."""
    nullable = {**TEXT, "nullable": True}
    assert request_rules(nullable, TEXT, "3.0.3") == {"request-null"}
    assert reply_rules(TEXT, nullable, "3.0.3") == {"reply-null"}
    bound = {**INT, "maximum": 8}
    assert request_rules(bound, {**bound, "exclusiveMaximum": True}, "3.0.3") == {"request-maximum"}
    reference = {"$ref": "#/components/schemas/Named"}
    assert request_rules(reference, {**reference, "maxLength": 1}, "3.0.3", Named=TEXT) == set()
    assert request_rules(reference, {**reference, "maxLength": 1}, "3.1.0", Named=TEXT) == {
        "request-max-length"
    }


def test_recursion(judge: Any) -> None:
    """Schemas that contain themselves, through each other too, are compared to the end."""
    from tests.unit.gates.law.conftest import call, content, contract

    def document(leaf: Any) -> Any:
        tree = {
            "type": "object",
            "properties": {
                "leaf": leaf,
                "branches": {"type": "array", "items": {"$ref": "#/components/schemas/Branch"}},
            },
        }
        branch = {"type": "object", "properties": {"tree": {"$ref": "#/components/schemas/Tree"}}}
        return contract(
            paths=call(requestBody={"content": content({"$ref": "#/components/schemas/Branch"})}),
            components={"schemas": {"Tree": tree, "Branch": branch}},
        )

    assert judge(document(TEXT), document({**TEXT, "description": "A leaf."})) == ()
    (found,) = judge(document(TEXT), document(INT))
    assert found.rule == "request-type"
    assert found.trail == "request body.tree.leaf"
    assert found.new == "/components/schemas/Tree/properties/leaf/type"


def test_discriminators(request_rules: Rules, reply_rules: Rules) -> None:
    """The property that tells alternatives apart, and its values, are on the wire."""
    kinds = {
        name: {
            "type": "object",
            "required": ["kind", name],
            "properties": {"kind": TEXT, name: TEXT},
        }
        for name in ("Cat", "Dog")
    }
    members = [{"$ref": f"#/components/schemas/{name}"} for name in kinds]

    def union(name: str = "kind", **mapping: str) -> Any:
        targets = {value: f"#/components/schemas/{kind}" for value, kind in mapping.items()}
        return {"oneOf": members, "discriminator": {"propertyName": name, "mapping": targets}}

    old = union(cat="Cat", dog="Dog")
    assert request_rules(old, union("type", cat="Cat", dog="Dog"), **kinds) == {
        "request-discriminator"
    }
    assert request_rules(old, union(tom="Cat", dog="Dog"), **kinds) == {
        "request-discriminator-value"
    }
    assert reply_rules(old, union(cat="Dog", dog="Cat"), **kinds) == {"reply-discriminator-value"}
    assert request_rules(old, union(cat="Cat", tom="Cat", dog="Dog"), **kinds) == set()
    assert reply_rules(old, union(cat="Cat", tom="Cat", dog="Dog"), **kinds) == {
        "reply-discriminator-value"
    }
    assert request_rules({"oneOf": members}, union(Cat="Cat", Dog="Dog"), **kinds) == set()
