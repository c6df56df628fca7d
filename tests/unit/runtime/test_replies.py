"""What is sent of what a handler returns, and what never is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from accord.runtime import Application, ContractViolation, Model, Problem
from accord.runtime.declare import JSON, Media, Reply, ReplyHeader, problems
from tests.unit.runtime.conftest import Call, Response, application, operation


class Cat(Model):
    name: str


class Dog(Model):
    name: Annotated[str, Field(alias="dog-name", max_length=3)]


class Puppy(Dog):
    secret: str = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    body: Cat
    location: str
    tags: list[str] | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    retry_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    status: int
    body: Dog


CREATED = Reply(
    201,
    (Media(JSON, Cat),),
    Created,
    (
        ReplyHeader("Location", "location", str, required=True),
        ReplyHeader("X-Tags", "tags", list[str]),
        ReplyHeader("X-Until", "until", datetime),
    ),
)
ACCEPTED = Reply(202, (), Accepted, (ReplyHeader("Retry-After", "retry_after", int),))
RANGE = Reply("2XX", (Media(JSON, Dog),), Other)


def replying(value: Any, *replies: Reply, **options: Any) -> Application:
    """An application whose operation returns `value`, or what it makes."""

    async def handle() -> Any:
        return value() if callable(value) else value

    return application(operation("/pets", replies=replies), handler=handle, **options)


def json_of(type_: Any) -> Reply:
    return Reply(200, (Media(JSON, type_),))


async def get(call: Call, app: Application, accept: str | None = None) -> Response:
    return await call(app, "GET", "/pets", {} if accept is None else {"accept": accept})


@pytest.mark.parametrize(
    ("type_", "value", "written"),
    [
        (Cat, Cat(name="Tom"), b'{"name":"Tom"}'),
        (Dog, Dog(name="Rex"), b'{"dog-name":"Rex"}'),
        (Dog, Puppy(name="Rex"), b'{"dog-name":"Rex"}'),
        (Cat | Dog, Dog(name="Rex"), b'{"dog-name":"Rex"}'),
        (list[Dog], [Dog(name="Rex")], b'[{"dog-name":"Rex"}]'),
        (list[Cat | Dog], [Cat(name="a"), Dog(name="b")], b'[{"name":"a"},{"dog-name":"b"}]'),
        (dict[str, Dog], {"a": Dog(name="b")}, b'{"a":{"dog-name":"b"}}'),
        (Cat | None, None, b"null"),
        (Annotated[list[int], Field(max_length=2)], [1, 2], b"[1,2]"),
        (Literal["a", "b"], "a", b'"a"'),
        (str, "a", b'"a"'),
        (bool, True, b"true"),
        (int, 2**70, str(2**70).encode()),
        (Any, {"a": [1, None]}, b'{"a":[1,null]}'),
    ],
)
async def test_bodies(call: Call, type_: Any, value: Any, written: bytes) -> None:
    """By the type that the contract lists, by alias, with the right length."""
    response = await get(call, replying(value, json_of(type_)))

    assert (response.status, response.body) == (200, written)
    assert response.headers == (
        ("content-type", "application/json"),
        ("content-length", str(len(written))),
    )


async def test_a_reply_type_carries_status_and_headers(call: Call) -> None:
    """Lists are joined, moments written as in JSON, what is None left out."""
    cat = Cat(name="Tom")
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    replies = (CREATED, ACCEPTED, RANGE)

    full = await get(
        call, replying(Created(body=cat, location="/1", tags=["a", "b"], until=moment), *replies)
    )
    assert (full.status, full.json()) == (201, {"name": "Tom"})
    assert full.header("x-tags") == "a,b"
    assert full.header("x-until") == "2026-01-02T00:00:00Z"
    assert full.header("location") == "/1"
    short = await get(call, replying(Created(body=cat, location="/1"), *replies))
    assert short.header("x-tags") is None
    empty = await get(call, replying(Accepted(retry_after=3), *replies))
    assert (empty.status, empty.body, empty.header("retry-after")) == (202, b"", "3")
    assert empty.header("content-length") == "0"
    other = await get(call, replying(Other(status=203, body=Dog(name="Rex")), *replies))
    assert (other.status, other.json()) == (203, {"dog-name": "Rex"})


async def test_an_empty_reply(call: Call) -> None:
    """204 has neither body nor length."""
    response = await get(call, replying(None, Reply(204)))

    assert (response.status, response.body, response.headers) == (204, b"", ())


DEFECTS: list[tuple[Any, tuple[Reply, ...], str]] = [
    (Dog(name="Rex"), (json_of(Cat),), "a Dog, which 200 does not list"),
    ({"name": "Tom"}, (json_of(Cat),), "a dict, which 200 does not list"),
    (None, (json_of(Cat),), "a NoneType, which 200 does not list"),
    ((1, 2), (json_of(list[int]),), "a tuple, which 200 does not list"),
    (True, (json_of(int),), "a bool, which 200 does not list"),
    (Cat(name="Tom"), (Reply(204),), "a Cat where 204 has no body"),
    (Cat(name="Tom"), (CREATED, ACCEPTED), "a Cat, which is no reply of the contract"),
    (Other(status=404, body=Dog(name="a")), (RANGE,), "status 404, which its reply does not list"),
    (Created(body=Cat(name="a"), location=None), (CREATED,), "no Location header"),  # type: ignore[arg-type]
    (Created(body=Cat(name="a"), location="/\r\nset-cookie: a=b"), (CREATED,), "a wrong Location"),
    (Created(body=Cat(name="a"), location="/\x00"), (CREATED,), "a wrong Location"),
    (Created(body=Cat(name="a"), location="/€"), (CREATED,), "a wrong Location"),
]


@pytest.mark.parametrize(("value", "replies", "words"), DEFECTS)
async def test_what_the_contract_does_not_list_is_never_sent(
    call: Call, value: Any, replies: tuple[Reply, ...], words: str
) -> None:
    """A defect of the service: 500 that shows nothing of it; the server logs the operation."""
    response = await get(call, replying(value, *replies))

    assert (response.status, response.json()["code"]) == (500, "internal_error")
    assert b"Rex" not in response.body
    assert isinstance(response.raised, ContractViolation)
    assert f"GET /pets returned {words}" in str(response.raised)


async def test_checked_replies(call: Call) -> None:
    """With `check_replies=1.0` a body that breaks its contract is a 500; without it is sent."""
    wrong = Dog.model_construct(name="Alexander")
    fast = await get(call, replying(wrong, json_of(Dog)))
    strict = await get(call, replying(wrong, json_of(Dog), check_replies=1.0))
    right = await get(call, replying(Dog(name="Rex"), json_of(Dog), check_replies=1.0))
    wrapped = Other(status=200, body=wrong)
    strict_too = await get(call, replying(wrapped, RANGE, check_replies=1.0), accept=JSON)

    assert (fast.status, strict.status, right.status, strict_too.status) == (200, 500, 200, 500)
    assert "a body that its contract refuses" in str(strict.raised)


@pytest.mark.parametrize(
    ("media_type", "value", "sent"),
    [
        ("application/octet-stream", b"\xff", "application/octet-stream"),
        ("image/png", b"\xff", "image/png"),
        ("image/*", b"\xff", "application/octet-stream"),
        ("*/*", "text", "application/octet-stream"),
        ("text/*", "text", "text/plain; charset=utf-8"),
        ("text/html; charset=us-ascii", "text", "text/html; charset=us-ascii"),
        ("application/xml", "<a/>", "application/xml"),
    ],
)
async def test_bytes_and_text_pass_as_they_are(
    call: Call, media_type: str, value: Any, sent: str
) -> None:
    """A range is never a Content-Type."""
    response = await get(call, replying(value, Reply(200, (Media(media_type, type(value)),))))

    assert response.body == (value if isinstance(value, bytes) else value.encode())
    assert response.header("content-type") == sent


async def test_problems_carry_headers_but_none_that_break_out(call: Call) -> None:
    """A line break in a problem's header makes it a defect."""

    def limited() -> Any:
        raise Problem(429, code="too_many_requests", headers={"Retry-After": "5"})

    def broken() -> Any:
        raise Problem(429, code="too_many_requests", headers={"X": "a\r\nset-cookie: b"})

    response = await get(call, replying(limited, Reply(204)))
    assert (response.status, response.header("retry-after")) == (429, "5")
    assert (await get(call, replying(broken, Reply(204)))).status == 500


async def test_errors_in_the_shape_that_a_contract_declares(call: Call) -> None:
    """The exact status, then the range, then `default`; the application writes what is no
    problem+json."""

    def missing() -> Any:
        raise Problem(404, code="not_found")

    def body(problem: Problem, media_type: str) -> bytes:
        return json.dumps({"error": problem.code, "as": media_type}).encode()

    async def answer(errors: dict[str, str], **options: Any) -> Response:
        async def handle() -> Any:
            return missing()

        declared = operation("/pets", replies=(Reply(204),), errors=errors)
        return await get(call, application(declared, handler=handle, **options))

    for errors in ({"404": JSON, "default": "x/y"}, {"4XX": JSON}, {"default": JSON}):
        own = await answer(errors, error_body=body)
        assert (own.status, own.json()) == (404, {"error": "not_found", "as": JSON})
        assert own.header("content-type") == JSON
    plain = await answer(problems("4XX"), error_body=body)
    assert plain.json()["code"] == "not_found"
    assert (await answer({})).header("content-type") == "application/problem+json"
