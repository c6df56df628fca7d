"""The naming lock: what was named stays named, whatever is added."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from accord.codegen.lock import FILE
from accord.codegen.single import generate_one
from accord.errors import UsageError

BEFORE = """
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /carts:
    get:
      operationId: listCarts
      tags: [carts]
      responses:
        "200":
          description: All.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/cart"}
components:
  schemas:
    cart:
      type: object
      properties:
        line: {type: object, properties: {id: {type: string}}}
"""
# By itself, a schema called `CartLine` would take that name from the one inside `cart`, and the
# operation called `list_carts` the method's.
ADDED_SCHEMA = "    CartLine: {type: object, properties: {count: {type: integer}}}\n"
ADDED_OPERATION = """
  /old-carts:
    get:
      operationId: list_carts
      tags: [carts]
      responses: {"204": {description: None left.}}
"""


def generated(folder: Path, text: str) -> dict[str, str]:
    contract = folder / "shop.yaml"
    contract.write_text(text, "utf-8")
    generate_one(contract, folder / "shop", root=folder)
    return {path.name: path.read_text("utf-8") for path in (folder / "shop").iterdir()}


def test_an_added_schema_renames_no_other(tmp_path: Path) -> None:
    """The class that had the name keeps it; the new one gets another."""
    before = generated(tmp_path, BEFORE)
    after = generated(tmp_path, BEFORE + ADDED_SCHEMA)
    gone = set(before["models.py"].splitlines()) - set(after["models.py"].splitlines())
    assert not gone
    assert "class CartLine2(Model):" in after["models.py"]


def test_an_added_operation_renames_no_other(tmp_path: Path) -> None:
    """The method that had the name keeps it."""
    generated(tmp_path, BEFORE)
    text = BEFORE.replace("components:", ADDED_OPERATION.lstrip("\n") + "components:")
    after = generated(tmp_path, text)
    assert "async def list_carts(self) -> models.Cart:" in after["handlers.py"]
    assert "async def list_carts2(self) -> None:" in after["handlers.py"]


def test_without_the_lock_everything_is_named_anew(tmp_path: Path) -> None:
    """Deleting the file is how to have the names that the contract alone would give."""
    generated(tmp_path, BEFORE)
    (tmp_path / "shop" / FILE).unlink()
    after = generated(tmp_path, BEFORE + ADDED_SCHEMA)
    assert "class CartLine2(Model):\n    id:" in after["models.py"]


def test_what_is_gone_leaves_its_name(tmp_path: Path) -> None:
    """A name is kept for what is there, not for what was."""
    generated(tmp_path, BEFORE)
    text = BEFORE.replace("line: {type: object, properties: {id: {type: string}}}", "n: {}")
    after = generated(tmp_path, text + ADDED_SCHEMA)
    assert "class CartLine(Model):" in after["models.py"]


@pytest.mark.parametrize("name", ["class", "a b", "X:\n    import os"])
def test_a_lock_with_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing of the file becomes code unseen; the message says how to mend it."""
    generated(tmp_path, BEFORE)
    lock = tmp_path / "shop" / FILE
    names = json.loads(lock.read_text("utf-8"))
    names["classes"]["/components/schemas/cart"] = name
    lock.write_text(json.dumps(names), "utf-8")
    with pytest.raises(UsageError, match="restore it from version control"):
        generated(tmp_path, BEFORE)
