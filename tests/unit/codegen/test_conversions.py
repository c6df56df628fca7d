"""Two versions of a service: what is the same converts itself, what differs is asked for."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest

from accord.codegen.generate import generate

CONTRACT = """\
openapi: 3.1.0
info: {{title: Shop, version: 1.0.0}}
paths:
  /{version}/things:
    post:
      operationId: makeThing
      requestBody:
        required: true
        content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}
      responses:
        '201':
          description: Made.
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Made'}}}}}}
components:
  schemas:
{schemas}
"""
OLDER = """\
    Colour: {type: string, enum: [red, blue]}
    Node: {type: object, required: [name], properties: {
      name: {type: string, description: How it is called.},
      inner: {type: array, items: {$ref: '#/components/schemas/Node'}}}}
    Thing: {type: object, required: [colour], properties: {
      colour: {$ref: '#/components/schemas/Colour'},
      size: {type: integer, maximum: 5},
      nodes: {type: array, items: {$ref: '#/components/schemas/Node'}}}}
    Made: {type: object, required: [colour, thing], properties: {
      colour: {$ref: '#/components/schemas/Colour'},
      thing: {$ref: '#/components/schemas/Thing'}}}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two versions, which are the same but for their paths."""
    monkeypatch.syspath_prepend(str(tmp_path))
    write(tmp_path, "v1", OLDER)
    write(tmp_path, "v2", OLDER)
    return tmp_path


def write(root: Path, version: str, schemas: str) -> None:
    file = root / f"openapi/shop/{version}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CONTRACT.format(version=version, schemas=schemas), "utf-8")


def conversions(root: Path) -> tuple[str, ModuleType, ModuleType, ModuleType]:
    """The text of v1's conversions and, imported, that module and both versions' models."""
    generate(root)
    name = f"made_{uuid4().hex}"
    (root / "generated").rename(root / name)
    try:
        modules = [
            importlib.import_module(f"{name}.shop.{module}")
            for module in ("v1.conversions", "v1.models", "v2.models")
        ]
        return (root / name / "shop/v1/conversions.py").read_text(), *modules  # type: ignore[return-value]
    finally:
        (root / name).rename(root / "generated")
        sys.modules.pop("generated", None)


def asked(text: str) -> set[str]:
    """The methods of the protocol."""
    return set(re.findall(r"^    def (\w+)", text, re.MULTILINE))


def test_what_is_the_same_converts_itself(shop: Path) -> None:
    """Enums, objects, lists and schemas that contain themselves, in both directions."""
    text, module, v1, v2 = conversions(shop)
    assert asked(text) == set()
    node = v1.Node(name="a", inner=[v1.Node(name="b")])
    older = v1.Thing(colour=v1.Colour.RED, size=3, nodes=[node])
    newer = module.thing_to_v2(older)
    assert isinstance(newer, v2.Thing)
    assert newer.model_dump() == older.model_dump()
    made = module.made_to_v1(v2.Made(colour=v2.Colour.BLUE, thing=newer))
    assert isinstance(made.thing.nodes[0].inner[0], v1.Node)
    assert made.thing == older


def test_the_newest_version_has_nothing_to_convert_to(shop: Path) -> None:
    """Only the older one of two has the file."""
    generate(shop)
    assert (shop / "generated/shop/v1/conversions.py").exists()
    assert not (shop / "generated/shop/v2/conversions.py").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "methods"),
    [
        # A value more can be passed on, not be shown.
        ("[red, blue]", "[red, blue, green]", {"colour_to_v1", "thing_to_v1", "made_to_v1"}),
        # A value less can be shown, not be passed on.
        ("[red, blue]", "[red]", {"colour_to_v2", "thing_to_v2"}),
        # What v2 limits differently is not the same.
        ("maximum: 5", "maximum: 4", {"thing_to_v2", "thing_to_v1", "made_to_v1"}),
        # Whoever contains what differs, differs too, also a schema that contains itself.
        (
            "name: {type: string",
            "name: {type: integer",
            {"node_to_v2", "node_to_v1", "thing_to_v2", "thing_to_v1", "made_to_v1"},
        ),
        # Callers of v1 may send what v2 does not know; what v2 has more is left out of replies.
        ("size: {type: integer, maximum: 5},", "", {"thing_to_v2"}),
        ("size: {", "more: {type: string}, size: {", set()),
        # v2 needs what v1 need not send; a reply may lack what v1 promises.
        ("required: [colour], prop", "required: [colour, size], prop", {"thing_to_v2"}),
        ("required: [colour], prop", "prop", {"thing_to_v1", "made_to_v1"}),
    ],
)
def test_what_differs_is_asked_for(shop: Path, before: str, after: str, methods: set[str]) -> None:
    """A method of the protocol for each schema that does not fit, in the direction it does not."""
    assert OLDER.count(before) == 1
    write(shop, "v2", OLDER.replace(before, after))
    text, *_ = conversions(shop)
    if before.startswith("size") and not after:
        # A reply without it is a reply of v1: it was optional.
        assert "thing_to_v1(newer" in text
    assert asked(text) == methods


def test_a_schema_with_another_name(shop: Path) -> None:
    """`x-accord-successor` says what it has become; without, nothing is asked for it."""
    renamed = OLDER.replace("Node", "Knot")
    write(shop, "v2", renamed)
    text, *_ = conversions(shop)
    assert "node_to_v2" not in text
    marked = OLDER.replace("Node: {type", "Node: {x-accord-successor: Knot, type")
    write(shop, "v1", marked)
    text, module, v1, v2 = conversions(shop)
    assert asked(text) == set()
    assert isinstance(module.node_to_v2(v1.Node(name="a")), v2.Knot)


def test_a_change_of_the_newer_contract_is_seen(shop: Path) -> None:
    """The older one's file is stale, and made anew, also where only the older is asked for."""
    generate(shop)
    file = shop / "generated/shop/v1/conversions.py"
    write(shop, "v2", OLDER.replace("[red, blue]", "[red, blue, green]"))
    assert "stale: generated/shop/v1/conversions.py" in generate(shop, check=True).lines()
    generate(shop, ["shop/v1"])
    assert "def colour_to_v1(self" in file.read_text()
