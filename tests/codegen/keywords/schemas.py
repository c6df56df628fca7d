"""One schema for each keyword, and for what keywords mean beside each other."""

from __future__ import annotations

from typing import Any

OBJECT: dict[str, Any] = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
}
_CAT = {
    "type": "object",
    "required": ["kind", "a"],
    "properties": {"kind": {"const": "cat"}, "a": {"type": "integer"}},
}
_DOG = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"const": "dog"}, "a": {"type": "string"}, "b": {"type": "integer"}},
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _having(inner: Any, *, required: bool = True) -> dict[str, Any]:
    """An object with a property `a` of a schema that has no name."""
    return {
        "type": "object",
        "properties": {"a": inner},
        **({"required": ["a"]} if required else {}),
    }


SHARED: dict[str, Any] = {
    "Plain": OBJECT,
    "Cat": _CAT,
    "Dog": _DOG,
    "Open": {"type": "object", "properties": {"kind": {"const": "o"}, "a": {"type": "integer"}}},
    "OpenToo": {"type": "object", "properties": {"kind": {"const": "t"}, "a": {"type": "string"}}},
    "Tree": {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "integer"},
            "b": _ref("Tree"),
            "c": {"type": "array", "items": _ref("Tree")},
        },
    },
    "Color": {"type": "string", "enum": ["a", "b", "1"]},
    "Nothing": {"type": ["string", "null"]},
}

KEYWORDS: dict[str, Any] = {
    # types
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "anything": {},
    "nothing": False,
    "types": {"type": ["integer", "string"]},
    "types_and_null": {"type": ["array", "boolean", "null"], "items": {"type": "integer"}},
    "number_or_integer": {"type": ["number", "integer"]},
    # numbers
    "minimum": {"type": "integer", "minimum": 2},
    "maximum": {"type": "number", "maximum": 2.5},
    "exclusive": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 5},
    "multiple_of": {"type": "integer", "multipleOf": 3},
    "multiple_of_fraction": {"type": "number", "multipleOf": 0.5},
    "limits_without_type": {"minimum": 2, "multipleOf": 2},
    # texts
    "length": {"type": "string", "minLength": 2, "maxLength": 3},
    "pattern": {"type": "string", "pattern": r"^\d\w*$|^a(?!b)"},
    "pattern_without_type": {"pattern": "a"},
    "length_without_type": {"maxLength": 2},
    # constants
    "const": {"const": "a"},
    "const_number": {"const": 1},
    "const_fraction": {"const": 1.5},
    "const_null": {"const": None},
    "const_true": {"const": True},
    "const_object": {"const": {"a": [1]}},
    "enum": {"enum": ["a", "b"]},
    "enum_of_all_kinds": {"enum": ["a", 1, 2.5, None, True, ["a"], {"a": 1}]},
    "enum_of_numbers": {"type": "number", "enum": [1, 2.5, 3]},
    "enum_of_integers": {"type": "integer", "enum": [1, 2]},
    "enum_without_its_null": {"type": ["string", "null"], "enum": ["a", "b"]},
    "enum_with_its_null": {"type": ["string", "null"], "enum": ["a", None]},
    "const_without_its_null": {"type": ["string", "null"], "const": "a"},
    "enum_with_bounds": {"type": "string", "enum": ["a", "bb"], "minLength": 2},
    "enum_by_name": _ref("Color"),
    # arrays
    "items": {"type": "array", "items": {"type": "integer"}},
    "items_of_objects": {"type": "array", "items": _ref("Plain")},
    "sizes": {"type": "array", "minItems": 1, "maxItems": 2},
    "sizes_without_type": {"maxItems": 1},
    "unique": {"type": "array", "uniqueItems": True},
    "unique_integers": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
    "unique_objects": {"type": "array", "items": _ref("Plain"), "uniqueItems": True},
    "prefix": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
    "prefix_and_items": {
        "type": "array",
        "prefixItems": [{"type": "integer"}, _ref("Plain")],
        "items": {"type": "boolean"},
    },
    "prefix_and_no_more": {
        "type": "array",
        "prefixItems": [{"type": "integer"}],
        "items": False,
        "minItems": 1,
    },
    "contains": {"type": "array", "contains": {"type": "integer", "minimum": 5}},
    "contains_some": {
        "type": "array",
        "items": {"type": "integer"},
        "contains": {"minimum": 5},
        "minContains": 1,
        "maxContains": 2,
    },
    "contains_none_needed": {"type": "array", "contains": {"const": 1}, "minContains": 0},
    "contains_reference": {"type": "array", "contains": _ref("Plain")},
    "unevaluated_items": {
        "type": "array",
        "prefixItems": [{"type": "integer"}],
        "contains": {"type": "string"},
        "unevaluatedItems": False,
    },
    "items_without_type": {"items": {"type": "integer"}},
    "items_without_type_of_objects": {"items": _ref("Plain")},
    # objects
    "properties": OBJECT,
    "optional": _having({"type": "string"}, required=False),
    "optional_null": _having({"type": ["string", "null"]}, required=False),
    "null_by_reference": _having(_ref("Nothing"), required=False),
    "required_null": _having({"type": ["integer", "null"]}),
    "required_unnamed": {"type": "object", "required": ["a", "zz"]},
    "no_property": _having({"not": {}}, required=False),
    "any_property": _having(True),
    "no_more": {**OBJECT, "additionalProperties": False},
    "more_of_a_type": {**OBJECT, "additionalProperties": {"type": "boolean"}},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "map_of_objects": {"type": "object", "additionalProperties": _ref("Plain")},
    "map_of_null": {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
    "empty": {"type": "object", "additionalProperties": False},
    "pattern_properties": {
        "type": "object",
        "patternProperties": {"^n": {"type": "integer"}},
    },
    "pattern_properties_and_more_of_a_type": {
        "type": "object",
        "patternProperties": {"^n": {"type": "string"}},
        "additionalProperties": {"type": "integer"},
    },
    "pattern_properties_and_no_more": {
        **OBJECT,
        "patternProperties": {"^n": {"type": "integer"}},
        "additionalProperties": False,
    },
    "pattern_properties_of_objects": {
        "type": "object",
        "patternProperties": {r"\d$": _ref("Plain")},
    },
    "property_names": {"type": "object", "propertyNames": {"pattern": "^[a-c]$"}},
    "property_names_beside": {**OBJECT, "propertyNames": {"maxLength": 1}},
    "counts": {"type": "object", "minProperties": 1, "maxProperties": 2},
    "counts_beside": {**OBJECT, "maxProperties": 2},
    "dependent_required": {**OBJECT, "required": [], "dependentRequired": {"a": ["b"]}},
    "dependent_schemas": {
        **OBJECT,
        "required": [],
        "dependentSchemas": {"b": {"required": ["a"], "properties": {"a": {"minimum": 3}}}},
    },
    "unevaluated_properties": {
        "allOf": [_ref("Plain")],
        "properties": {"c": {"type": "boolean"}},
        "type": "object",
        "unevaluatedProperties": False,
    },
    "unevaluated_of_a_type": {
        "type": "object",
        "anyOf": [_ref("Plain"), {"properties": {"c": {"type": "boolean"}}, "required": ["c"]}],
        "unevaluatedProperties": {"type": "integer"},
    },
    "recursive": _ref("Tree"),
    # compositions
    "all_of": {"allOf": [_ref("Plain"), _having({"minimum": 3})]},
    "all_of_scalars": {"allOf": [{"type": "integer"}, {"minimum": 2}, {"multipleOf": 2}]},
    "all_of_two_steps": {
        "allOf": [{"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 3}]
    },
    "all_of_two_patterns": {
        "allOf": [{"type": "string", "pattern": "a"}, {"type": "string", "pattern": "b"}]
    },
    "all_of_two_enums": {
        "allOf": [{"enum": ["a", "b", "1"]}, {"enum": ["b", "1", "c"]}],
        "type": "string",
    },
    "all_of_two_unions": {
        "allOf": [
            {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
        ]
    },
    "all_of_reference_narrowed": {
        "allOf": [_ref("Color"), {"enum": ["a", "b"]}],
    },
    "all_of_two_classes": {"allOf": [_ref("Plain"), _ref("Dog")]},
    "all_of_types_crossed": {
        "allOf": [{"type": ["integer", "string"]}, {"type": ["string", "boolean"]}]
    },
    "all_of_items": {
        "allOf": [
            {"type": "array", "items": {"type": "integer"}},
            {"type": "array", "items": {"minimum": 2}, "maxItems": 3},
        ]
    },
    "all_of_closed": {
        "allOf": [
            {**OBJECT, "additionalProperties": False},
            {"type": "object", "properties": {"c": {"type": "integer"}}},
        ]
    },
    "any_of": {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "string", "maxLength": 2}]},
    "any_of_null": {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "null"}]},
    "any_of_objects": {"anyOf": [_ref("Plain"), _ref("Tree")]},
    "any_of_conditions": {
        **OBJECT,
        "required": [],
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "any_of_arrays": {
        "anyOf": [
            {"type": "array", "items": {"type": "integer"}},
            {"type": "array", "items": {"type": "string"}},
        ]
    },
    "one_of": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    "one_of_overlapping": {
        "oneOf": [{"type": "integer", "minimum": 2}, {"type": "integer", "maximum": 5}]
    },
    "one_of_objects": {"oneOf": [_ref("Plain"), _ref("Tree")]},
    "one_of_and_null": {"oneOf": [_ref("Plain"), {"type": "null"}]},
    "one_of_conditions": {
        **OBJECT,
        "required": [],
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "one_of_beside_properties": {
        "type": "object",
        "required": ["c"],
        "properties": {"c": {"type": "integer"}},
        "oneOf": [_ref("Cat"), _ref("Dog")],
    },
    "one_of_numbers": {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 2.5}]},
    "discriminator": {
        "oneOf": [_ref("Cat"), _ref("Dog")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {
                "cat": "#/components/schemas/Cat",
                "dog": "#/components/schemas/Dog",
            },
        },
    },
    "discriminator_that_may_lack": {
        "oneOf": [_ref("Open"), _ref("OpenToo")],
        "discriminator": {"propertyName": "kind"},
    },
    "not": {"not": {"type": "integer"}},
    "not_beside": {"type": "integer", "not": {"minimum": 2, "maximum": 4}},
    "not_required": {**OBJECT, "not": {"required": ["b"]}},
    "not_reference": {"not": _ref("Plain")},
    "if": {
        **OBJECT,
        "required": [],
        "if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
        "then": {"required": ["b"]},
        "else": {"properties": {"b": {"maxLength": 2}}},
    },
    "if_without_type": {
        "if": {"type": "integer"},
        "then": {"minimum": 2},
        "else": {"type": "string"},
    },
    "then_without_if": {"type": "integer", "then": {"minimum": 4}},
    # within a class
    "union_in_a_property": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"anyOf": [{"type": "integer"}, _ref("Plain")]}, "b": {}},
    },
    "unique_in_a_property": _having({"type": "array", "uniqueItems": True, "minItems": 1}),
    "const_in_a_property": _having({"const": 1.5}),
    "not_in_a_property": _having({"type": "string", "not": {"const": "a"}}),
    "map_in_a_property": _having(
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}}
    ),
    "tuple_in_a_property": _having(
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}
    ),
    "bounded_null_in_a_property": _having(
        {"type": ["integer", "null"], "minimum": 2}, required=False
    ),
}
