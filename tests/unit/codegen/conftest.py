"""A project with contracts, in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

ITEMS = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
tags: [{name: items}, {name: orders}]
paths:
  /v1/items:
    get:
      tags: [items]
      operationId: listItems
      parameters:
        - {name: limit, in: query, schema: {type: integer, default: 5}}
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Item'}}
    post:
      tags: [items]
      operationId: createItem
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
      responses:
        '201':
          description: Made.
          headers: {Location: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
  /v1/orders/{id}:
    get:
      tags: [orders]
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
      responses: {'204': {description: There.}}
components:
  schemas:
    Item: {type: object, required: [id], properties: {id: {type: integer}}}
"""
PAY = """\
openapi: 3.1.0
info: {title: Pay, version: 1.0.0}
paths:
  /pay:
    post:
      operationId: pay
      responses: {'204': {description: Paid.}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A root with `openapi/shop/v1.yaml` and `openapi/downstream/pay.yaml`."""
    for name, text in (("shop/v1", ITEMS), ("downstream/pay", PAY)):
        file = tmp_path / "openapi" / f"{name}.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")
    return tmp_path
