"""Headers of replies, typed: every shape, and ranges of statuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accord.runtime import ContractViolation

from .conftest import Generate
from .serving import served

HEADERS = """
paths:
  /things:
    get:
      operationId: readThings
      responses:
        2XX:
          description: It.
          headers:
            X-Count: {required: true, schema: {type: integer, maximum: 5}}
            X-Ids: {schema: {type: array, items: {type: integer}}}
            X-Size: {schema: {$ref: '#/components/schemas/Size'}}
            X-Spread: {explode: true, schema: {$ref: '#/components/schemas/Size'}}
            X-Json: {content: {application/json: {schema: {$ref: '#/components/schemas/Size'}}}}
            X-Since: {schema: {type: string, format: date}}
            X-Kind: {schema: {type: string, enum: [a, b]}}
            X-Done: {schema: {type: boolean}}
            Set-Cookie: {schema: {type: array, items: {type: string}}}
        302:
          description: Elsewhere.
          headers: {Location: {required: true, schema: {type: string}}}
        default: {description: Else.}
components:
  schemas:
    Size: {type: object, properties: {w: {type: integer}, h: {type: integer}}}
"""


async def test_headers_of_every_shape(generated: Generate) -> None:
    """Style simple, exploded or not; JSON where the contract says so; a header for each cookie."""
    package = generated(HEADERS)
    size = package.models.Size(w=1, h=2)
    reply = package.handlers.ReadThings2XX(
        status=206,
        x_count=3,
        x_ids=[1, 2],
        x_size=size,
        x_spread=size,
        x_json=size,
        x_since=dt.date(2024, 2, 29),
        x_kind="a",
        x_done=True,
        set_cookie=["a=1, 2", "b=3"],
    )
    async with served(package, lambda: reply, check_replies=1).client as client:
        answer = await client.get("/things")
    assert answer.status_code == 206
    assert {name: value for name, value in answer.headers.items() if name[:2] == "x-"} == {
        "x-count": "3",
        "x-ids": "1,2",
        "x-size": "w,1,h,2",
        "x-spread": "w=1,h=2",
        "x-json": '{"w":1,"h":2}',
        "x-since": "2024-02-29",
        "x-kind": "a",
        "x-done": "true",
    }
    assert answer.headers.get_list("set-cookie") == ["a=1, 2", "b=3"]


async def test_several_successes_by_their_class(generated: Generate) -> None:
    """What is optional and not given is not sent."""
    package = generated(HEADERS)
    reply = package.handlers.ReadThings302(location="/x")
    async with served(package, lambda: reply).client as client:
        answer = await client.get("/things")
    assert (answer.status_code, answer.headers["location"]) == (302, "/x")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": 302, "x_count": 1}, "status 302, which its reply does not list"),
        ({"status": 200, "x_count": 6}, "a wrong X-Count"),
        ({"status": 200, "x_count": 1, "set_cookie": ["a\r\nb"]}, "a wrong Set-Cookie"),
        ({"status": 200, "x_count": None}, "no X-Count header"),
    ],
)
async def test_a_header_that_breaks_the_contract_is_a_defect(
    generated: Generate, fields: dict[str, Any], words: str
) -> None:
    """Found before anything is sent; values are checked where replies are."""
    package = generated(HEADERS)
    reply = package.handlers.ReadThings2XX(**fields)
    with pytest.raises(ContractViolation, match=words):
        async with served(package, lambda: reply, check_replies=1).client as client:
            await client.get("/things")
