"""Server-sent events, JSON lines and JSON text sequences as typed iterators, both ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from accord.runtime import ContractViolation, Event, UploadLimits
from accord.runtime.stream_reply import kept_alive
from tests.conftest import Serve

from .conftest import Generate, Package
from .serving import served

STREAMS = """
openapi: 3.2.0
info: {title: Streams, version: 1.0.0}
paths:
  /lines:
    get: &lines
      operationId: readLines
      responses:
        '200':
          description: Things.
          content: {application/jsonl: {itemSchema: {$ref: '#/components/schemas/Thing'}}}
    post:
      operationId: sendLines
      requestBody:
        required: true
        content: {application/x-ndjson: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses: {'204': {description: Taken.}}
  /sequence:
    get:
      operationId: readSequence
      responses:
        '200':
          description: Numbers.
          content: {application/json-seq: {schema: {type: array, items: {type: integer}}}}
    post:
      operationId: sendSequence
      requestBody:
        required: true
        content: {application/geo+json-seq: {schema: {type: array, items: {type: integer}}}}
      responses: {'204': {description: Taken.}}
  /events:
    get:
      operationId: watchThings
      responses:
        '200':
          description: Things in events.
          content: {text/event-stream: {schema: {$ref: '#/components/schemas/Thing'}}}
    post:
      operationId: sendThings
      requestBody:
        required: true
        content: {text/event-stream: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses: {'204': {description: Taken.}}
  /texts:
    get:
      operationId: watchTexts
      responses:
        '200': {description: Texts., content: {text/event-stream: {}}}
  /fields:
    get: &fields
      operationId: watchFields
      responses:
        '200':
          description: Events by their fields.
          content: {text/event-stream: {itemSchema: {$ref: '#/components/schemas/Change'}}}
    post:
      operationId: sendFields
      requestBody:
        required: true
        content: {text/event-stream: {itemSchema: {$ref: '#/components/schemas/Change'}}}
      responses: {'204': {description: Taken.}}
  /typed:
    get: &typed
      operationId: watchTyped
      responses:
        '200':
          description: Events whose data is JSON of one schema.
          content:
            text/event-stream:
              itemSchema:
                oneOf:
                  - {type: object, required: [data], properties: {event: {const: new}, data: &data
                      {type: string, contentMediaType: application/json,
                       contentSchema: {$ref: '#/components/schemas/Thing'}}}}
                  - {type: object, required: [data], properties: {event: {const: old}, data: *data}}
components:
  schemas:
    Thing: {type: object, required: [id], properties: {id: {type: integer, minimum: 1}}}
    Change:
      type: object
      required: [data, event]
      properties:
        event: {enum: [add, remove]}
        data: {type: string}
        id: {type: string}
        retry: {type: integer}
"""


def things(package: Package, *ids: int) -> AsyncIterator[Any]:
    async def iterate() -> AsyncIterator[Any]:
        for id_ in ids:
            yield package.models.Thing(id=id_)

    return iterate()


async def many(*items: Any) -> AsyncIterator[Any]:
    for item in items:
        yield item


async def test_json_lines_are_written_from_models(generated: Generate) -> None:
    """One line an item, by the name that the contract gives it."""
    package = generated(STREAMS)
    async with served(package, lambda: things(package, 1, 2)).client as client:
        answer = await client.get("/lines")
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.text == '{"id":1}\n{"id":2}\n'


async def test_json_sequences_are_written_with_separators(generated: Generate) -> None:
    """RFC 7464: a record separator before each text."""
    async with served(generated(STREAMS), lambda: many(1, 2)).client as client:
        answer = await client.get("/sequence")
    assert answer.content == b"\x1e1\n\x1e2\n"


async def test_events_are_written_with_their_fields(generated: Generate) -> None:
    """Data is JSON on one line; an id, a kind and a pause where the handler gives them."""
    package = generated(STREAMS)
    thing = package.models.Thing(id=1)
    events = (Event(thing), Event(thing, event="added", id="7", retry=100))
    async with served(package, lambda: many(*events)).client as client:
        answer = await client.get("/events")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.text == ('data: {"id":1}\n\nevent: added\nid: 7\nretry: 100\ndata: {"id":1}\n\n')


async def test_text_of_several_lines_is_one_event(generated: Generate) -> None:
    """However its lines end."""
    async with served(generated(STREAMS), lambda: many(Event("a\r\nb\n"))).client as client:
        answer = await client.get("/texts")
    assert answer.text == "data: a\ndata: b\ndata: \n\n"


async def test_events_may_be_described_by_their_fields(generated: Generate) -> None:
    """`itemSchema` says what an event is: handlers give that."""
    package = generated(STREAMS)
    change = package.models.Change(event="add", data="x", id="1")
    async with served(package, lambda: many(change)).client as client:
        answer = await client.get("/fields")
    assert sorted(answer.text.split("\n")) == ["", "", "data: x", "event: add", "id: 1"]


async def test_data_of_a_known_schema_is_typed(generated: Generate) -> None:
    """`contentSchema` says what is in it, and the handler gives that."""
    package = generated(STREAMS)
    returned = package.handlers.DefaultHandler.watch_typed.__annotations__["return"]
    assert returned == "AsyncIterator[Event[models.Thing]]"
    event = Event(package.models.Thing(id=1), event="new")
    async with served(package, lambda: many(event)).client as client:
        answer = await client.get("/typed")
    assert answer.text == 'event: new\ndata: {"id":1}\n\n'


@pytest.mark.parametrize(
    ("path", "content_type", "pieces", "expected"),
    [
        ("/lines", "application/x-ndjson", [b'{"id":1}\n\n{"i', b'd":2}'], [1, 2]),
        ("/lines", "application/x-ndjson", [b'{"id":1}\r\n'], [1]),
        ("/lines", "application/x-ndjson", [], []),
        ("/sequence", "application/geo+json-seq", [b"\x1e1\n\x1e", b"2\n"], [1, 2]),
        ("/events", "text/event-stream", [b'data: {"id":1}\n\ndata:{"id"', b":2}\r\n\r\n"], [1, 2]),
        (
            "/events",
            "text/event-stream",
            [b'\xef\xbb\xbf: hi\ndata: {"id":\r', b"\ndata: 3}\r\r"],
            [3],
        ),
        ("/events", "text/event-stream", [b'data: {"id":1}\n'], []),
    ],
)
async def test_streams_are_read_as_they_arrive(
    generated: Generate, path: str, content_type: str, pieces: list[bytes], expected: list[int]
) -> None:
    """Wherever the server cuts them, inside a character or between a line's two ends."""
    got: list[Any] = []

    async def read(body: AsyncIterator[Any]) -> None:
        async for item in body:
            thing = item.data if isinstance(item, Event) else item
            got.append(thing if isinstance(thing, int) else thing.id)

    async with served(generated(STREAMS), read).client as client:
        answer = await client.post(
            path, content=many(*pieces), headers={"content-type": content_type}
        )
    assert (answer.status_code, got) == (204, expected)


async def test_fields_of_events_are_read_into_models(generated: Generate) -> None:
    """Numbers are numbers; what the schema does not name is left out."""
    got: list[Any] = []

    async def read(body: AsyncIterator[Any]) -> None:
        got.extend([item async for item in body])

    async with served(generated(STREAMS), read).client as client:
        data = b"event: add\ndata: 1\ndata: 2\nretry: 5\nother: x\n\n"
        headers = {"content-type": "text/event-stream"}
        assert (await client.post("/fields", content=data, headers=headers)).status_code == 204
        wrong = b"event: what\ndata: 1\nretry: x\n\n"
        refused = await client.post("/fields", content=data + wrong, headers=headers)
    assert (got[0].event, got[0].data, got[0].retry) == ("add", "1\n2", 5)
    assert refused.status_code == 422
    assert {e["pointer"] for e in refused.json()["errors"]} == {"/1/event", "/1/retry"}


@pytest.mark.parametrize(
    ("line", "status", "pointers"),
    [(b"{", 400, []), (b'{"id":0}', 422, ["/1/id"]), (b"[]", 422, ["/1"]), (b" " * 200, 413, [])],
)
async def test_a_wrong_item_is_an_error_where_it_is_met(
    generated: Generate, line: bytes, status: int, pointers: list[str]
) -> None:
    """The items before it have reached the handler; the problem says which it is."""
    got: list[int] = []

    async def read(body: AsyncIterator[Any]) -> None:
        async for item in body:
            got.append(item.id)  # noqa: PERF401 - those before the wrong one count

    service = served(generated(STREAMS), read, uploads=UploadLimits(text=100))
    async with service.client as client:
        answer = await client.post(
            "/lines",
            content=b'{"id":1}\n' + line + b'\n{"id":3}\n',
            headers={"content-type": "application/x-ndjson"},
        )
    assert (answer.status_code, got) == (status, [1])
    assert [error["pointer"] for error in answer.json().get("errors", [])] == pointers


@pytest.mark.parametrize("item", ["Event", object()])
async def test_an_item_of_another_type_ends_the_stream(generated: Generate, item: Any) -> None:
    """It is a defect, for the log; nothing of it is sent."""
    service = served(generated(STREAMS), lambda: many(item))
    with pytest.raises(ContractViolation):
        async with service.client as client:
            await client.get("/events")


async def test_items_are_checked_like_replies(generated: Generate) -> None:
    """With `check_replies` an item that breaks its schema is never sent."""
    package = generated(STREAMS)
    wrong = package.models.Thing.model_construct(id=0)
    service = served(package, lambda: many(wrong), check_replies=1)
    with pytest.raises(ContractViolation):
        async with service.client as client:
            await client.get("/lines")


async def test_a_silent_stream_is_kept_alive() -> None:
    """A comment whenever nothing came for a while; errors and the end come through; what the
    handler opened is closed by the task that opened it."""
    tasks: list[Any] = []
    go = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        tasks.append(asyncio.current_task())
        try:
            yield b"1"
            await go.wait()
            yield b"2"
            raise ValueError("broken")
        finally:
            tasks.append(asyncio.current_task())

    pieces = kept_alive(slow(), 0.01)  # type: ignore[arg-type]
    assert [await anext(pieces), await anext(pieces)] == [b"1", b": \n\n"]
    go.set()
    while (piece := await anext(pieces)) != b"2":
        assert piece == b": \n\n"
    with pytest.raises(ValueError, match="broken"):
        await anext(pieces)
    assert tasks[0] is tasks[1]


async def test_a_caller_that_leaves_ends_the_handlers_iterator(
    generated: Generate, serve: Serve
) -> None:
    """Over a socket: its `finally` runs."""
    package = generated(STREAMS)
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def forever() -> AsyncIterator[Any]:
        try:
            while True:
                yield Event(package.models.Thing(id=1))
                await asyncio.sleep(0.01)
        finally:
            loop.call_soon_threadsafe(closed.set)

    url = serve(served(package, forever).application)
    async with httpx.AsyncClient() as client, client.stream("GET", f"{url}/events") as answer:
        async for line in answer.aiter_lines():
            assert line == 'data: {"id":1}'
            break
    await asyncio.wait_for(closed.wait(), 10)
