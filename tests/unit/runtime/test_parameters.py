"""What a handler receives of a request's parameters, in every place, style and shape."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.runtime.declare import (
    JSON,
    Cookie,
    Header,
    Parameter,
    Path,
    Query,
    Reply,
)
from accord.runtime.decode import decoder
from accord.runtime.sent import parse_query
from tests.unit.runtime.conftest import Call, application, operation, sent

RGB = {"r": "integer", "g": "integer"}
ANYTHING = Any


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    ("parameter", "query", "value"),
    [
        # One value.
        (Query("p", str), "p=a%20b+c", "a b c"),
        (Query("p", str), "p=", ""),
        (Query("p", str), "p", ""),
        (Query("p", str), "p=a=b", "a=b"),
        (Query("p", str), "p=%E2%82%AC", "€"),
        (Query("p", int, "integer"), "p=-12", -12),
        (Query("p", int, "integer"), "p=12.0", 12),
        (Query("p", int, "integer"), "p=" + "9" * 300, int("9" * 300)),
        (Query("p", float, "number"), "p=1e3", 1000.0),
        (Query("p", bool, "boolean"), "p=true", True),
        (Query("p", bool, "boolean"), "p=false", False),
        (Query("p", int | None, ("integer", "null")), "p=null", None),
        (Query("p", int | str, ("integer", "string")), "p=7", 7),
        (Query("p", int | str, ("integer", "string")), "p=7a", "7a"),
        (Query("p", Colour), "p=blue", Colour.BLUE),
        (Query("p", dict[str, Any], content=JSON), 'p={"a":[1,null]}', {"a": [1, None]}),
        (Query("p", str, content="text/plain"), "p={", "{"),
        # Arrays.
        (Query("p", list[int], ["integer"]), "p=1&p=2", [1, 2]),
        (Query("p", list[int], ["integer"]), "p=1&q=9&p=2", [1, 2]),
        (Query("p", list[int], ["integer"], explode=False), "p=1,2", [1, 2]),
        (Query("p", list[str], ["string"], explode=False), "p=", []),
        (Query("p", list[str], ["string"], style="spaceDelimited", explode=False), "p=a+b", "ab"),
        (Query("p", list[str], ["string"], style="spaceDelimited", explode=False), "p=a%20b", "ab"),
        (Query("p", list[str], ["string"], style="pipeDelimited", explode=False), "p=a|b", "ab"),
        (Query("p", list[str], ["string"], style="pipeDelimited", explode=False), "p=a%7Cb", "ab"),
        (Query("p", list[str], ["string"], style="pipeDelimited"), "p=a&p=b", "ab"),
        (Query("p", int | list[int], (["integer"], "integer")), "p=1", 1),
        (Query("p", int | list[int], (["integer"], "integer")), "p=1&p=2", [1, 2]),
        # Objects.
        (Query("p", ANYTHING, RGB), "r=1&g=2", {"r": 1, "g": 2}),
        (Query("p", ANYTHING, {"*": "integer"}), "x=1&y=2", {"x": 1, "y": 2}),
        (Query("p", ANYTHING, {"t": ["integer"]}), "t=1&t=2", {"t": [1, 2]}),
        (Query("p", ANYTHING, RGB, explode=False), "p=r,1,g,2", {"r": 1, "g": 2}),
        (
            Query("p", ANYTHING, RGB, style="spaceDelimited", explode=False),
            "p=r%201%20g%202",
            {"r": 1, "g": 2},
        ),
        (
            Query("p", ANYTHING, RGB, style="pipeDelimited", explode=False),
            "p=r|1|g|2",
            {"r": 1, "g": 2},
        ),
        # deepObject.
        (Query("p", ANYTHING, RGB, style="deepObject"), "p[r]=1&p[g]=2", {"r": 1, "g": 2}),
        (Query("p", ANYTHING, RGB, style="deepObject"), "p%5Br%5D=1", {"r": 1}),
        (Query("p", ANYTHING, {"a": RGB}, style="deepObject"), "p[a][r]=1", {"a": {"r": 1}}),
        (Query("p", ANYTHING, {"*": "string"}, style="deepObject"), "p[k]=v", {"k": "v"}),
        (Query("p", ANYTHING, {}, style="deepObject"), "p[k][l]=v", {"k": {"l": "v"}}),
        (Query("p", ANYTHING, {"a": ["integer"]}, style="deepObject"), "p[a]=1", {"a": [1]}),
        (
            Query("p", ANYTHING, {"a": ["integer"]}, style="deepObject"),
            "p[a][]=1&p[a][]=2",
            {"a": [1, 2]},
        ),
        (Query("p", list[int], ["integer"], style="deepObject"), "p[]=1&p[]=2", [1, 2]),
        (Query("p", list[int], ["integer"], style="deepObject"), "p=1&p=2", [1, 2]),
        (Query("p", list[int], ["integer"], style="deepObject"), "p[10]=2&p[9]=1", [1, 2]),
        (
            Query("p", ANYTHING, [RGB], style="deepObject"),
            "p[0][r]=1&p[1][g]=2",
            [{"r": 1}, {"g": 2}],
        ),
        (Query("p", ANYTHING, ({"gte": "integer"}, "integer"), style="deepObject"), "p=5", 5),
        (
            Query("p", ANYTHING, ({"gte": "integer"}, "integer"), style="deepObject"),
            "p[gte]=5",
            {"gte": 5},
        ),
    ],
)
async def test_query(call: Call, parameter: Query, query: str, value: Any) -> None:
    """Styles form, spaceDelimited, pipeDelimited and deepObject, exploded and not."""
    response, received = await sent(call, parameter, target=f"/things?{query}")

    assert response.status == 204, response.body
    expected = list(value) if value == "ab" else value
    assert received["p"] == expected
    assert type(received["p"]) is type(expected)


@pytest.mark.parametrize(
    ("parameter", "segment", "value"),
    [
        (Path("p", str), "a%2Fb", "a/b"),
        (Path("p", int, "integer"), "5", 5),
        (Path("p", list[int], ["integer"]), "1,2", [1, 2]),
        (Path("p", list[int], ["integer"], explode=True), "1,2", [1, 2]),
        (Path("p", ANYTHING, RGB), "r,1,g,2", {"r": 1, "g": 2}),
        (Path("p", ANYTHING, RGB, explode=True), "r=1,g=2", {"r": 1, "g": 2}),
        (Path("p", int, "integer", style="label"), ".5", 5),
        (Path("p", list[int], ["integer"], style="label"), ".1,2", [1, 2]),
        (Path("p", list[int], ["integer"], style="label", explode=True), ".1.2", [1, 2]),
        (Path("p", ANYTHING, RGB, style="label"), ".r,1,g,2", {"r": 1, "g": 2}),
        (Path("p", ANYTHING, RGB, style="label", explode=True), ".r=1.g=2", {"r": 1, "g": 2}),
        (Path("p", int, "integer", style="matrix"), ";p=5", 5),
        (Path("p", list[int], ["integer"], style="matrix"), ";p=1,2", [1, 2]),
        (Path("p", list[int], ["integer"], style="matrix", explode=True), ";p=1;p=2", [1, 2]),
        (Path("p", ANYTHING, RGB, style="matrix"), ";p=r,1,g,2", {"r": 1, "g": 2}),
        (Path("p", ANYTHING, RGB, style="matrix", explode=True), ";r=1;g=2", {"r": 1, "g": 2}),
        (Path("p", int | list[int], ("integer", ["integer"])), "1,2", [1, 2]),
        (Path("p", dict[str, int], content=JSON), "%7B%22a%22:1%7D", {"a": 1}),
    ],
)
async def test_path(call: Call, parameter: Path, segment: str, value: Any) -> None:
    """Styles simple, label and matrix, exploded and not."""
    response, received = await sent(
        call, parameter, path="/things/{p}", target=f"/things/{segment}"
    )

    assert response.status == 204, response.body
    assert received["p"] == value


@pytest.mark.parametrize(
    ("parameter", "headers", "value"),
    [
        (Header("X-P", str, into="p"), [("x-p", "a, b")], "a, b"),
        (Header("X-P", int, "integer", into="p"), [("X-p", "5")], 5),
        (Header("X-P", list[int], ["integer"], into="p"), [("x-p", "1, 2")], [1, 2]),
        (Header("X-P", list[int], ["integer"], into="p"), [("x-p", "1"), ("x-p", "2")], [1, 2]),
        (Header("X-P", ANYTHING, RGB, into="p"), [("x-p", "r,1,g,2")], {"r": 1, "g": 2}),
        (Header("X-P", ANYTHING, RGB, "p", explode=True), [("x-p", "r=1,g=2")], {"r": 1, "g": 2}),
        (Header("X-P", dict[str, int], into="p", content=JSON), [("x-p", '{"a":1}')], {"a": 1}),
        (Cookie("p", str), [("cookie", "q=1; p=a%20b")], "a b"),
        (Cookie("p", str, style="cookie"), [("cookie", "p=a%20b")], "a%20b"),
        (Cookie("p", str), [("cookie", 'p="quoted"')], "quoted"),
        (Cookie("p", list[int], ["integer"]), [("cookie", "p=1; p=2")], [1, 2]),
        (Cookie("p", list[int], ["integer"], explode=False), [("cookie", "p=1,2")], [1, 2]),
        (Cookie("p", ANYTHING, RGB, explode=False), [("cookie", "p=r,1,g,2")], {"r": 1, "g": 2}),
        (Cookie("p", ANYTHING, RGB), [("cookie", "r=1; g=2")], {"r": 1, "g": 2}),
    ],
)
async def test_headers_and_cookies(
    call: Call, parameter: Parameter, headers: Any, value: Any
) -> None:
    """Style simple in headers, whose repeats are one header; form and cookie in cookies."""
    response, received = await sent(call, parameter, headers=headers)

    assert response.status == 204, response.body
    assert received["p"] == value


async def test_defaults(call: Call) -> None:
    """What was not sent is the default, or None."""
    _, received = await sent(
        call,
        Query("size", int, "integer", default=20),
        Query("q", str),
        Header("X-Mode", Colour, into="mode", default=Colour.RED),
        Cookie("theme", str),
    )

    assert received == {"size": 20, "q": None, "mode": Colour.RED, "theme": None}


async def test_no_two_requests_share_a_default(call: Call) -> None:
    """A handler that changes a default list changes its own."""
    seen: list[list[str]] = []

    async def handle(*, fields: list[str]) -> None:
        seen.append(list(fields))
        fields.append("mine")

    declared = operation(
        "/things",
        parameters=(Query("fields", list[str], ["string"], default=["name"]),),
        replies=(Reply(204),),
    )
    app = application(declared, handler=handle)
    await call(app, "GET", "/things")
    await call(app, "GET", "/things")

    assert seen == [["name"], ["name"]]


async def test_an_object_leaves_other_parameters_alone(call: Call) -> None:
    """An object in style form takes in what no other parameter is called."""
    _, received = await sent(
        call,
        Query("filter", dict[str, str], {"*": "string"}),
        Query("size", int, "integer"),
        target="/things?size=5&colour=red",
    )

    assert received == {"filter": {"colour": "red"}, "size": 5}


async def test_names_that_python_does_not_take(call: Call) -> None:
    """`into` is the handler's keyword; faults name what is on the wire."""
    parameter = Query("page[size]", int, "integer", into="page_size")
    _, received = await sent(call, parameter, target="/things?page[size]=3")
    refused, _ = await sent(call, parameter, target="/things?page[size]=x")

    assert received == {"page_size": 3}
    assert refused.faults == [("query", "page[size]")]


async def test_ten_thousand_query_parameters(call: Call) -> None:
    """Many unknown ones are no matter; many of one are one fault."""
    many = "&".join(f"x{n}=1" for n in range(10_000))
    response, received = await sent(call, Query("p", int, "integer"), target=f"/things?{many}&p=1")
    repeated, _ = await sent(
        call, Query("p", int, "integer"), target="/things?" + "&".join(["p=1"] * 10_000)
    )

    assert (response.status, received) == (204, {"p": 1})
    assert repeated.faults == [("query", "p")]


text = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(st.lists(text, min_size=1, max_size=5))
def test_an_array_arrives_as_it_was_sent(values: list[str]) -> None:
    """Exploded, any text survives: separators, percent signs, other scripts."""
    query = parse_query(urlencode([("p", value) for value in values]).encode())

    assert decoder(Query("p", list[str], ["string"]))(query) == values
