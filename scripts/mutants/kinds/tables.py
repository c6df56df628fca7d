"""Pairs of schemas whose relation JSON Schema fixes: one narrower than the other, or both the same.

Every relation here is held against an independent validator in the tests: the narrower schema
takes nothing that the wider one refuses, and refuses `told`; equal ones take the same values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`told` is a value that `wide` takes and `narrow` refuses. `legacy` pairs mean the same in
    OpenAPI 3.0."""

    wide: Schema
    narrow: Schema
    told: Any
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class Rewording:
    """`one` and `other` take the same values."""

    one: Schema
    other: Schema
    legacy: bool = False


_TEXT: Schema = {"type": "string"}
_SHORT: Schema = {"type": "string", "maxLength": 3}
_WHOLE: Schema = {"type": "integer"}
_LIST: Schema = {"type": "array", "items": {}}
_PAIR: Schema = {"type": "array", "prefixItems": [_TEXT, _WHOLE]}
_ABC: Schema = {"type": "object", "properties": {"a": _TEXT, "b": _TEXT, "c": _TEXT}}
_A: Schema = {"type": "object", "properties": {"a": _TEXT}}
_B: Schema = {"type": "object", "properties": {"b": _TEXT}}
_KIND: Schema = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"enum": ["x", "y"]}, "n": _WHOLE, "m": _TEXT},
}
_IF_X: Schema = {"properties": {"kind": {"const": "x"}}}

NARROWINGS: dict[str, tuple[Narrowing, ...]] = {
    "positions of an array": (
        Narrowing(_PAIR, {**_PAIR, "items": False}, ["a", 1, 2]),
        Narrowing(
            {"type": "array", "prefixItems": [_TEXT], "items": _WHOLE},
            {"type": "array", "prefixItems": [_TEXT], "items": {**_WHOLE, "minimum": 0}},
            ["a", -1],
        ),
        Narrowing({"type": "array", "prefixItems": [_TEXT]}, _PAIR, ["a", "b"]),
        Narrowing({**_PAIR, "items": False}, {**_PAIR, "items": False, "minItems": 2}, ["a"]),
        Narrowing(
            {"type": "array", "prefixItems": [_TEXT, _TEXT]},
            {"type": "array", "prefixItems": [_TEXT, {"type": "string", "enum": ["x"]}]},
            ["a", "b"],
        ),
    ),
    "members that an array holds": (
        Narrowing(
            {**_LIST, "contains": _WHOLE, "minContains": 1},
            {**_LIST, "contains": _WHOLE, "minContains": 2},
            [1],
        ),
        Narrowing(
            {**_LIST, "contains": _WHOLE, "maxContains": 5},
            {**_LIST, "contains": _WHOLE, "maxContains": 1},
            [1, 2],
        ),
        Narrowing(
            {**_LIST, "contains": _WHOLE, "minContains": 0}, {**_LIST, "contains": _WHOLE}, ["a"]
        ),
        Narrowing(
            {**_LIST, "contains": _TEXT},
            {**_LIST, "contains": {"type": "string", "minLength": 3}},
            ["ab"],
        ),
    ),
    "names of properties by pattern": (
        Narrowing(
            {**_A, "patternProperties": {"^x-": _TEXT}, "additionalProperties": False},
            {**_A, "additionalProperties": False},
            {"x-a": "b"},
        ),
        Narrowing(
            {"type": "object", "patternProperties": {"^x-": {"type": ["string", "integer"]}}},
            {"type": "object", "patternProperties": {"^x-": _TEXT}},
            {"x-a": 1},
        ),
        Narrowing(
            {"type": "object", "patternProperties": {"^x-": _TEXT}},
            {"type": "object", "patternProperties": {"^x": _TEXT}},
            {"xa": 1},
        ),
        Narrowing(
            {**_A, "patternProperties": {"^x-": _TEXT}},
            {**_A, "patternProperties": {"^x-": False}},
            {"x-a": "b"},
        ),
        Narrowing(
            {"type": "object", "propertyNames": {"maxLength": 20}},
            {"type": "object", "propertyNames": {"maxLength": 20, "pattern": "^[a-z]+$"}},
            {"A": 1},
        ),
        Narrowing(
            {"type": "object", "propertyNames": {"enum": ["a", "b"]}},
            {"type": "object", "propertyNames": {"enum": ["a"]}},
            {"b": 1},
        ),
    ),
    "properties and items left over": (
        Narrowing(
            {**_B, "allOf": [_A]},
            {**_B, "allOf": [_A], "unevaluatedProperties": False},
            {"c": 1},
        ),
        Narrowing(
            {**_B, "allOf": [_A], "unevaluatedProperties": {"type": ["string", "integer"]}},
            {**_B, "allOf": [_A], "unevaluatedProperties": _TEXT},
            {"c": 1},
        ),
        Narrowing(_PAIR, {**_PAIR, "unevaluatedItems": False}, ["a", 1, 2]),
        Narrowing(
            {"type": "object", "anyOf": [_A, _B], "unevaluatedProperties": {"type": "integer"}},
            {"type": "object", "anyOf": [_A, _B], "unevaluatedProperties": False},
            {"c": 1},
        ),
    ),
    "properties that others demand": (
        Narrowing(
            {**_ABC, "dependentRequired": {"a": ["b"]}},
            {**_ABC, "dependentRequired": {"a": ["b", "c"]}},
            {"a": "x", "b": "x"},
        ),
        Narrowing(
            {**_ABC, "dependentRequired": {"a": ["b"]}},
            {**_ABC, "dependentRequired": {"a": ["b"], "b": ["a"]}},
            {"b": "x"},
        ),
        Narrowing(_ABC, {**_ABC, "dependentSchemas": {"a": {"required": ["b"]}}}, {"a": "x"}),
        Narrowing(
            _ABC,
            {**_ABC, "dependentSchemas": {"a": {"properties": {"b": {"maxLength": 3}}}}},
            {"a": "x", "b": "long"},
        ),
    ),
    "conditions": (
        Narrowing(_KIND, {**_KIND, "if": _IF_X, "then": {"required": ["n"]}}, {"kind": "x"}),
        Narrowing(
            {**_KIND, "if": _IF_X, "then": {"required": ["n"]}},
            {**_KIND, "if": _IF_X, "then": {"required": ["n"]}, "else": {"required": ["m"]}},
            {"kind": "y"},
        ),
        Narrowing(
            {**_KIND, "if": _IF_X, "then": {"required": ["n"]}},
            {**_KIND, "if": _IF_X, "then": {"required": ["n", "m"]}},
            {"kind": "x", "n": 1},
        ),
        Narrowing(
            {**_KIND, "if": _IF_X, "then": {"properties": {"n": {"minimum": 0}}}},
            {**_KIND, "if": _IF_X, "then": {"properties": {"n": {"minimum": 5}}}},
            {"kind": "x", "n": 1},
        ),
    ),
    "negations": (
        Narrowing(_TEXT, {**_TEXT, "not": {"enum": ["a"]}}, "a", legacy=True),
        Narrowing(
            {**_TEXT, "not": {"enum": ["a"]}}, {**_TEXT, "not": {"enum": ["a", "b"]}}, "b", True
        ),
        Narrowing(_ABC, {**_ABC, "not": {"required": ["a", "b"]}}, {"a": "x", "b": "x"}, True),
        Narrowing(_TEXT, {**_TEXT, "not": {"pattern": "^a"}}, "abc", legacy=True),
    ),
    "exact numbers": (
        Narrowing(
            {"type": "number", "multipleOf": 0.25},
            {"type": "number", "multipleOf": 0.5},
            0.25,
            True,
        ),
        Narrowing({**_WHOLE, "multipleOf": 2}, {**_WHOLE, "multipleOf": 6}, 2, legacy=True),
        Narrowing({"type": "number"}, {"type": "number", "multipleOf": 1}, 0.5, legacy=True),
        Narrowing(
            {**_WHOLE, "minimum": 1, "maximum": 10}, {**_WHOLE, "enum": [1, 2, 3]}, 5, legacy=True
        ),
        Narrowing({**_WHOLE, "enum": [1, 2, 3]}, {**_WHOLE, "const": 2}, 3),
        Narrowing(
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            1,
        ),
    ),
    "kinds of value": (
        Narrowing({}, {"type": "object"}, 1, legacy=True),
        Narrowing({"type": ["string", "number"]}, {"type": ["string", "integer"]}, 0.5),
        Narrowing({"type": ["string", "array", "null"]}, {"type": ["string", "array"]}, None),
        Narrowing({"minLength": 3}, {"type": "string", "minLength": 3}, 5, legacy=True),
        Narrowing(_A, {"type": "object", "properties": {"a": False}}, {"a": "x"}),
        Narrowing({"type": ["boolean", "string"]}, {"type": "boolean"}, "true"),
    ),
    "constants": (
        Narrowing(
            {"anyOf": [{"const": "a"}, {"const": "b"}, {"const": "c"}]},
            {"anyOf": [{"const": "a"}, {"const": "c"}]},
            "b",
        ),
        Narrowing({**_TEXT, "enum": ["a", "b"]}, {"oneOf": [{"const": "a"}]}, "b"),
        Narrowing(
            {"type": ["string", "null"], "enum": ["a", "b", None]}, {**_TEXT, "enum": ["a"]}, None
        ),
        Narrowing({"enum": [{"a": 1}, {"a": 2}]}, {"enum": [{"a": 1}]}, {"a": 2}, legacy=True),
        Narrowing({"enum": ["1", 1]}, {"enum": [1]}, "1", legacy=True),
        Narrowing({"type": "boolean"}, {"type": "boolean", "enum": [True]}, False, legacy=True),
    ),
    "parts of an allOf": (
        Narrowing(
            {"allOf": [{**_TEXT, "maxLength": 10}]},
            {"allOf": [{**_TEXT, "maxLength": 10}, {"minLength": 2}]},
            "a",
            legacy=True,
        ),
        Narrowing({"allOf": [_A, _B]}, {"allOf": [{**_A, "required": ["a"]}, _B]}, {}, legacy=True),
        Narrowing(
            {"allOf": [_A, _B], "required": ["a"]},
            {"allOf": [_A, _B], "required": ["a", "b"]},
            {"a": "x"},
            legacy=True,
        ),
        Narrowing(
            {"allOf": [_A, _B]},
            {"allOf": [_A, {"type": "object", "properties": {"b": _SHORT}}]},
            {"b": "long"},
            legacy=True,
        ),
    ),
    "alternatives by type": (
        Narrowing(
            {"oneOf": [{**_TEXT, "maxLength": 5}, _WHOLE]},
            {"oneOf": [_SHORT, _WHOLE]},
            "long",
            True,
        ),
        Narrowing(
            {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
            {"anyOf": [_TEXT, {"type": "array", "items": _SHORT}]},
            ["long"],
            legacy=True,
        ),
        Narrowing(
            {"oneOf": [_TEXT, _WHOLE, {"type": "boolean"}]}, {"oneOf": [_TEXT, _WHOLE]}, True, True
        ),
        Narrowing(
            {"anyOf": [{**_A, "required": ["a"]}, {**_B, "required": ["b"]}]},
            {"anyOf": [{**_A, "required": ["a"]}, {**_B, "required": ["b"], "maxProperties": 1}]},
            {"b": "x", "z": 1},
            legacy=True,
        ),
    ),
    "maps": (
        Narrowing(
            {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}},
            {
                "type": "object",
                "additionalProperties": {"type": "array", "items": _TEXT, "maxItems": 2},
            },
            {"a": ["x", "y", "z"]},
            legacy=True,
        ),
        Narrowing(
            {"type": "object", "additionalProperties": {"type": "object"}},
            {
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": _WHOLE},
            },
            {"a": {"b": "x"}},
            legacy=True,
        ),
        Narrowing(
            {"type": "object", "additionalProperties": _TEXT},
            {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
            {},
            legacy=True,
        ),
        Narrowing(
            {**_A, "additionalProperties": {"type": ["string", "null"]}},
            {**_A, "additionalProperties": _TEXT},
            {"z": None},
        ),
    ),
    "formats": (
        Narrowing(_TEXT, {**_TEXT, "format": "ipv4"}, "x", legacy=True),
        Narrowing(_TEXT, {**_TEXT, "format": "date"}, "x", legacy=True),
        Narrowing(_TEXT, {**_TEXT, "format": "email"}, "x", legacy=True),
        Narrowing(_TEXT, {**_TEXT, "format": "ipv6"}, "x", legacy=True),
    ),
}

_SPLIT_ENUM: Schema = {"anyOf": [{**_TEXT, "enum": ["a"]}, {**_TEXT, "enum": ["b", "c"]}]}

REWORDINGS: dict[str, tuple[Rewording, ...]] = {
    "types said differently": (
        Rewording(_TEXT, {"type": ["string"]}),
        Rewording({"type": ["integer", "number"]}, {"type": "number"}),
        Rewording({"anyOf": [_TEXT, _WHOLE]}, {"type": ["string", "integer"]}),
        Rewording({"type": ["integer", "string"]}, {"type": ["string", "integer"]}),
        Rewording({"type": "boolean"}, {"type": "boolean", "enum": [False, True]}, legacy=True),
        Rewording({"type": "null"}, {"const": None}),
    ),
    "keyword without effect": (
        Rewording(_TEXT, {**_TEXT, "maximum": 3}, legacy=True),
        Rewording(_WHOLE, {**_WHOLE, "minLength": 3}, legacy=True),
        Rewording(_LIST, {**_LIST, "maxContains": 3}),
        Rewording(_TEXT, {**_TEXT, "if": {"minLength": 3}}),
        Rewording(_TEXT, {**_TEXT, "then": {"maxLength": 1}}),
        Rewording(_A, {**_A, "dependentRequired": {}}),
        Rewording(_A, {**_A, "propertyNames": True}),
        Rewording(_A, {**_A, "unevaluatedProperties": True}),
        Rewording(_A, {**_A, "patternProperties": {}}),
        Rewording({**_WHOLE, "minimum": 5}, {**_WHOLE, "minimum": 5, "exclusiveMinimum": 1}),
        Rewording(
            {**_TEXT, "enum": ["a", "b"]}, {**_TEXT, "enum": ["a", "b"], "maxLength": 5}, True
        ),
    ),
    "any value said differently": (
        Rewording(
            {"type": "object", "properties": {"a": {}}},
            {"type": "object", "properties": {"a": True}},
        ),
        Rewording({"type": "array"}, {"type": "array", "items": {}}),
        Rewording({**_A, "additionalProperties": {}}, {**_A, "additionalProperties": True}, True),
        Rewording({**_A, "additionalProperties": {}}, _A, legacy=True),
        Rewording({"not": {"not": _TEXT}}, _TEXT, legacy=True),
    ),
    "enum as a union": (
        Rewording(
            {**_TEXT, "enum": ["a", "b", "c"]},
            {"oneOf": [{"const": "a"}, {"const": "b"}, {"const": "c"}]},
        ),
        Rewording({**_TEXT, "enum": ["a", "b", "c"]}, _SPLIT_ENUM, legacy=True),
        Rewording(
            {"type": ["string", "null"], "enum": ["a", None]},
            {"anyOf": [{**_TEXT, "enum": ["a"]}, {"type": "null"}]},
        ),
        Rewording({**_WHOLE, "minimum": 1, "maximum": 3}, {**_WHOLE, "enum": [1, 2, 3]}, True),
        Rewording({"enum": [1]}, {"enum": [1.0]}, legacy=True),
    ),
    "bounds said differently": (
        Rewording({**_WHOLE, "exclusiveMinimum": 0}, {**_WHOLE, "minimum": 1}),
        Rewording({"type": "number", "multipleOf": 1}, _WHOLE, legacy=True),
        Rewording({**_WHOLE, "minimum": 0.5}, {**_WHOLE, "minimum": 1}, legacy=True),
        Rewording({**_WHOLE, "maximum": 10}, {**_WHOLE, "maximum": 10.0}, legacy=True),
        Rewording({**_WHOLE, "minimum": 3, "maximum": 3}, {"const": 3}),
        Rewording({**_WHOLE, "multipleOf": 1}, _WHOLE, legacy=True),
    ),
    "composition flattened": (
        Rewording(
            {"allOf": [{**_WHOLE, "minimum": 0}, {"maximum": 10}]},
            {**_WHOLE, "minimum": 0, "maximum": 10},
            legacy=True,
        ),
        Rewording({"allOf": [{"allOf": [_A]}, _B]}, {"allOf": [_A, _B]}, legacy=True),
        Rewording({"oneOf": [_TEXT]}, _TEXT, legacy=True),
        Rewording({"anyOf": [_TEXT, _TEXT]}, _TEXT, legacy=True),
        Rewording({"allOf": [_TEXT, {}]}, _TEXT, legacy=True),
        Rewording({"allOf": [_A, {"required": ["a"]}]}, {**_A, "required": ["a"]}, legacy=True),
        Rewording({"oneOf": [_TEXT, _WHOLE]}, {"anyOf": [_WHOLE, _TEXT]}, legacy=True),
        Rewording(
            {"anyOf": [{"anyOf": [_TEXT, _WHOLE]}, {"type": "boolean"}]},
            {"anyOf": [_TEXT, _WHOLE, {"type": "boolean"}]},
            legacy=True,
        ),
    ),
    "demand said differently": (
        Rewording(
            {**_ABC, "dependentRequired": {"a": ["b"]}},
            {**_ABC, "dependentSchemas": {"a": {"required": ["b"]}}},
        ),
        Rewording(
            {**_ABC, "dependentRequired": {"a": ["b"]}},
            {**_ABC, "if": {"required": ["a"]}, "then": {"required": ["b"]}},
        ),
        Rewording(
            {**_ABC, "if": {"required": ["a"]}, "then": {"required": ["b"]}},
            {**_ABC, "if": {"not": {"required": ["a"]}}, "else": {"required": ["b"]}},
        ),
    ),
    "closing said differently": (
        Rewording(
            {"type": "array", "prefixItems": [_TEXT], "items": False},
            {"type": "array", "prefixItems": [_TEXT], "maxItems": 1},
        ),
        Rewording({"type": "array", "items": False}, {"type": "array", "maxItems": 0}),
        Rewording({**_A, "additionalProperties": False}, {**_A, "unevaluatedProperties": False}),
        Rewording(
            {"type": "object", "additionalProperties": False},
            {"type": "object", "maxProperties": 0},
            legacy=True,
        ),
        Rewording(
            {"type": "array", "prefixItems": [_TEXT], "unevaluatedItems": False},
            {"type": "array", "prefixItems": [_TEXT], "items": False},
        ),
    ),
}
