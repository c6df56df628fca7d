"""`1.0` is an integer to JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from accord.runtime import Model, Problem
from accord.runtime.json_body import json_parser


class Price(Model):
    kind: Literal["price"]
    amount: Annotated[int, Field(le=100)]


class Gift(Model):
    kind: Literal["gift"]


class Order(Model):
    lines: list[Annotated[Price | Gift, Field(discriminator="kind")]]
    counts: dict[str, int]


def parse(type_: Any, text: str) -> Any:
    return json_parser(type_)(text.encode())


def test_whole_floats_are_integers_wherever_they_stand() -> None:
    """In objects, arrays, maps, behind a discriminator, and as the whole body."""
    order = parse(
        Order, '{"lines": [{"kind": "price", "amount": 5.0}], "counts": {"a/b": 1e2, "c": 2}}'
    )

    assert order.lines[0].amount == 5
    assert order.counts == {"a/b": 100, "c": 2}
    assert all(type(count) is int for count in order.counts.values())
    assert parse(int, "3.0") == 3


@pytest.mark.parametrize("number", ["1.5", "1e400", "NaN"])
def test_other_floats_are_not(number: str) -> None:
    """What has a fraction, or is no number at all, is refused."""
    with pytest.raises(Problem):
        parse(int, number)


def test_constraints_hold_for_them_too() -> None:
    """A whole float beyond the maximum is told at its place, with what else is wrong."""
    with pytest.raises(Problem) as raised:
        parse(Order, '{"lines": [{"kind": "price", "amount": 101.0}], "counts": {"a": "x"}}')

    assert [error.pointer for error in raised.value.errors] == ["/lines/0/amount", "/counts/a"]
