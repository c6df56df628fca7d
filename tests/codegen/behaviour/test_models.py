"""What generated models accept, refuse and write."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from accord.runtime import ABSENT

from .conftest import Generate


def from_json(type_: Any, text: str) -> Any:
    """As the runtime validates a body."""
    return TypeAdapter(type_).validator.validate_json(
        text, strict=True, by_alias=True, by_name=False
    )


def to_json(value: Any) -> str:
    """As the runtime writes a body."""
    return str(TypeAdapter(type(value)).dump_json(value, by_alias=True).decode())


PET = """
Pet:
  type: object
  required: [name, nick]
  properties:
    name: {type: string, minLength: 1}
    nick: {type: [string, 'null'], maxLength: 3}
    note: {type: string, maxLength: 5}
    until: {type: [string, 'null'], format: date}
"""


def test_optional_property_may_be_absent_but_not_null(generated: Generate) -> None:
    """Null is refused, absent is None in Python, and None is not written."""
    pet_type = generated(PET).models.Pet
    pet = from_json(pet_type, '{"name": "a", "nick": null}')
    assert pet.note is None
    assert to_json(pet) == '{"name":"a","nick":null}'
    with pytest.raises(ValidationError):
        from_json(pet_type, '{"name": "a", "nick": null, "note": null}')


def test_optional_nullable_property_tells_null_from_absent(generated: Generate) -> None:
    """Absent is ABSENT, null is None; each is written as it came."""
    pet_type = generated(PET).models.Pet
    absent = from_json(pet_type, '{"name": "a", "nick": "b"}')
    null = from_json(pet_type, '{"name": "a", "nick": "b", "until": null}')
    assert absent.until is ABSENT
    assert null.until is None
    assert to_json(absent) == '{"name":"a","nick":"b"}'
    assert to_json(null) == '{"name":"a","nick":"b","until":null}'
    assert from_json(pet_type, '{"name":"a","nick":"b","until":"2026-01-02"}').until == dt.date(
        2026, 1, 2
    )


def test_constraints_hold_beside_null_and_absence(generated: Generate) -> None:
    """A constraint applies to what is neither null nor absent."""
    pet_type = generated(PET).models.Pet
    for text in (
        '{"name": "", "nick": null}',
        '{"name": "a", "nick": "long"}',
        '{"name": "a", "nick": null, "note": "longer"}',
        '{"name": "a"}',
    ):
        with pytest.raises(ValidationError):
            from_json(pet_type, text)


def test_unknown_properties(generated: Generate) -> None:
    """They are ignored, refused, kept, or kept and validated, as additionalProperties says."""
    models = generated("""
        Open: {type: object, properties: {a: {type: integer}}}
        Closed: {type: object, properties: {a: {type: integer}}, additionalProperties: false}
        Kept: {type: object, properties: {a: {type: integer}}, additionalProperties: true}
        Typed:
          type: object
          properties: {a: {type: integer}}
          additionalProperties: {type: string, maxLength: 2}
        Empty: {type: object, additionalProperties: false}
    """).models
    text = '{"a":1,"b":"x"}'
    assert to_json(from_json(models.Open, text)) == '{"a":1}'
    assert to_json(from_json(models.Kept, text)) == text
    assert to_json(from_json(models.Typed, text)) == text
    for type_, wrong in (
        (models.Closed, text),
        (models.Empty, '{"a":1}'),
        (models.Typed, '{"b": 1}'),
        (models.Typed, '{"b": "xyz"}'),
    ):
        with pytest.raises(ValidationError):
            from_json(type_, wrong)
    assert from_json(models.Empty, "{}") is not None


def test_maps_and_free_objects(generated: Generate) -> None:
    """An object without properties is a dict; its values are validated."""
    models = generated("""
        Counts: {type: object, additionalProperties: {type: integer, minimum: 1}}
        Free: {type: object}
        Holder: {type: object, properties: {counts: {$ref: '#/components/schemas/Counts'}}}
    """).models
    assert from_json(models.Counts, '{"a": 1}') == {"a": 1}
    assert from_json(models.Free, '{"a": [1]}') == {"a": [1]}
    with pytest.raises(ValidationError):
        from_json(models.Holder, '{"counts": {"a": 0}}')


def test_enums_keep_their_values(generated: Generate) -> None:
    """Members are named after values of any kind, and are written as they came."""
    models = generated("""
        Sort: {type: string, enum: [name, -name, class, '', two words, 1st, a+b, 日本]}
        Level: {type: integer, enum: [1, 2, -3]}
        Mixed: {enum: [a, 1, 2.5]}
        Chosen:
          type: string
          enum: [a, b]
          x-enum-varnames: [First, Second]
    """).models
    assert [member.value for member in models.Sort] == [
        *("name", "-name", "class", "", "two words", "1st", "a+b", "日本"),
    ]
    assert models.Sort.MINUS_NAME == "-name"
    assert [int(member) for member in models.Level] == [1, 2, -3]
    assert [member.value for member in models.Mixed] == ["a", 1, 2.5]
    assert models.Chosen.First == "a"
    assert from_json(models.Sort, '"-name"') is models.Sort.MINUS_NAME
    with pytest.raises(ValidationError):
        from_json(models.Level, "4")


def test_properties_with_awkward_names(generated: Generate) -> None:
    """Every name works on the wire; in Python it is one that can be written."""
    names = ["class", "self", "a-b", "a_b", "aB", "1st", "_x", "", "model_config", "copy", "json"]
    names += [
        "model_dump",
        "list",
        "int",
        "str",
        "date",
        "dt",
        "re",
        "Field",
        "None",
        "ABSENT",
        "é",
    ]
    properties = "\n".join(f"    {name!r}: {{type: string, format: date}}" for name in names)
    models = generated(f"All:\n  type: object\n  properties:\n{properties}").models
    text = "{" + ",".join(f'"{name}":"2026-01-02"' for name in names) + "}"
    value = from_json(models.All, text)
    assert to_json(value) == text
    assert value.class_ == dt.date(2026, 1, 2)


def test_formats(generated: Generate) -> None:
    """Dates, times and UUIDs are parsed; addresses stay as they came."""
    models = generated("""
        All:
          type: object
          properties:
            when: {type: string, format: date-time}
            day: {type: string, format: date}
            id: {type: string, format: uuid}
            link: {type: string, format: uri}
            mail: {type: string, format: email}
            secret: {type: string, format: password}
            amount: {type: number}
            count: {type: integer, format: int64}
    """).models
    text = (
        '{"when":"2026-01-02T03:04:05Z","day":"2026-01-02",'
        '"id":"0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10","link":"http://EXAMPLE.org",'
        '"mail":"a@b","secret":"s","amount":1.5,"count":3}'
    )
    value = from_json(models.All, text)
    assert to_json(value) == text
    assert value.when.tzinfo is not None
    assert isinstance(value.id, UUID)
    with pytest.raises(ValidationError):
        from_json(models.All, '{"when": "2026-01-02T03:04:05"}')
    with pytest.raises(ValidationError):
        from_json(models.All, '{"count": "3"}')


def test_defaults_are_typed_and_not_shared(generated: Generate) -> None:
    """A default is what a handler would get; a required property with one stays required."""
    models = generated("""
        Colour: {type: string, enum: [red, green]}
        Size: {type: object, properties: {w: {type: integer, default: 1}}}
        All:
          type: object
          required: [needed]
          properties:
            needed: {type: string, default: x}
            colour: {$ref: '#/components/schemas/Colour', default: green}
            colours: {type: array, items: {$ref: '#/components/schemas/Colour'}, default: [red]}
            tags: {type: array, items: {type: string}, default: []}
            day: {type: string, format: date, default: '2026-01-02'}
            when: {type: string, format: date-time, default: '2026-01-02T03:04:05Z'}
            size: {$ref: '#/components/schemas/Size', default: {w: 3}}
            text: {type: string, default: "a'b\\"\\n"}
            ratio: {type: number, default: 2}
            maybe: {type: [string, 'null'], default: null}
    """).models
    with pytest.raises(ValidationError):
        from_json(models.All, "{}")
    one, other = (from_json(models.All, '{"needed": "y"}') for _ in range(2))
    assert one.colour is models.Colour.GREEN
    assert one.colours == [models.Colour.RED]
    assert one.day == dt.date(2026, 1, 2)
    assert one.when == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    assert one.size == models.Size(w=3)
    assert one.text == "a'b\"\n"
    assert isinstance(one.ratio, float)
    assert one.maybe is None
    one.tags.append("z")
    assert other.tags == []


def test_union_with_discriminator(generated: Generate) -> None:
    """The discriminator picks the member, whatever its property is called in Python."""
    models = generated("""
        Cat:
          type: object
          required: [petType, lives]
          properties: {petType: {const: cat, type: string}, lives: {type: integer}}
        Dog:
          type: object
          required: [petType]
          properties: {petType: {const: dog, type: string}}
        Pet:
          oneOf:
            - $ref: '#/components/schemas/Cat'
            - $ref: '#/components/schemas/Dog'
          discriminator:
            propertyName: petType
            mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}
    """).models
    assert "discriminator=" in inspect.getsource(models)
    assert isinstance(from_json(models.Pet, '{"petType": "dog"}'), models.Dog)
    with pytest.raises(ValidationError) as caught:
        from_json(models.Pet, '{"petType": "cat"}')
    assert [error["type"] for error in caught.value.errors()] == ["missing"]


def test_unions_without_discriminator(generated: Generate) -> None:
    """Any member will do; constraints stay with their member."""
    models = generated("""
        Either: {anyOf: [{type: string, minLength: 2}, {type: integer, minimum: 5}]}
        Types: {type: [string, integer, 'null'], maxLength: 2, minimum: 1}
    """).models
    assert from_json(models.Either, '"ab"') == "ab"
    assert from_json(models.Either, "5") == 5
    for wrong in ('"a"', "4"):
        with pytest.raises(ValidationError):
            from_json(models.Either, wrong)
        assert wrong


def test_types_that_contain_themselves(generated: Generate) -> None:
    """Models, arrays and unions may; they are validated at every depth."""
    models = generated("""
        Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}
        Tree: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        JsonValue:
          anyOf:
            - type: string
            - {type: array, items: {$ref: '#/components/schemas/JsonValue'}}
            - $ref: '#/components/schemas/Map'
        Map: {type: object, additionalProperties: {$ref: '#/components/schemas/JsonValue'}}
    """).models
    assert from_json(models.Node, '{"next": {"next": {}}}').next.next.next is None
    assert from_json(models.Tree, "[[], [[]]]") == [[], [[]]]
    assert from_json(models.JsonValue, '{"a": ["b", {"c": "d"}]}') == {"a": ["b", {"c": "d"}]}
    for type_, wrong in ((models.Tree, "[[1]]"), (models.JsonValue, '{"a": [1]}')):
        with pytest.raises(ValidationError):
            from_json(type_, wrong)


def test_compositions_are_one_class(generated: Generate) -> None:
    """allOf: all properties, all that is required, the narrower of two constraints."""
    models = generated("""
        Base:
          type: object
          required: [id]
          properties: {id: {type: integer, minimum: 1}, kind: {type: string}}
        Special:
          allOf:
            - $ref: '#/components/schemas/Base'
            - type: object
              required: [kind, more]
              properties: {id: {type: integer, maximum: 9}, kind: {const: s}, more: {type: boolean}}
    """).models
    assert from_json(models.Special, '{"id": 9, "kind": "s", "more": true}').more is True
    for wrong in (
        '{"id": 0, "kind": "s", "more": true}',
        '{"id": 10, "kind": "s", "more": true}',
        '{"id": 5, "kind": "t", "more": true}',
        '{"id": 5, "more": true}',
    ):
        with pytest.raises(ValidationError):
            from_json(models.Special, wrong)


def test_constraints_at_every_depth(generated: Generate) -> None:
    """Items, values and aliases of them keep theirs, without names of their own."""
    models = generated("""
        Tag: {type: string, maxLength: 2}
        Holder:
          type: object
          properties:
            tags: {type: array, maxItems: 2, items: {type: string, maxLength: 2}}
            grid:
              type: array
              items: {type: array, minItems: 1, items: {type: integer, minimum: 0}}
            named: {type: array, items: {$ref: '#/components/schemas/Tag'}}
            maybe: {type: array, items: {type: [string, 'null'], maxLength: 1}}
            look: {type: string, pattern: '^(?!x).$'}
    """).models
    good = '{"tags":["a"],"grid":[[0]],"named":["ab"],"maybe":[null,"x"],"look":"y"}'
    assert to_json(from_json(models.Holder, good)) == good
    for wrong in (
        '{"tags": ["abc"]}',
        '{"tags": ["a", "b", "c"]}',
        '{"grid": [[]]}',
        '{"grid": [[-1]]}',
        '{"named": ["abc"]}',
        '{"maybe": ["xy"]}',
        '{"look": "x"}',
    ):
        with pytest.raises(ValidationError):
            from_json(models.Holder, wrong)
    assert "Item1" not in inspect.getsource(models)


def test_null_of_a_named_schema(generated: Generate) -> None:
    """A schema that may be null may be so wherever it is used."""
    models = generated("""
        Part: {type: [object, 'null'], properties: {a: {type: integer}}}
        Word: {type: [string, 'null'], enum: [x, y, null]}
        Whole:
          type: object
          required: [part]
          properties:
            part: {$ref: '#/components/schemas/Part'}
            word: {$ref: '#/components/schemas/Word'}
            any: {}
    """).models
    text = '{"part":null,"word":null,"any":null}'
    assert to_json(from_json(models.Whole, text)) == text
    assert to_json(from_json(models.Whole, '{"part":{"a":1}}')) == '{"part":{"a":1}}'


def test_properties_without_a_type_are_an_objects(generated: Generate) -> None:
    """Nobody who names properties means that a number would do as well."""
    point_type = generated("Point: {properties: {x: {type: integer}}}").models.Point
    assert from_json(point_type, '{"x": 1}') == point_type(x=1)
    with pytest.raises(ValidationError):
        from_json(point_type, "5")


def test_true_is_not_one(generated: Generate) -> None:
    """Neither in an enum nor as a constant, though Python takes them for the same."""
    models = generated(
        """
        Level: {type: integer, enum: [0, 1]}
        One: {const: 1}
        Yes: {const: true}
        """
    ).models
    assert from_json(models.Level, "1") is models.Level(1)
    assert from_json(models.Yes, "true") is True
    for type_, text in ((models.Level, "true"), (models.One, "true"), (models.Yes, "1")):
        with pytest.raises(ValidationError):
            from_json(type_, text)


def test_defaults_of_unions_are_their_members(generated: Generate) -> None:
    """Made at each use, of the member that the default fits."""
    models = generated("""
        Circle: {type: object, required: [r], properties: {r: {type: integer}}}
        Square: {type: object, required: [side], properties: {side: {type: integer}}}
        Drawing:
          type: object
          properties:
            shapes:
              type: array
              items: {oneOf: [{$ref: '#/components/schemas/Circle'},
                              {$ref: '#/components/schemas/Square'}]}
              default: [{r: 1}, {side: 2}]
    """).models
    drawing = from_json(models.Drawing, "{}")
    assert drawing.shapes == [models.Circle(r=1), models.Square(side=2)]


def test_patterns_by_javascripts_older_rules(generated: Generate) -> None:
    """In a type of pydantic's, and where a JSON Schema validator holds the whole object."""
    models = generated(r"""
        Word: {type: string, pattern: '^[\w-.]+$|^{a}$'}
        Words:
          type: object
          minProperties: 1
          properties: {a: {type: string, pattern: '^[\w-.]+$|\bb'}}
          patternProperties: {'^[\d-.]$': {type: integer}}
    """).models
    assert from_json(models.Word, '"{a}"') == "{a}"
    assert from_json(models.Words, '{"a": "a-b.c", "-": 1}').a == "a-b.c"
    for type_, text in (
        (models.Word, '"a b"'),
        (models.Words, '{"a": "é"}'),
        (models.Words, '{"1": "x"}'),
    ):
        with pytest.raises(ValidationError):
            from_json(type_, text)
