"""Webhooks and callbacks: typed functions for what a service sends by itself."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
from types import ModuleType
from typing import Any

import httpx
import pytest

from accord.service.outgoing import Origin, Undelivered

from .conftest import Generate, Package

OUTGOING = """
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
paths:
  /streams:
    post:
      operationId: openStream
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, properties: {callbackUrl: {type: string}}}
      responses: {'201': {description: Open.}}
      callbacks:
        onData:
          '{$request.body#/callbackUrl}/data?id={$response.header.X-Id}':
            post:
              description: What came in.
              requestBody:
                required: true
                content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
              responses:
                '202': {description: Taken.}
                '200':
                  description: Taken, and more is wanted.
                  content: {application/json: {schema: {type: object, required: [more],
                    properties: {more: {type: boolean}}}}}
        onEnd:
          '$request.query.end': {delete: {responses: {'204': {description: Heard.}}}}
webhooks:
  newPet:
    post:
      summary: A pet is new
      parameters:
        - {name: X-Tags, in: header, schema: {type: array, items: {type: string}}}
        - {name: at, in: query, required: true, schema: {type: string, format: date}}
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Pet'}}
      responses: {'200': {description: Heard.}}
components:
  schemas:
    Pet:
      type: object
      required: [id]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        secret: {type: string, writeOnly: true}
"""


def modules(package: Package) -> tuple[ModuleType, ModuleType]:
    name = package.models.__name__.removesuffix(".models")
    callbacks = importlib.import_module(f"{name}.callbacks")
    return callbacks, importlib.import_module(f"{name}.webhooks")


def receiver(answer: httpx.Response, got: list[httpx.Request]) -> httpx.AsyncClient:
    """A client whose requests are kept, and answered so."""

    def take(request: httpx.Request) -> httpx.Response:
        got.append(request)
        return answer

    return httpx.AsyncClient(transport=httpx.MockTransport(take))


def test_functions_are_typed(generated: Generate) -> None:
    """Named by webhook, or by operation and callback; what is sent has what replies have."""
    package = generated(OUTGOING)
    callbacks, webhooks = modules(package)
    sent = str(inspect.signature(callbacks.Callbacks.open_stream_on_data)).replace("'", "")
    assert sent == (
        "(self, to: str | Origin, *, body: models.Pet) -> models.OpenStreamOnDataResponse200 | None"
    )
    told = str(inspect.signature(webhooks.Webhooks.new_pet)).replace("'", "")
    assert told == (
        "(self, to: str, *, body: models.Pet, x_tags: list[str] | None = None, at: dt.date) -> None"
    )
    text = inspect.getdoc(callbacks.Callbacks.open_stream_on_data) or ""
    assert " ".join(text.split()) == (
        "What came in. Callback `onData`: `POST` to"
        " `{$request.body#/callbackUrl}/data?id={$response.header.X-Id}`, after `openStream`"
    )
    assert set(package.models.Pet.model_fields) == {"id", "name"}


async def test_a_webhook_is_sent(generated: Generate) -> None:
    """Parameters in their styles, the body in its media type."""
    package = generated(OUTGOING)
    _, webhooks = modules(package)
    got: list[httpx.Request] = []
    pets = webhooks.Webhooks(receiver(httpx.Response(200), got))
    await pets.new_pet(
        "https://them.example/hook?k=1",
        body=package.models.Pet(id=1, name="a b"),
        at=dt.date(2024, 2, 29),
        x_tags=["x", "y"],
    )
    assert (got[0].method, str(got[0].url)) == (
        "POST",
        "https://them.example/hook?k=1&at=2024-02-29",
    )
    assert got[0].headers["x-tags"] == "x,y"
    assert got[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert got[0].content in (b"id=1&name=a+b", b"id=1&name=a%20b")


async def test_a_callback_goes_where_its_request_said(generated: Generate) -> None:
    """The URL is made of the request and its reply; a typed body comes back."""
    package = generated(OUTGOING)
    callbacks, _ = modules(package)
    got: list[httpx.Request] = []
    back = callbacks.Callbacks(receiver(httpx.Response(200, json={"more": True}), got))
    origin = Origin(
        body=package.models.OpenStreamRequest(callbackUrl="https://them.example/x"),
        reply_headers={"x-id": "7"},
        query={"end": "https://them.example/end"},
    )
    reply = await back.open_stream_on_data(origin, body=package.models.Pet(id=1))
    assert reply.more is True
    assert str(got[0].url) == "https://them.example/x/data?id=7"
    assert got[0].content == b'{"id":1}'
    ended = callbacks.Callbacks(receiver(httpx.Response(204), got))
    assert await ended.open_stream_on_end(origin) is None
    assert (got[1].method, str(got[1].url)) == ("DELETE", "https://them.example/end")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(500, text="no"), Undelivered),
        (httpx.Response(302, headers={"location": "/"}), Undelivered),
        (httpx.Response(206), Undelivered),
        (httpx.Response(200, json={"more": 1}), ValueError),
    ],
)
async def test_what_is_no_listed_success_is_an_error(
    generated: Generate, answer: httpx.Response, error: type[Exception]
) -> None:
    """It says what came; so does an answer that breaks its schema."""
    package = generated(OUTGOING)
    callbacks, _ = modules(package)
    back = callbacks.Callbacks(receiver(answer, []))
    with pytest.raises(error):
        await back.open_stream_on_data("https://a.example", body=package.models.Pet(id=1))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$request.body#/a~1b/0", "x"),
        ("{$url}?m={$method}&s={$statusCode}", "http://a/?m=POST&s=201"),
        ("http://b/{$request.path.id}/{$request.query.q}/{$request.header.x-h}", "http://b/1/2/3"),
        ("{$response.body#/url}", "http://c"),
    ],
)
def test_runtime_expressions(expression: str, expected: str) -> None:
    """Every kind that OpenAPI has."""
    origin: Any = Origin(
        url="http://a/",
        method="POST",
        status=201,
        path={"id": 1},
        query={"q": 2},
        headers={"X-H": "3"},
        body={"a/b": ["x"]},
        reply_body={"url": "http://c"},
    )
    assert origin.resolve(expression) == expected
    with pytest.raises(ValueError, match=r"nothing is known for '\$request\.query\.gone'"):
        origin.resolve("{$request.query.gone}")
