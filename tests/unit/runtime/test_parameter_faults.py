"""Parameters that do not fit: what their senders are told."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import Field

from accord.runtime.declare import JSON, Cookie, Header, Path, Query, problems
from tests.unit.runtime.conftest import Call, Received, application, operation, sent

RGB = {"r": "integer", "g": "integer"}
ANYTHING = Any


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("parameter", "query", "words"),
    [
        (Query("p", int, "integer"), "p=x", "must be an integer"),
        (Query("p", int, "integer"), "p=1.5", "must be an integer"),
        (Query("p", int, "integer"), "p=%D9%A3", "must be an integer"),
        (Query("p", int, "integer"), "p=1_000", "must be an integer"),
        (Query("p", int, "integer"), "p=" + "9" * 100_000, "must be an integer"),
        (Query("p", float, "number"), "p=NaN", "must be a number"),
        (Query("p", float, "number"), "p=inf", "must be a number"),
        (Query("p", float, "number"), "p=1e999", "too large"),
        (Query("p", bool, "boolean"), "p=1", "must be true or false"),
        (Query("p", bool, "boolean"), "p=True", "must be true or false"),
        (Query("p", int | None, ("integer", "null")), "p=x", "must be integer or null"),
        (Query("p", str), "p=a&p=b", "more than once"),
        (Query("p", ANYTHING, content=JSON), "p={", "must be JSON"),
        (Query("p", ANYTHING, content=JSON), "p=NaN", "must be JSON"),
        (Query("p", ANYTHING, content=JSON), "p=" + "[" * 100_000, "must be JSON"),
        (Query("p", ANYTHING, RGB, explode=False), "p=r,1,g", "pairs"),
        (Query("p", ANYTHING, RGB), "r=1&r=2", "'r' more than once"),
        (Query("p", ANYTHING, RGB, style="deepObject"), "p[r]=x", "p[r] must be an integer"),
        (Query("p", ANYTHING, RGB, style="deepObject"), "p[r]=1&p[r]=2", "p[r] is given more"),
        (Query("p", ANYTHING, RGB, style="deepObject"), "p[r][s]=1", "p[r] must be a single"),
        (Query("p", ANYTHING, RGB, style="deepObject"), "p=1", "p must be an object"),
        (
            Query("p", ANYTHING, ({"a": RGB}, "string"), style="deepObject"),
            "p[a]=1",
            "p[a] must be",
        ),
        (Query("p", ANYTHING, {}, style="deepObject"), "p" + "[a]" * 1000 + "=1", "too deeply"),
        (Query("p", ANYTHING, ["string"], style="deepObject"), "p[x]=1", "p must be an array"),
        (Query("p", ANYTHING, ["string"], style="deepObject"), "p[][x]=1", "must be numbered"),
        (Query("p", Annotated[int, Field(ge=1)], "integer"), "p=0", "greater than or equal to 1"),
        (Query("p", Colour), "p=green", "'red' or 'blue'"),
    ],
)
async def test_what_does_not_fit_is_told(
    call: Call, parameter: Query, query: str, words: str
) -> None:
    """422, with the parameter, its place and words for the caller."""
    response, received = await sent(call, parameter, target=f"/things?{query}")

    assert (response.status, response.faults) == (422, [("query", "p")])
    assert words in response.json()["errors"][0]["detail"]
    assert received == {}


async def test_all_faults_are_told_at_once(call: Call) -> None:
    """In every place: what cannot be read, what breaks a constraint, and what is missing."""
    response, _ = await sent(
        call,
        Path("id", int, "integer"),
        Query("size", Annotated[int, Field(le=100)], "integer"),
        Query("page", int, "integer", required=True),
        Header("X-Trace", Annotated[str, Field(max_length=3)], into="trace"),
        Cookie("theme", Colour),
        path="/things/{id}",
        target="/things/x?size=500",
        headers={"X-Trace": "too long", "Cookie": "theme=black"},
    )

    assert response.status == 422
    assert response.json()["code"] == "validation_failed"
    assert sorted(response.faults) == [
        ("cookie", "theme"),
        ("header", "X-Trace"),
        ("path", "id"),
        ("query", "page"),
        ("query", "size"),
    ]


async def test_a_contract_without_422_answers_400(call: Call) -> None:
    """The first status that the operation declares is taken."""
    declared = operation(
        "/things", parameters=(Query("n", int, "integer"),), errors=problems(400, 500)
    )
    response = await call(application(declared, handler=Received()), "GET", "/things?n=x")

    assert response.status == response.json()["status"] == 400
    assert response.json()["code"] == "validation_failed"
