"""What OpenAPI 3.2 adds where it touches servers; its streams are in test_streams."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import Serve

from .conftest import Generate
from .serving import served

NEW = """
openapi: 3.2.0
info: {title: New, version: 1.0.0}
paths:
  /things:
    query:
      operationId: searchThings
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Search'}}}
      responses: {'204': {description: Found.}}
    additionalOperations:
      LINK:
        operationId: linkThings
        parameters: [{name: to, in: query, required: true, schema: {type: string}}]
        responses: {'204': {description: Linked.}}
      purge: {operationId: purgeThings, responses: {'204': {description: Gone.}}}
  /forms:
    get:
      operationId: searchForms
      parameters:
        - name: search
          in: querystring
          content:
            application/x-www-form-urlencoded:
              schema: {$ref: '#/components/schemas/Search'}
              encoding:
                near: {style: deepObject, explode: true}
                tags: {style: form, explode: false}
      responses: {'204': {description: Found.}}
  /json:
    get:
      operationId: searchJson
      parameters:
        - name: search
          in: querystring
          required: true
          content: {application/json: {schema: {$ref: '#/components/schemas/Search'}}}
      responses: {'204': {description: Found.}}
components:
  mediaTypes:
    Text: {schema: {type: string}}
  schemas:
    Search:
      type: object
      required: [text]
      properties:
        text: {type: string, maxLength: 5}
        size: {type: integer}
        tags: {type: array, items: {type: string}}
        near: {type: object, properties: {x: {type: number}}}
"""


async def test_query_and_methods_of_ones_own(generated: Generate, serve: Serve) -> None:
    """QUERY has a body; other methods are as the contract spells them."""
    service = served(generated(NEW))
    url = serve(service.application)
    async with httpx.AsyncClient(base_url=url) as client:
        found = await client.request("QUERY", "/things", json={"text": "a"})
        refused = await client.request("QUERY", "/things", json={"text": "toolong"})
        linked = await client.request("LINK", "/things?to=x")
        other = await client.request("GET", "/things")
    assert (found.status_code, refused.status_code, linked.status_code) == (204, 422, 204)
    assert [*service.given[0]] == ["body"]
    assert service.given[1] == {"to": "x"}
    assert other.headers["allow"] == "LINK, OPTIONS, QUERY, purge"
    async with service.client as client:
        assert (await client.request("PURGE", "/things")).status_code == 405


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", None),
        ("text=a%20b&size=2", {"text": "a b", "size": 2}),
        (
            "text=a&tags=x,y%2Cz&near[x]=1.5",
            {"text": "a", "tags": ["x", "y,z"], "near": {"x": 1.5}},
        ),
    ],
)
async def test_a_whole_query_string_is_a_form(
    generated: Generate, query: str, expected: Any
) -> None:
    """A model of all that is in it, each property by its encoding."""
    service = served(generated(NEW))
    async with service.client as client:
        answer = await client.get(f"/forms?{query}")
    assert answer.status_code == 204, answer.text
    search = service.last["search"]
    assert (search and search.model_dump(exclude_unset=True)) == expected


async def test_a_whole_query_string_is_json(generated: Generate) -> None:
    """Percent-encoded, as a query must be."""
    service = served(generated(NEW))
    async with service.client as client:
        answer = await client.get('/json?{"text":"a","size":1}')
        missing = await client.get("/json")
        wrong = await client.get('/json?{"text":"toolong","size":"x"}')
        malformed = await client.get("/json?text=a")
    assert answer.status_code == 204
    assert service.last["search"].size == 1
    assert missing.json()["errors"][0]["in"] == "querystring"
    assert {error["pointer"] for error in wrong.json()["errors"]} == {"/text", "/size"}
    assert "must be JSON" in malformed.json()["errors"][0]["detail"]


async def test_faults_in_a_query_string_have_their_place(generated: Generate) -> None:
    """The parameter, and a pointer into it."""
    service = served(generated(NEW))
    async with service.client as client:
        answer = await client.get("/forms?size=x&near[x]=y")
    assert answer.status_code == 422
    assert {(e["parameter"], e["in"], e["pointer"]) for e in answer.json()["errors"]} == {
        ("search", "querystring", "/text"),
        ("search", "querystring", "/size"),
        ("search", "querystring", "/near/x"),
    }
