"""Schemas of any dialect become JSON Schema 2020-12, with a name for all that needs one."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.unit.spec.conftest import Reader


def properties(
    read_text: Reader, text: str, version: str = "3.0.3"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The properties of a schema `Thing` that has those in `text`, and all schemas."""
    schema = {"type": "object", "properties": yaml.safe_load(text)}
    other = {"type": "object", "nullable": True}
    document = {"components": {"schemas": {"Thing": schema, "Other": {"type": "object"}}}}
    if version.startswith("3.0"):
        document["components"]["schemas"]["Null"] = other
    contract = read_text(yaml.safe_dump(document, sort_keys=False), version=version)
    return dict(contract.schemas["Thing"]["properties"]), dict(contract.schemas)


OTHER = {"$ref": "#/components/schemas/Other"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{type: string, nullable: true}", {"type": ["string", "null"]}),
        ("{type: string, nullable: false}", {"type": "string"}),
        (
            "{$ref: '#/components/schemas/Other', nullable: true}",
            {"anyOf": [OTHER, {"type": "null"}]},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Other'}], nullable: true, description: D}",
            {"description": "D", "anyOf": [OTHER, {"type": "null"}]},
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Other'}, {description: D}]}",
            {"description": "D", **OTHER},
        ),
        ("{oneOf: [{type: string}]}", {"type": "string"}),
        (
            "{type: integer, minimum: 1, exclusiveMinimum: true, maximum: 9,"
            " exclusiveMaximum: false}",
            {"type": "integer", "maximum": 9, "exclusiveMinimum": 1},
        ),
        ("{type: string, enum: [a]}", {"type": "string", "const": "a"}),
        ("{type: string, enum: [a, a]}", {"type": "string", "const": "a"}),
        ("{type: boolean, enum: [true, false]}", {"type": "boolean"}),
        (
            "{type: string, nullable: true, enum: [a, null]}",
            {"anyOf": [{"type": "string", "const": "a"}, {"type": "null"}]},
        ),
        ("{type: string, example: e, xml: {name: n}}", {"type": "string", "example": "e"}),
        ("{type: string, default: 5}", {"type": "string"}),
        ("{description: Anything.}", {"description": "Anything."}),
        (
            "{type: array, items: {type: array, items: {$ref: '#/components/schemas/Other'}}}",
            {"type": "array", "items": {"type": "array", "items": OTHER}},
        ),
        (
            "{type: array, items: {$ref: '#/components/schemas/Null'}}",
            {
                "type": "array",
                "items": {"anyOf": [{"$ref": "#/components/schemas/Null"}, {"type": "null"}]},
            },
        ),
    ],
)
def test_3_0_is_read_as_2020_12(read_text: Reader, written: str, meant: dict[str, Any]) -> None:
    """What stays inline says in today's words what was written in those of 3.0."""
    found, _ = properties(read_text, f"value: {written}")
    assert found["value"] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{type: [string, 'null']}", {"type": ["string", "null"]}),
        ("{type: [string, null]}", {"type": ["string", "null"]}),
        ("{type: [string]}", {"type": "string"}),
        (
            "{anyOf: [{type: integer}, {type: 'null'}], default: null}",
            {"default": None, "type": ["integer", "null"]},
        ),
        (
            "{oneOf: [{$ref: '#/components/schemas/Other'}, {type: 'null'}]}",
            {"anyOf": [OTHER, {"type": "null"}]},
        ),
        ("true", {}),
        ("false", {"not": {}}),
    ],
)
def test_3_1_keeps_its_meaning(read_text: Reader, written: str, meant: dict[str, Any]) -> None:
    """`null` among types or members is told from the rest."""
    found, _ = properties(read_text, f"value: {written}", "3.1.0")
    assert found["value"] == meant


def test_objects_enums_and_unions_get_names(read_text: Reader) -> None:
    """Each is named after its parent and property, at any depth, an item after its array."""
    found, schemas = properties(
        read_text,
        """
        owner: {type: object, properties: {home: {type: object}}}
        size: {enum: [s, m]}
        value: {oneOf: [{type: string}, {type: object, title: pair}]}
        lines: {type: array, items: {type: object, additionalProperties: {enum: [1, 2]}}}
        """,
    )
    assert found == {
        "owner": {"$ref": "#/components/schemas/ThingOwner"},
        "size": {"$ref": "#/components/schemas/ThingSize"},
        "value": {"$ref": "#/components/schemas/ThingValue"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/ThingLines"}},
    }
    assert set(schemas) - {"Thing", "Other", "Null"} == {
        "ThingOwner",
        "ThingOwnerHome",
        "ThingSize",
        "ThingValue",
        "ThingValuePair",
        "ThingLines",
        "ThingLinesValue",
    }


def test_members_of_an_allof_are_one_class(read_text: Reader) -> None:
    """An inline member of an allOf is not named; what is inside it is, after the whole."""
    contract = read_text(
        """
        components:
          schemas:
            Base: {type: object}
            Item:
              allOf:
                - $ref: '#/components/schemas/Base'
                - type: object
                  properties: {price: {type: object}}
        """
    )
    assert contract.schemas["Item"]["allOf"] == [
        {"$ref": "#/components/schemas/Base"},
        {"type": "object", "properties": {"price": {"$ref": "#/components/schemas/ItemPrice"}}},
    ]


def test_discriminators_are_written_out(read_text: Reader) -> None:
    """A member without a mapping goes by its constants, or else by its name in the contract."""
    contract = read_text(
        """
        components:
          schemas:
            Pet:
              oneOf:
                - $ref: '#/components/schemas/cat'
                - $ref: '#/components/schemas/dog'
                - $ref: '#/components/schemas/Fish'
              discriminator: {propertyName: kind, mapping: {f: Fish}}
            cat: {type: object, properties: {kind: {enum: [tom, kitten]}}}
            dog: {type: object, properties: {kind: {type: string}}}
            Fish: {type: object, properties: {kind: {const: f}}}
        """
    )
    assert contract.schemas["Pet"]["discriminator"]["mapping"] == {
        "f": "#/components/schemas/Fish",
        "tom": "#/components/schemas/Cat",
        "kitten": "#/components/schemas/Cat",
        "dog": "#/components/schemas/Dog",
    }


def test_recursion_is_legal(read_text: Reader) -> None:
    """A schema may contain itself through properties, items and unions."""
    contract = read_text(
        """
        components:
          schemas:
            Node:
              type: object
              properties:
                next: {$ref: '#/components/schemas/Node'}
                children: {type: array, items: {$ref: '#/components/schemas/Node'}}
                either: {anyOf: [{type: string}, {$ref: '#/components/schemas/Node'}]}
        """
    )
    assert set(contract.schemas) == {"Node", "NodeEither"}


def test_a_named_default_comes_along(read_text: Reader) -> None:
    """A parameter whose schema is a named scalar or enum has that schema's default."""
    contract = read_text(
        """
        paths:
          /items:
            get:
              operationId: listItems
              parameters: [{name: sort, in: query, schema: {$ref: '#/components/schemas/Sort'}}]
              responses: {'204': {description: Done.}}
        components:
          schemas:
            Sort: {type: string, enum: [up, down], default: up}
        """
    )
    assert contract.operations[0].parameters[0].default == "up"
