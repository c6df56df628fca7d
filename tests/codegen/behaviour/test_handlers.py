"""What handlers are asked to take and give."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

import httpx

from accord.runtime import Application, BasicCredentials, Principal
from accord.runtime.declare import Api

from .conftest import Generate, Package

THINGS = """
tags:
  - {name: things, description: What there is.}
paths:
  /things:
    get:
      tags: [things]
      operationId: listThings
      summary: List things
      description: All of them.
      parameters:
        - {name: page-size, in: query, schema: {type: integer, minimum: 1, maximum: 9, default: 2}}
        - {name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: X-Ids, in: header, schema: {type: array, items: {type: integer}}}
      responses:
        '200':
          description: Some.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        '422': {$ref: '#/components/responses/Problem'}
    post:
      tags: [things]
      operationId: createThing
      deprecated: true
      security: [{token: ['things:write']}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        '201':
          description: Made.
          headers:
            Location: {required: true, schema: {type: string}}
            X-Left: {schema: {type: integer}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '202': {description: Later.}
        '401': {$ref: '#/components/responses/Problem'}
        '409': {description: Taken., content: {application/json: {schema: {}}}}
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
    delete:
      tags: [things]
      operationId: deleteThing
      security: [{token: []}, {}]
      responses:
        '204': {description: Gone.}
  /things/last:
    put:
      tags: [things]
      operationId: markLast
      requestBody:
        content: {text/plain: {schema: {type: string}}, application/octet-stream: {}}
      responses:
        2XX: {description: Any of them., content: {text/plain: {schema: {type: string}}}}
        default: {$ref: '#/components/responses/Problem'}
components:
  securitySchemes:
    token: {type: http, scheme: basic}
  responses:
    Problem:
      description: No.
      content: {application/problem+json: {schema: {type: object}}}
  schemas:
    Kind: {type: string, enum: [big, small]}
    Thing:
      type: object
      required: [id]
      properties: {id: {type: integer}, kind: {$ref: '#/components/schemas/Kind'}}
"""


def signature(package: Package, method: str) -> str:
    return str(inspect.signature(getattr(package.handlers.ThingsHandler, method))).translate(
        {ord(quote): None for quote in "'\""}
    )


def test_methods_take_keywords_and_return_types_of_the_contract(generated: Generate) -> None:
    """Optional inputs without default may be None; the principal comes where there is security."""
    package = generated(THINGS)
    assert signature(package, "list_things") == (
        "(self, *, page_size: int, kind: models.Kind | None, x_ids: list[int] | None)"
        " -> list[models.Thing]"
    )
    assert signature(package, "create_thing") == (
        "(self, *, body: models.Thing, principal: Principal) -> CreateThing201 | CreateThing202"
    )
    assert signature(package, "delete_thing") == (
        "(self, *, id: int, principal: Principal | None) -> None"
    )
    assert signature(package, "mark_last") == (
        "(self, *, body: str | bytes | None,"
        " content_type: Literal[text/plain, application/octet-stream] | None) -> MarkLast2XX"
    )


def test_docstring_ends_with_method_and_path(generated: Generate) -> None:
    """Summary, description, and the place, so that a search for the path ends at the method."""
    handler = generated(THINGS).handlers.ThingsHandler
    assert inspect.getdoc(handler) == "What there is."
    assert inspect.getdoc(handler.list_things) == "List things\n\nAll of them.\n\n`GET /things`"
    assert inspect.getdoc(handler.create_thing) == "Deprecated.\n\n`POST /things`"


def test_reply_classes_are_frozen_and_carry_headers(generated: Generate) -> None:
    """Required headers must be given, others may be None; a range carries its status."""
    handlers = generated(THINGS).handlers
    fields = {
        field.name: field.default is dataclasses.MISSING
        for field in dataclasses.fields(handlers.CreateThing201)
    }
    assert fields == {"body": True, "location": True, "x_left": False}
    assert [field.name for field in dataclasses.fields(handlers.MarkLast2XX)] == ["status", "body"]
    assert not dataclasses.fields(handlers.CreateThing202)


def test_routes_declare_errors_security_and_order(generated: Generate) -> None:
    """Concrete paths come before templated ones; error bodies are told by media type."""
    contract = generated(THINGS).routes.CONTRACT
    operations = {operation.id: operation for operation in contract.operations}
    assert [operation.path for operation in contract.operations][-1] == "/things/{id}"
    assert operations["createThing"].errors == {
        "401": "application/problem+json",
        "409": "application/json",
    }
    assert operations["createThing"].security == ({"token": ("things:write",)},)
    assert operations["deleteThing"].security == ({"token": ()}, {})
    assert operations["markLast"].errors == {"default": "application/problem+json"}
    assert contract.document == Path(contract.document)
    assert contract.document.is_file()


async def test_a_generated_package_serves(generated: Generate) -> None:
    """From bytes to handler and back, over ASGI."""
    package = generated(THINGS)
    models, handlers = package.models, package.handlers

    class Things:
        async def list_things(self, *, page_size: int, kind: Any, x_ids: Any) -> Any:
            return [models.Thing(id=page_size, kind=kind), *(models.Thing(id=n) for n in x_ids)]

        async def create_thing(self, *, body: Any, principal: Principal) -> Any:
            return handlers.CreateThing201(body=body, location=f"/things/{body.id}", x_left=3)

        async def delete_thing(self, *, id: int, principal: Principal | None) -> None:
            assert principal is None

        async def mark_last(self, *, body: Any, content_type: str | None) -> Any:
            return handlers.MarkLast2XX(status=203, body=repr(body))

    async def verify(credential: str | BasicCredentials) -> Principal | None:
        return Principal("me", frozenset({"things:write"}))

    api: Api = package.routes.api(things=Things())
    application = Application(apis=[api], verify={"token": verify})
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        listed = await client.get("/things?page-size=3&kind=big", headers={"X-Ids": "7,8"})
        assert listed.json() == [{"id": 3, "kind": "big"}, {"id": 7}, {"id": 8}]
        assert (await client.get("/things?page-size=10")).status_code == 422
        created = await client.post("/things", json={"id": 5}, auth=("me", "x"))
        assert (created.status_code, created.json()) == (201, {"id": 5})
        assert (created.headers["location"], created.headers["x-left"]) == ("/things/5", "3")
        assert (await client.delete("/things/5")).status_code == 204
        marked = await client.put(
            "/things/last", content="hi", headers={"Content-Type": "text/plain"}
        )
        assert (marked.status_code, marked.text) == (203, "'hi'")
        assert (await client.post("/things", json={"id": "5"}, auth=("me", "x"))).status_code == 422


SUCCESS_BY_DEFAULT = """
paths:
  /a:
    get:
      operationId: readA
      responses:
        default: {description: It., content: {application/json: {schema: {type: string}}}}
    delete:
      operationId: deleteA
      responses:
        '404': {description: No.}
"""


def test_operations_without_a_listed_success(generated: Generate) -> None:
    """`default` alone is a success of any status; with errors only, a handler never returns."""
    handlers = generated(SUCCESS_BY_DEFAULT).handlers
    handler = handlers.DefaultHandler
    assert inspect.signature(handler.read_a).return_annotation == "ReadADefault"
    assert inspect.signature(handler.delete_a).return_annotation == "Never"


def test_no_handler_writes_what_frames_a_message(generated: Generate) -> None:
    """A length that the contract declares is the body's own: the handler returns the body."""
    package = generated("""
        paths:
          /a:
            get:
              operationId: readA
              responses:
                '200':
                  description: Text.
                  headers: {Content-Length: {required: true, schema: {type: integer}}}
                  content: {application/json: {schema: {type: integer}}}
    """)
    (reply,) = package.routes.CONTRACT.operations[0].replies
    assert reply.wrapper is None
    assert reply.headers == ()
