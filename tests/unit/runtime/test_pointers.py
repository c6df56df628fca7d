"""A fault's pointer leads to the fault, though pydantic's locations name tags and types too."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from accord.runtime import Model, Problem
from accord.runtime.json_body import json_parser


class CardNumber(Model):
    number: str
    card: Annotated[str, Field(max_length=3)] = ""


class Card(Model):
    kind: Literal["card"]
    card: CardNumber
    cash: int = 0


class Cash(Model):
    kind: Literal["cash"]
    cash: int
    note: str


Pay = Annotated[Card | Cash, Field(discriminator="kind")]


class Cat(Model):
    Dog: int


class Dog(Model):
    Cat: int


class Tree(Model):
    kind: Literal["Tree"] = "Tree"
    Tree: Annotated[Tree | Leaf, Field(discriminator="kind")]


class Leaf(Model):
    kind: Literal["Leaf"]
    size: int


def pointers(type_: Any, document: Any) -> list[str | None]:
    with pytest.raises(Problem) as raised:
        json_parser(type_)(json.dumps(document).encode())
    return [fault.pointer for fault in raised.value.errors]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"kind": "card", "card": {}}, ["/card/number"]),
        ({"kind": "card", "card": {"number": 5}}, ["/card/number"]),
        ({"kind": "card", "card": {"number": "5", "card": "long"}}, ["/card/card"]),
        ({"kind": "card", "card": "5"}, ["/card"]),
        ({"kind": "card", "card": {"number": "5"}, "cash": "x"}, ["/cash"]),
        ({"kind": "cash", "cash": 5}, ["/note"]),
        ({"kind": "cash", "cash": {"note": 1}}, ["/cash", "/note"]),
        ({"kind": "cash", "cash": {"cash": "x"}, "note": "y"}, ["/cash"]),
        ({"kind": "cash", "cash": {"note": {}}, "note": 1}, ["/cash", "/note"]),
    ],
)
def test_a_discriminator_value_called_like_a_property(document: Any, expected: list[str]) -> None:
    """`{"kind": "card", "card": {…}}` is how many contracts are written."""
    assert pointers(Pay, document) == expected
    assert pointers(list[Pay], [document]) == [f"/0{pointer}" for pointer in expected]


def test_members_of_a_union_called_like_properties() -> None:
    """Each member's faults, where that member would have the property."""
    assert pointers(Cat | Dog, {"Cat": "a"}) == ["/Dog", "/Cat"]
    assert pointers(Cat | Dog, {}) == ["/Dog", "/Cat"]


def test_types_called_like_keys() -> None:
    """`int` is a member of the union and a key of the object."""
    assert pointers(dict[str, int | list[int]], {"int": {"int": 1}}) == ["/int", "/int"]
    assert pointers(int | list[str], {"int": 1}) == ["", ""]


@pytest.mark.parametrize("depth", [1, 3, 40])
def test_one_name_all_the_way_down(depth: int) -> None:
    """However often a tag and a property share a name, an answer comes at once."""
    document: Any = {"kind": "Leaf", "size": "x"}
    for _ in range(depth):
        document = {"kind": "Tree", "Tree": document}

    assert pointers(Tree, document) == ["/Tree" * depth + "/size"]


def test_every_pointer_leads_to_what_was_wrong() -> None:
    """What pydantic found wrong is what stands there."""
    document = {"kind": "card", "card": {"number": 5, "card": "long"}, "cash": [1]}
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(Pay).validate_json(json.dumps(document), strict=True)
    for fault, pointer in zip(raised.value.errors(), pointers(Pay, document), strict=True):
        value: Any = document
        for part in (pointer or "").split("/")[1:]:
            value = value[part]
        assert value == fault["input"]
