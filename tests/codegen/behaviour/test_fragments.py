"""Paths that differ in their `#fragment` alone: one path to callers, several operations."""

from __future__ import annotations

from typing import Any

import pytest

from accord.spec import read

from .conftest import Generate
from .serving import served

FRAGMENTS = """
paths:
  /files/{id}: &files
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: readFile, responses: {'204': {description: Read.}}}
    put:
      operationId: changeFile
      requestBody:
        content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
      responses: {'204': {description: Changed.}}
  /files/{id}#link:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: readLink
      parameters: [{name: fields, in: query, required: true, schema: {type: string}}]
      responses: {'204': {description: Read.}}
    put:
      operationId: lockFile
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [lock], properties: {lock: {type: boolean}}}
      responses: {'204': {description: Locked.}}
  /files/{id}#patch:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: patchFile
      requestBody: {content: {application/json-patch+json: {schema: {type: array}}}}
      responses: {'204': {description: Patched.}}
  /files/{id}#same:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    put:
      operationId: changeFileToo
      requestBody:
        content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}}}
      responses: {'204': {description: Changed.}}
  /tokens:
    post:
      operationId: giveToken
      requestBody: {content: {application/x-www-form-urlencoded: {schema: &grant
        {type: object, required: [grant], properties: {grant: {type: string, enum: [a, b]}}}}}}
      responses: {'204': {description: Given.}}
  /tokens#refresh:
    post:
      operationId: refreshToken
      requestBody: {content: {application/x-www-form-urlencoded: {schema:
        {type: object, required: [grant], properties: {grant: {type: string, enum: [c]}}}}}}
      responses: {'204': {description: Given.}}
"""


@pytest.mark.parametrize(
    ("method", "url", "sent", "operation"),
    [
        ("GET", "/files/1", {}, "readFile"),
        ("GET", "/files/1?fields=a", {}, "readLink"),
        ("PUT", "/files/1", {"json": {"name": "a"}}, "changeFile"),
        ("PUT", "/files/1", {"json": {}}, "changeFile"),
        ("PUT", "/files/1", {"json": {"lock": True}}, "lockFile"),
        ("PUT", "/files/1", {"json": {"lock": "x"}}, "changeFile"),
        (
            "PUT",
            "/files/1",
            {"content": b"[]", "headers": {"content-type": "application/json-patch+json"}},
            "patchFile",
        ),
        ("POST", "/tokens", {"data": {"grant": "a"}}, "giveToken"),
        ("POST", "/tokens", {"data": {"grant": "c"}}, "refreshToken"),
    ],
)
async def test_required_query_then_body_tell_them_apart(
    generated: Generate, method: str, url: str, sent: dict[str, Any], operation: str
) -> None:
    """The one that asks for most and gets it."""
    package = generated(FRAGMENTS)
    service = served(package)
    async with service.client as client:
        answer = await client.request(method, url, **sent)
    assert answer.status_code == 204, answer.text
    assert service.called[-1] == operation


async def test_what_fits_none_is_answered_by_the_one_that_asks_for_least(
    generated: Generate,
) -> None:
    """Its faults are told."""
    async with served(generated(FRAGMENTS)).client as client:
        answer = await client.put("/files/1", json={"name": 1})
        neither = await client.post("/tokens", data={"grant": "z"})
        other = await client.put("/files/1", content=b"x", headers={"content-type": "a/b"})
    assert answer.json()["errors"][0]["pointer"] == "/name"
    assert neither.status_code == 422
    assert other.status_code == 415


def test_what_nothing_tells_apart_is_not_addressable(generated: Generate) -> None:
    """It is named, and nobody has to handle it."""
    package = generated(FRAGMENTS)
    contract = read(package.folder / "contract.json")
    assert contract.not_addressable == ("changeFileToo",)
    assert not hasattr(package.handlers.DefaultHandler, "change_file_too")
