"""Request bodies: what arrives, what is refused, and where the faults are said to be."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any, Literal

import httpx
import pytest
from pydantic import ConfigDict, Field
from starlette.types import Message
from typing_extensions import TypeAliasType

from accord.runtime import ABSENT, Absent, Application, Model, Omittable
from accord.runtime.declare import JSON, Body, Media, Reply, problems
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call, Response, application, operation


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Card(Model):
    kind: Literal["card"]
    number: Annotated[str, Field(pattern="^[0-9]{4}$")]


class Cash(Model):
    kind: Literal["cash"]
    amount: int


class Line(Model):
    model_config = ConfigDict(extra="forbid")

    sku: Annotated[str, Field(min_length=3)]
    count: Annotated[int, Field(ge=1, alias="how-many")]


class Order(Model):
    lines: Annotated[list[Line], Field(min_length=1)]
    pay: Annotated[Card | Cash, Field(discriminator="kind")]
    size: Omittable[Size] = None
    gift: Omittable[bool] = None
    note: str | Absent | None = ABSENT
    weights: Omittable[dict[str, float]] = None
    ref: Omittable[int | str] = None
    extra: Any = None
    child: Omittable[Order] = None


ORDER: dict[str, Any] = {
    "lines": [{"sku": "MUG", "how-many": 2}],
    "pay": {"kind": "card", "number": "1234"},
}


class Received:
    def __init__(self) -> None:
        self.bodies: list[Any] = []

    async def handle(self, *, body: Any) -> None:
        self.bodies.append(body)


def taking(
    *media: Media, required: bool = True, handler: object = None, **options: Any
) -> Application:
    declared = operation(
        "/orders",
        "POST",
        body=Body(media or (Media(JSON, Order),), required=required),
        replies=(Reply(204),),
        errors=problems(400, 415, 422, 500),
    )
    return application(declared, handler=handler or Received(), **options)


async def post(
    call: Call, app: Application, body: Any, content_type: str | None = JSON
) -> Response:
    """Anything but bytes and their pieces is written as JSON."""
    if not isinstance(body, bytes) and not (
        isinstance(body, list) and body and isinstance(body[0], bytes)
    ):
        body = json.dumps(body).encode()
    headers = {} if content_type is None else {"content-type": content_type}
    return await call(app, "POST", "/orders", headers, body)


async def received(
    call: Call, type_: Any, body: Any, media_type: str = JSON, content_type: str | None = None
) -> Any:
    handler = Received()
    app = taking(Media(media_type, type_), handler=handler)
    response = await post(call, app, body, content_type or media_type)
    assert response.status == 204, response.body
    return handler.bodies[0]


async def test_a_body_arrives_as_its_model(call: Call) -> None:
    """Aliases, enums, unions and nested models."""
    order = await received(call, Order, {**ORDER, "size": "large", "child": ORDER})

    assert isinstance(order.pay, Card)
    assert (order.lines[0].count, order.size) == (2, Size.LARGE)
    assert order.child.lines[0].sku == "MUG"
    assert order.gift is None


async def test_absent_is_told_from_null(call: Call) -> None:
    """Where the contract lets a property be both."""
    assert (await received(call, Order, ORDER)).note is ABSENT
    assert (await received(call, Order, {**ORDER, "note": None})).note is None
    assert (await received(call, Order, {**ORDER, "note": "x"})).note == "x"


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"lines": []}, ["/lines"]),
        ({"lines": None}, ["/lines"]),
        ({"lines": [{"sku": "MU", "how-many": 0}]}, ["/lines/0/sku", "/lines/0/how-many"]),
        ({"lines": [ORDER["lines"][0], {"sku": "MUG"}]}, ["/lines/1/how-many"]),
        ({"lines": [{"sku": "MUG", "count": 1}]}, ["/lines/0/how-many", "/lines/0/count"]),
        ({"lines": [{"sku": "MUG", "how-many": 1, "a/b~c": 1}]}, ["/lines/0/a~1b~0c"]),
        ({"lines": ["MUG"]}, ["/lines/0"]),
        ({"pay": {"kind": "card", "number": "12345"}}, ["/pay/number"]),
        ({"pay": {"kind": "cash", "amount": "5"}}, ["/pay/amount"]),
        ({"pay": {"kind": "cash"}}, ["/pay/amount"]),
        ({"pay": {"kind": "iou"}}, ["/pay"]),
        ({"pay": {}}, ["/pay"]),
        ({"pay": 5}, ["/pay"]),
        ({"size": "medium"}, ["/size"]),
        ({"size": None}, ["/size"]),
        ({"gift": None}, ["/gift"]),
        ({"gift": "true"}, ["/gift"]),
        ({"gift": 1}, ["/gift"]),
        ({"note": 5}, ["/note"]),
        ({"weights": {"a": "1"}}, ["/weights/a"]),
        ({"ref": 1.5}, ["/ref"]),
        ({"ref": [1]}, ["/ref"]),
        ({"child": {**ORDER, "lines": [{"sku": "", "how-many": 1}]}}, ["/child/lines/0/sku"]),
        ({"lines": 5, "pay": 5}, ["/lines", "/pay"]),
    ],
)
async def test_faults_are_pointed_at(
    call: Call, change: dict[str, Any], pointers: list[str]
) -> None:
    """422, each fault once, with the JSON pointer of the value or of the missing property."""
    handler = Received()
    response = await post(call, taking(handler=handler), {**ORDER, **change})

    assert response.status == 422
    assert list(dict.fromkeys(response.faults)) == [(pointer,) for pointer in pointers]
    assert handler.bodies == []


async def test_what_is_missing_altogether(call: Call) -> None:
    """Of an empty object every required property; of another type the whole."""
    assert (await post(call, taking(), {})).faults == [("/lines",), ("/pay",)]
    wholes: list[Any] = [[], None, 5, "x"]
    for whole in wholes:
        assert (await post(call, taking(), whole)).faults == [("",)]


async def test_answers_do_not_grow_with_the_faults(call: Call) -> None:
    """At most a hundred faults are told."""
    many = {**ORDER, "lines": [{}] * 5000}
    response = await post(call, taking(), many)

    assert (response.status, len(response.json()["errors"])) == (422, 100)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nothing",
        b'{"a":1,}',
        b"{'a':1}",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'"\\ud800"',
        b'"a\x00b"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 100_000,
        b'{"weights":{"a":NaN}}',
        b'{"extra":[-Infinity]}',
        b"Infinity",
        b"{} {}",
    ],
)
async def test_what_is_no_json_is_a_400(call: Call, body: bytes) -> None:
    """Malformed text, lone surrogates, endless nesting and digits, and JavaScript's numbers."""
    response = await post(call, taking(), body)

    assert (response.status, response.json()["code"]) == (400, "malformed_request")
    assert "errors" not in response.json()
    assert len(response.body) < 500


async def test_words_like_nan_in_text_are_text(call: Call) -> None:
    """Only numbers are refused."""
    order = await received(call, Order, {**ORDER, "note": "NaN and Infinity"})
    assert order.note == "NaN and Infinity"


async def test_numbers_without_end_break_a_constraint(call: Call) -> None:
    """`1e999` is JSON, and more than a number can be here, in models and outside."""
    text = json.dumps({**ORDER, "weights": {"a": 0}}).replace('"a": 0', '"a": 1e999').encode()
    assert (await post(call, taking(), text)).faults == [("/weights/a",)]

    floats = TypeAliasType("floats", list[float])
    for type_ in (list[float], floats):
        response = await post(call, taking(Media(JSON, type_)), b"[0, 1e999]")
        assert response.faults == [("/1",)]


async def test_bodies_that_are_unions_or_aliases_of_models(call: Call) -> None:
    """A type need not be a class."""
    either = TypeAliasType("either", Card | Cash)
    assert isinstance(await received(call, either, {"kind": "cash", "amount": 5}), Cash)
    assert isinstance(await received(call, Card | list[int], [1, 2]), list)
    assert await received(call, Any, {"x": [None]}) == {"x": [None]}


async def test_chunks_are_one_body(call: Call) -> None:
    """However the server cuts it, inside a character too."""
    data = json.dumps({**ORDER, "note": "€"}, ensure_ascii=False).encode()
    handler = Received()
    pieces = [data[i : i + 1] for i in range(len(data))]
    response = await post(call, taking(handler=handler), pieces)

    assert response.status == 204
    assert handler.bodies[0].note == "€"


async def test_an_optional_body(call: Call) -> None:
    """Not sent is None, with or without a Content-Type; what is sent is held to the contract."""
    handler = Received()
    app = taking(required=False, handler=handler)

    assert (await post(call, app, b"", None)).status == 204
    assert (await post(call, app, b"")).status == 204
    assert (await post(call, app, {})).status == 422
    assert (await post(call, app, b"null")).status == 422
    assert handler.bodies == [None, None]


async def test_a_required_body_that_was_not_sent(call: Call) -> None:
    """400 that says so."""
    response = await post(call, taking(), b"", None)

    assert (response.status, response.json()["detail"]) == (400, "The request needs a body.")


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        (JSON, "application/json; charset=utf-8"),
        (JSON, "Application/JSON;charset=UTF-8"),
        ("application/json; charset=utf-8", JSON),
        ("application/merge-patch+json", "application/merge-patch+json"),
        ("application/vnd.store+json;v=2", "application/vnd.store+json; v=3"),
    ],
)
async def test_json_by_any_name(call: Call, declared: str, sent: str) -> None:
    """Parameters and case do not matter; `+json` is JSON."""
    card = {"kind": "card", "number": "1234"}
    assert isinstance(await received(call, Card, card, declared, sent), Card)


@pytest.mark.parametrize(
    ("declared", "sent"),
    [("image/*", "image/png"), ("*/*", "x/y"), ("application/octet-stream",) * 2],
)
async def test_bytes_of_any_type(call: Call, declared: str, sent: str) -> None:
    """Wildcards take what they cover; the bytes arrive as they are."""
    assert await received(call, bytes, b"\x00\xff", declared, sent) == b"\x00\xff"


async def test_the_closest_media_type_reads_the_body(call: Call) -> None:
    """Exact before `text/*` before `*/*`, in whatever order they are declared."""
    handler = Received()
    app = taking(
        Media("*/*", bytes), Media("text/*", str), Media(JSON, dict[str, int]), handler=handler
    )
    await post(call, app, {"a": 1})
    await post(call, app, b"a", "text/csv")
    await post(call, app, b"a", "audio/ogg")

    assert handler.bodies == [{"a": 1}, "a", b"a"]


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("text/plain", "€".encode()),
        ("text/plain; charset=utf-8", "€".encode()),
        ('text/plain; charset="windows-1252"', b"\x80"),
        ("text/plain; charset=UTF-16", "€".encode("utf-16")),
    ],
)
async def test_text_in_its_charset(call: Call, content_type: str, data: bytes) -> None:
    """UTF-8 unless it says otherwise."""
    assert await received(call, str, data, "text/plain", content_type) == "€"


async def test_text_that_is_not_what_it_says(call: Call) -> None:
    """Bytes that do not decode are a 400; a charset that is none is a 415."""
    app = taking(Media("text/plain", str))

    assert (await post(call, app, b"\xff", "text/plain")).status == 400
    for charset in ("punycode", "zip", "klingon", "\x00"):
        assert (await post(call, app, b"a", f"text/plain; charset={charset}")).status == 415


@pytest.mark.parametrize("content_type", ["text/plain", "application/jso", "", "json", None])
async def test_a_media_type_that_is_not_listed(call: Call, content_type: str | None) -> None:
    """415 with those that are in Accept."""
    app = taking(Media(JSON, Card), Media("application/x+json", Card))
    response = await post(call, app, b"{}", content_type)

    assert (response.status, response.json()["code"]) == (415, "unsupported_media_type")
    assert response.header("accept") == "application/json, application/x+json"


async def test_a_caller_that_leaves_midway(call: Call) -> None:
    """The handler is not called and nothing is sent."""
    handler = Received()
    app = taking(handler=handler)
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"lines"', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/orders",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await app(scope, receive, send)

    assert (sent, handler.bodies) == ([], [])


async def test_over_a_socket(serve: Serve) -> None:
    """Chunked by the client, and broken off by another."""
    handler = Received()
    url = serve(taking(handler=handler))

    async def pieces() -> Any:
        for piece in json.dumps(ORDER).partition("["):
            yield piece.encode()

    async with httpx.AsyncClient() as client:
        response = await client.post(
            f"{url}/orders", content=pieces(), headers={"content-type": JSON}
        )
        assert response.status_code == 204
        host, port = url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n")
        writer.write(b"content-type: application/json\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        again = await client.post(f"{url}/orders", json=ORDER)
        assert again.status_code == 204
    assert len(handler.bodies) == 2
