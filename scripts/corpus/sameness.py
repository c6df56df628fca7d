"""Whether two values are the same on both sides of the wire."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from accord.runtime.uploads import UploadFile


async def as_json(value: Any) -> Any:
    """What a handler was given, as JSON data; files as text, streams as lists."""
    if isinstance(value, UploadFile):
        data = await value.read()
        await value.seek(0)
        return data.decode()
    if isinstance(value, bytes):
        return value
    if isinstance(value, AsyncIterator):
        return [await as_json(item) async for item in value]
    if isinstance(value, BaseModel):
        # Files in it become their text, which is what the samples are made of.
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, list):
        return [await as_json(item) for item in value]
    if isinstance(value, dict):
        return {name: await as_json(item) for name, item in value.items()}
    return to_jsonable_python(value)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON Schema has it; date-times are the same where they are the same moment."""
    return difference(one, other) is None


def difference(one: Any, other: Any, at: str = "") -> str | None:
    """The first place where two values are not the same, and what is there; None where they are."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{at}: {sorted(map(str, one.keys() ^ other.keys()))} are on one side"
        found = (difference(one[key], other[key], f"{at}/{key}") for key in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        found = (difference(*pair, f"{at}/{index}") for index, pair in pairs)
    elif _equal(one, other):
        return None
    else:
        return f"{at}: {one!r:.150} became {other!r:.150}"
    return next((each for each in found if each is not None), None)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, bytes):
        return one.encode() == other
    if isinstance(one, str) and isinstance(other, str):
        return one == other or _moment(one) == _moment(other) is not None
    return bool(one == other)


def _moment(text: str) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
