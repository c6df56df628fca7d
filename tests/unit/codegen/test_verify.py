"""What datamodel-code-generator gets wrong is told, by schema."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from accord.codegen.models import write_models
from accord.codegen.schemas import Schemas
from accord.codegen.verify import differences
from accord.codegen.written import Written
from accord.spec import Contract, read

CONTRACT = """\
openapi: 3.1.0
info: {title: A, version: 1.0.0}
paths: {}
components:
  schemas:
    Kind: {type: string, enum: [a, b]}
    Names: {type: array, items: {$ref: '#/components/schemas/Kind'}}
    Item:
      type: object
      properties: {a: {type: string}, b: {type: [integer, 'null']}}
"""


@pytest.fixture
def made(tmp_path: Path) -> tuple[Contract, Schemas, Written]:
    """A contract, and what becomes of it."""
    (tmp_path / "c.yaml").write_text(CONTRACT)
    contract = read(tmp_path / "c.yaml", base=tmp_path)
    schemas = Schemas(contract)
    return contract, schemas, write_models(contract, schemas, ())


def test_what_is_right_has_no_faults(made: tuple[Contract, Schemas, Written]) -> None:
    """The generator's own output."""
    assert list(differences(*made)) == []


@pytest.mark.parametrize(
    ("change", "pointer", "says"),
    [
        ({"a": None}, "Item/properties", "the property 'a' is missing"),
        ({"c": "str"}, "Item/properties", "it has a property 'c' of its own"),
        ({"b": "int"}, "Item/properties", "the property 'b' does not take null"),
        ({"a": "str | None"}, "Item/properties", "the property 'a' takes null"),
    ],
)
def test_properties_are_held_against_the_contract(
    made: tuple[Contract, Schemas, Written],
    change: Mapping[str, str | None],
    pointer: str,
    says: str,
) -> None:
    """Lost ones, invented ones, and null where it does not belong."""
    contract, schemas, written = made
    fields: dict[str, Any] = dict(written.models["Item"].fields)
    for wire, type_ in change.items():
        if type_ is None:
            del fields[wire]
        else:
            fields[wire] = (wire, ast.parse(type_, mode="eval").body)
    written.models["Item"] = replace(written.models["Item"], fields=fields)
    (fault,) = differences(contract, schemas, written)
    assert (fault.file, fault.pointer) == ("c.yaml", f"/components/schemas/{pointer}")
    assert says in fault.reason


def test_enums_and_aliases_are_held_against_the_contract(
    made: tuple[Contract, Schemas, Written],
) -> None:
    """Members in their order, and what an alias refers to."""
    contract, schemas, written = made
    written.enums["Kind"] = replace(written.enums["Kind"], members={"B": "b", "A": "a"})
    written.values[written.prepared.value(schemas.flat("Names"))] = ast.Name("list")
    reasons = [fault.reason.partition(": ")[2] for fault in differences(contract, schemas, written)]
    assert reasons == ["its members became ['b', 'a']", "it mentions ['Kind']"]
