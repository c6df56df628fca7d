"""readOnly and writeOnly: schemas that requests and replies do not share."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from accord.spec import Contract, read

TEXT = """
openapi: 3.1.0
info: {title: Users, version: 1.0.0}
paths:
  /users:
    post:
      operationId: createUser
      requestBody:
        content: {application/json: {schema: {$ref: "#/components/schemas/Team"}}}
      responses:
        "201":
          description: Made.
          content: {application/json: {schema: {$ref: "#/components/schemas/Team"}}}
    put:
      operationId: putUser
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, name]
              properties: {id: {type: string, readOnly: true}, name: {type: string}}
      responses: {"204": {description: Done.}}
components:
  schemas:
    Team:
      type: object
      properties:
        members: {type: array, items: {$ref: "#/components/schemas/User"}}
        size: {$ref: "#/components/schemas/Size"}
    User:
      allOf:
        - {type: object, properties: {id: {type: string, readOnly: true}}}
        - required: [id, password]
          properties: {password: {type: string, writeOnly: true}}
    Size: {type: object, properties: {count: {type: integer}}}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    path = tmp_path / "users.yaml"
    path.write_text(dedent(TEXT), "utf-8")
    return read(path)


def test_replies_leave_out_what_is_only_written(contract: Contract) -> None:
    """The schema itself is what replies have."""
    first, second = contract.schemas["User"]["allOf"]
    assert set(first["properties"]) == {"id"}
    assert second["properties"] == {}
    assert second["required"] == ["id"]


def test_requests_leave_out_what_is_only_read(contract: Contract) -> None:
    """They have a schema of their own, and what holds it has one too; the rest is shared."""
    body = contract.operations[0].body
    assert body is not None
    assert body.media[0].schema == {"$ref": "#/components/schemas/TeamInput"}
    team = contract.schemas["TeamInput"]["properties"]
    assert team["members"]["items"] == {"$ref": "#/components/schemas/UserInput"}
    assert team["size"] == {"$ref": "#/components/schemas/Size"}
    first, second = contract.schemas["UserInput"]["allOf"]
    assert first["properties"] == {}
    assert second["required"] == ["password"]


def test_an_inline_body_is_cut_down_where_it_stands(contract: Contract) -> None:
    """Nobody else uses it, so it keeps its name."""
    schema = contract.schemas["PutUserRequest"]
    assert set(schema["properties"]) == {"name"}
    assert schema["required"] == ["name"]
    assert "PutUserRequestInput" not in contract.schemas
