"""A small project with one served contract, for gates to look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 0.1.0}
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: size, in: query, schema: {type: integer, maximum: 100}}
      responses:
        '200':
          description: All things.
          content:
            application/json:
              schema:
                type: array
                items: {$ref: '#/components/schemas/Thing'}
    post:
      operationId: createThing
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/NewThing'}
      responses:
        '201':
          description: The new thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
components:
  schemas:
    NewThing:
      type: object
      properties:
        name: {type: string}
    Thing:
      type: object
      required: [id, price]
      properties:
        id: {type: string}
        name: {type: string}
        price: {$ref: '#/components/schemas/Price'}
        former_price: {$ref: '#/components/schemas/Price'}
    Price:
      type: object
      required: [cents]
      properties:
        cents: {type: integer}
"""

Edit = Callable[[str, str], None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with `openapi/shop/v1.yaml`, and the npm tools of this repository."""
    contract = tmp_path / "openapi" / "shop" / "v1.yaml"
    contract.parent.mkdir(parents=True)
    contract.write_text(CONTRACT)
    if (ROOT / "node_modules").is_dir():
        (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(ROOT / "redocly.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def contract(project: Path) -> Path:
    """The project's contract, which tests edit."""
    return project / "openapi" / "shop" / "v1.yaml"


@pytest.fixture
def edit(contract: Path) -> Edit:
    """`edit(old, new)` replaces text that occurs once in the contract."""

    def replace(old: str, new: str) -> None:
        text = contract.read_text()
        assert text.count(old) == 1
        contract.write_text(text.replace(old, new))

    return replace
