"""Replies are the same text, whoever writes them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, ConfigDict, Field, PlainSerializer, TypeAdapter

from accord.runtime import ABSENT, Absent, Model, Omittable
from accord.runtime.encode import json_encoder


class Colour(StrEnum):
    RED = "red"
    BLUE = "blüe"


class Level(Enum):
    LOW = 1
    HIGH = 2


class Part(Model):
    name: Annotated[str, Field(alias="part-name", max_length=50)]
    weight: Omittable[float] = None


class Thing(Model):
    id: UUID
    title: Annotated[str, Field(min_length=1)]
    colour: Colour
    level: Level | None
    kind: Literal["a", "b"] = "a"
    count: Annotated[int, Field(ge=0)]
    at: AwareDatetime
    day: Omittable[date] = None
    note: str | Absent | None = ABSENT
    parts: Annotated[list[Part], Field(max_length=5)]
    counts: Omittable[dict[str, int]] = None
    inner: Omittable[Thing] = None


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
text = st.text(st.characters(codec="utf-8"), max_size=20)
parts = st.builds(
    Part, name=text, weight=st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)
)


def things(inner: st.SearchStrategy[Thing | None]) -> st.SearchStrategy[Thing]:
    return st.builds(
        Thing,
        id=st.uuids(),
        title=text.filter(bool),
        colour=st.sampled_from(Colour),
        level=st.none() | st.sampled_from(Level),
        count=st.integers(0, 2**80),
        at=st.datetimes(timezones=zones | st.just(UTC)),
        day=st.none() | st.dates(),
        note=st.sampled_from([ABSENT, None, "x"]),
        parts=st.lists(parts, max_size=3),
        counts=st.none() | st.dictionaries(text, st.integers(), max_size=3),
        inner=inner,
    )


@given(things(st.none() | things(st.none())))
def test_text_says_what_pydantic_would_write(thing: Thing) -> None:
    """Aliases, absence, null, moments in any zone, numbers of any size and recursion included."""
    written = json_encoder(Thing)(thing)

    assert json.loads(written) == json.loads(thing.model_dump_json(by_alias=True))


@given(st.lists(things(st.none()), max_size=3))
def test_arrays_are_written_by_alias(items: list[Thing]) -> None:
    """A top-level array names properties as on the wire, as a model does."""
    expected = TypeAdapter(list[Thing]).dump_json(items, by_alias=True)

    assert json.loads(json_encoder(list[Thing])(items)) == json.loads(expected)


class Extra(Model):
    model_config = ConfigDict(extra="allow")

    a: int


class Priced(Model):
    price: Annotated[Decimal, PlainSerializer(lambda value: f"{value:.2f}", return_type=str)]


class Shouted(Model):
    word: Annotated[str, PlainSerializer(str.upper)]


@pytest.mark.parametrize(
    ("type_", "value", "written"),
    [
        (Extra, Extra(a=1, b=2), b'{"a":1,"b":2}'),
        (Priced, Priced(price=Decimal(3)), b'{"price":"3.00"}'),
        (Shouted, Shouted(word="hi"), b'{"word":"HI"}'),
        (list[bytes], [b"x"], b'["x"]'),
        (dict[str, Any], {"a": b"x"}, b'{"a":"x"}'),
        (timedelta, timedelta(seconds=90), b'"PT1M30S"'),
    ],
)
def test_what_is_written_its_own_way_stays_so(type_: Any, value: Any, written: bytes) -> None:
    """Extra members, serialisers and types that others write otherwise are pydantic's."""
    assert json_encoder(type_)(value) == written


class Special(Part):
    secret: str = "hidden"


class Holder(Model):
    part: Part


def test_a_subclass_shows_no_more_than_the_contract_lists() -> None:
    """What a handler's own subclass adds is not sent where its base is declared."""
    holder = Holder(part=Special.model_construct(name="n", weight=None))

    assert json_encoder(Holder)(holder) == b'{"part":{"part-name":"n"}}'


class Word(StrEnum):
    A = "ä"


class Number(IntEnum):
    ONE = 1


class Plain(Enum):
    X = "x"


zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
text = st.text(st.characters(codec="utf-8"))
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: text,
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    UUID: st.uuids(),
    datetime: st.datetimes(timezones=zones | st.none()),
    date: st.dates(),
    time: st.times(),
    timedelta: st.timedeltas(timedelta(days=-999), timedelta(days=999)),
    bytes: text.map(str.encode),
    Word: st.sampled_from(Word),
    Number: st.sampled_from(Number),
    Plain: st.sampled_from(Plain),
    Literal["a", 1, None]: st.sampled_from(["a", 1, None]),
}


@pytest.mark.parametrize("type_", SCALARS, ids=str)
@given(data=st.data())
def test_every_scalar_is_written_as_pydantic_writes_it(type_: Any, data: Any) -> None:
    """Alone, in an array, in an object and beside null."""
    value = data.draw(SCALARS[type_])
    cases = [
        (type_, value),
        (list[type_], [value, value]),
        (dict[str, type_], {"a": value}),
        (type_ | None if type_ is not type(None) else Any, value),
    ]
    for whole, given_value in cases:
        expected = TypeAdapter(whole).dump_json(given_value)
        assert json.loads(json_encoder(whole)(given_value)) == json.loads(expected)
