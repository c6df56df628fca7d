"""Request bodies: what arrives, what is refused, and where the faults are said to be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typing_extensions import TypeAliasType

from accord.runtime import ABSENT
from accord.runtime.declare import JSON, Media
from tests.unit.runtime.conftest import Call
from tests.unit.runtime.orders import (
    ORDER,
    Bodies,
    Card,
    Cash,
    Order,
    Size,
    post,
    received,
    taking,
)


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
    handler = Bodies()
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
