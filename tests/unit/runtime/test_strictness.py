"""Parameters by the rules of JSON Schema: pydantic's conversions of text are not for callers."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from accord.runtime import Model, Omittable
from accord.runtime.declare import JSON, Cookie, Header, Parameter, Path, Query
from accord.runtime.formats import Date, DateTime, Time, Uuid
from tests.unit.runtime.conftest import Call, Response, sent

UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


class Filter(Model):
    size: Annotated[int, Field(alias="max-size")] = 0
    sale: Omittable[bool] = None


async def ask(call: Call, parameter: Parameter, text: str) -> tuple[Response, dict[str, Any]]:
    """The answer to a request that sends `text` for `parameter`, and what its handler got."""
    match parameter.location:
        case "path":
            return await sent(call, parameter, path="/x/{p}", target=f"/x/{text}")
        case "query":
            return await sent(call, parameter, target=f"/things?{text}")
        case "header":
            return await sent(call, parameter, headers={"p": text})
    return await sent(call, parameter, headers={"cookie": text})


def integer(type_: Any = int) -> Query:
    return Query("p", type_, shape="integer", required=True)


@pytest.mark.parametrize(
    "text", ["%201", "1%20", "+1", "%2B1", "1_000", "0x1", "01", "1e2", "", "١"]
)
async def test_integers_are_written_one_way(call: Call, text: str) -> None:
    """Python reads all of these."""
    response, _ = await ask(call, integer(), f"p={text}".encode().decode("latin-1"))

    assert (response.status, response.faults) == (422, [("query", "p")])


@pytest.mark.parametrize("text", ["1", "on", "yes", "True", "TRUE", "t", ""])
async def test_booleans_are_true_and_false(call: Call, text: str) -> None:
    """pydantic knows many more words for them."""
    response, _ = await ask(call, Query("p", bool, shape="boolean"), f"p={text}")

    assert response.status == 422


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "Infinity", "-Infinity", "1e999", ".5", "1.", "1_0.0"]
)
async def test_numbers_are_those_of_json(call: Call, text: str) -> None:
    """Neither endless nor written as Python would take them."""
    response, _ = await ask(call, Query("p", float, shape="number"), f"p={text}")

    assert response.status == 422


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (DateTime, "123"),
        (DateTime, "2026-01-31"),
        (DateTime, "2026-01-31T12:00:00"),
        (DateTime, "2026-13-31T12:00:00Z"),
        (Date, "0"),
        (Date, "2026-02-30"),
        (Date, "2026-01-31T00:00:00Z"),
        (Time, "12:00"),
        (Uuid, f"urn:uuid:{UUID}"),
        (Uuid, f"{{{UUID}}}"),
        (Uuid, UUID.replace("-", "")),
    ],
)
async def test_formats_hold_in_every_place(call: Call, type_: Any, text: str) -> None:
    """A path, a query, a header, a cookie, and the items of an array."""
    for parameter, written in (
        (Path("p", type_), text),
        (Query("p", type_), f"p={text}"),
        (Query("p", list[type_], shape=["string"]), f"p={text}"),
        (Header("p", type_), text),
        (Cookie("p", type_), f"p={text}"),
    ):
        response, _ = await ask(call, parameter, written)
        assert (response.status, response.faults) == (422, [(parameter.location, "p")])


@pytest.mark.parametrize(
    "text",
    [
        '{"max-size":"1"}',
        '{"max-size":true}',
        '{"max-size":1.5}',
        '{"sale":"on"}',
        '{"sale":1}',
        '{"sale":null}',
        "[]",
        '"x"',
    ],
)
async def test_json_text_is_validated_as_a_body_is(call: Call, text: str) -> None:
    """Nothing in it is converted, null is not absence."""
    parameter = Query("p", Filter, shape={}, content=JSON)
    response, _ = await ask(call, parameter, f"p={text}")

    assert (response.status, response.faults) == (422, [("query", "p")])


@pytest.mark.parametrize("text", ['"1"', "true", "null", "[1]", '"\\ud800"', "NaN", "", "[" * 5000])
async def test_a_scalar_as_json_text(call: Call, text: str) -> None:
    """The same of a single number."""
    response, _ = await ask(call, Query("p", int, content=JSON), f"p={text}")

    assert response.status == 422


async def test_json_text_that_fits(call: Call) -> None:
    """By the names of the wire; `1.0` is an integer."""
    parameter = Query("p", Filter, shape={}, content=JSON)

    for text in ('p={"max-size":7,"size":1}', 'p={"max-size":7.0}'):
        response, received = await ask(call, parameter, text)
        assert (response.status, received) == (204, {"p": Filter(size=7)})


async def test_objects_are_known_by_the_names_of_the_wire(call: Call) -> None:
    """The Python name of a property is another property, unknown here."""
    shape = {"max-size": "integer", "sale": "boolean"}
    parameter = Query("p", Filter, shape=shape, style="deepObject")
    response, received = await ask(call, parameter, "p[max-size]=7&p[size]=1&p[sale]=true")

    assert (response.status, received) == (204, {"p": Filter(size=7, sale=True)})


@pytest.mark.parametrize("text", ["%FF", "%C3", "a%ED%A0%80", "\xff"])
async def test_what_is_not_utf8_is_refused(call: Call, text: str) -> None:
    """It is never replaced by something that its sender did not mean."""
    for parameter, written in (
        (Path("p", str), text),
        (Query("p", str), f"p={text}"),
        (Query("p", dict[str, str], shape={"*": "string"}, style="deepObject"), f"p[a]={text}"),
        (Query("p", dict[str, str], shape={"*": "string"}, style="deepObject"), f"p[{text}]=a"),
    ):
        if parameter.location == "path" and "%" not in text:
            continue
        response, _ = await ask(call, parameter, written)
        assert response.status == 422


async def test_text_is_utf8_encoded_or_not(call: Call) -> None:
    """As browsers send it, and as command lines do."""
    for text in ("%C3%A9%00", "Ã©%00"):
        _, received = await ask(call, Query("p", str), f"p={text}")
        assert received == {"p": "é\0"}
