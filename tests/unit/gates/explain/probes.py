"""For each keyword of schemas: a schema with it, a value that keeps to it, one that does not."""

from __future__ import annotations

from typing import Any, NamedTuple

_A = {"a": {"type": "integer"}}
_AB: dict[str, Any] = {"a": {}, "b": {}}
_CONDITION = {"if": {"type": "integer"}, "then": {"minimum": 2}, "else": {"minLength": 2}}
_CAT = {
    "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"c": "#/components/schemas/Cat", "d": "#/components/schemas/Dog"},
    },
}
NAMED = {
    name: {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, own: {"type": "integer"}},
    }
    for name, own in (("Cat", "a"), ("Dog", "b"))
}


class Probe(NamedTuple):
    schema: dict[str, Any]
    keeps: Any
    breaks: Any


def _object(**keywords: Any) -> dict[str, Any]:
    return {"type": "object", **keywords}


def _array(**keywords: Any) -> dict[str, Any]:
    return {"type": "array", **keywords}


PROBES: dict[str, Probe] = {
    "type": Probe({"type": "integer"}, 1, "a"),
    "enum": Probe({"type": "string", "enum": ["a"]}, "a", "b"),
    "const": Probe({"const": "a"}, "a", "b"),
    "multipleOf": Probe({"type": "integer", "multipleOf": 2}, 2, 3),
    "maximum": Probe({"type": "integer", "maximum": 2}, 2, 3),
    "exclusiveMaximum": Probe({"type": "integer", "exclusiveMaximum": 2}, 1, 2),
    "minimum": Probe({"type": "integer", "minimum": 2}, 2, 1),
    "exclusiveMinimum": Probe({"type": "integer", "exclusiveMinimum": 2}, 3, 2),
    "maxLength": Probe({"type": "string", "maxLength": 1}, "a", "aa"),
    "minLength": Probe({"type": "string", "minLength": 2}, "aa", "a"),
    "pattern": Probe({"type": "string", "pattern": "^(?=a)"}, "a", "b"),
    "items": Probe(_array(items={"type": "integer"}), [1], ["a"]),
    "prefixItems": Probe(_array(prefixItems=[{"type": "integer"}]), [1], ["a"]),
    "maxItems": Probe(_array(items={}, maxItems=1), [1], [1, 2]),
    "minItems": Probe(_array(items={}, minItems=1), [1], []),
    "uniqueItems": Probe(_array(items={}, uniqueItems=True), [1], [1, 1]),
    "contains": Probe(_array(contains={"const": 1}), [1], [2]),
    "minContains": Probe(_array(contains={"const": 1}, minContains=2), [1, 1], [1]),
    "maxContains": Probe(_array(contains={"const": 1}, maxContains=1), [1], [1, 1]),
    "unevaluatedItems": Probe(_array(prefixItems=[{}], unevaluatedItems=False), [1], [1, 2]),
    "properties": Probe(_object(properties=_A), {"a": 1}, {"a": "x"}),
    "required": Probe(_object(properties=_A, required=["a"]), {"a": 1}, {}),
    "additionalProperties": Probe(
        _object(properties=_A, additionalProperties=False), {"a": 1}, {"b": 1}
    ),
    "unevaluatedProperties": Probe(
        _object(properties=_A, unevaluatedProperties=False), {"a": 1}, {"b": 1}
    ),
    "patternProperties": Probe(_object(patternProperties={"^a": _A["a"]}), {"a": 1}, {"a": "x"}),
    "propertyNames": Probe(_object(propertyNames={"maxLength": 1}), {"a": 1}, {"aa": 1}),
    "minProperties": Probe(_object(minProperties=1), {"a": 1}, {}),
    "maxProperties": Probe(_object(maxProperties=1), {"a": 1}, {"a": 1, "b": 1}),
    "dependentRequired": Probe(
        _object(properties=_AB, dependentRequired={"a": ["b"]}), {"a": 1, "b": 1}, {"a": 1}
    ),
    "dependentSchemas": Probe(
        _object(properties=_AB, dependentSchemas={"a": {"required": ["b"]}}),
        {"a": 1, "b": 1},
        {"a": 1},
    ),
    "allOf": Probe({"allOf": [_object(required=["a"], properties=_A)]}, {"a": 1}, {}),
    "anyOf": Probe({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, 1, "a"),
    "oneOf": Probe(
        {"oneOf": [{"type": "integer", "minimum": 5}, {"type": "integer", "maximum": 7}]}, 1, 6
    ),
    "not": Probe({"not": {"type": "string"}}, 1, "a"),
    "if": Probe(_CONDITION, 2, 1),
    "then": Probe(_CONDITION, 2, 1),
    "else": Probe(_CONDITION, "aa", "a"),
    "discriminator": Probe(_CAT, {"kind": "c", "a": 1}, {"kind": "x", "a": 1}),
    "readOnly": Probe(
        _object(properties={"a": {"type": "integer", "readOnly": True}}), {}, {"a": 1}
    ),
    "writeOnly": Probe(
        _object(properties={"a": {"type": "integer", "writeOnly": True}}), {}, {"a": 1}
    ),
    "default": Probe(_object(properties={"a": {"type": "integer", "default": 3}}), {"a": 1}, {}),
    "contentEncoding": Probe({"type": "string", "contentEncoding": "base64"}, "aGk=", "*"),
    "contentMediaType": Probe({"type": "string", "contentMediaType": "application/json"}, "1", "{"),
    "contentSchema": Probe(
        {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"type": "integer"},
        },
        "1",
        '"a"',
    ),
    "xml": Probe({"type": "string", "xml": {"name": "other"}}, "a", "b"),
    "unheard-of": Probe({"type": "string", "unheard-of": 1}, "a", "b"),
}
"""`nullable` is 3.0's, and `$ref` is in `discriminator`; `unheard-of` stands for any other."""

FORMATS: dict[str, Probe] = {
    name: Probe({"type": "string", "format": name}, keeps, breaks)
    for name, keeps, breaks in (
        ("date", "2020-01-01", "x"),
        ("date-time", "2020-01-01T00:00:00Z", "x"),
        ("time", "10:00:00Z", "x"),
        ("uuid", "f6151ab6-4ce6-5a08-8117-e6fcb5f78b35", "x"),
        ("duration", "PT1S", "x"),
        ("email", "a@example.com", "x"),
        ("idn-email", "a@example.com", "x"),
        ("hostname", "example.com", "-"),
        ("idn-hostname", "example.com", "-"),
        ("ipv4", "192.0.2.1", "x"),
        ("ipv6", "::1", "x"),
        ("uri", "https://example.com", "a b"),
        ("uri-reference", "/a", "\\\\"),
        ("uri-template", "/{a}", "{"),
        ("iri", "https://example.com", "a b"),
        ("iri-reference", "/a", "\\\\"),
        ("json-pointer", "/a", "a"),
        ("relative-json-pointer", "0/a", "/a"),
        ("regex", "a", "("),
        ("byte", "aGk=", "*"),
        ("password", "a", ""),
    )
} | {
    "int32": Probe({"type": "integer", "format": "int32"}, 1, 2**40),
    "int64": Probe({"type": "integer", "format": "int64"}, 1, 2**70),
    "float": Probe({"type": "number", "format": "float"}, 1.5, 1e300),
    "double": Probe({"type": "number", "format": "double"}, 1.5, 1e300),
}
