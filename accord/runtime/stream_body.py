"""Request bodies that are streams of items: typed iterators for handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from starlette.types import Receive

from accord.runtime.chunks import chunks
from accord.runtime.declare import Media, Shape
from accord.runtime.events import Event, events, lines, records
from accord.runtime.json_body import json_parser
from accord.runtime.media_types import EVENTS, essence, is_json_sequence
from accord.runtime.problem import FieldError, Problem
from accord.runtime.scalars import DecodeError, scalar
from accord.runtime.shapes import properties_of, shape_of


class StreamReader:
    """The compiled items of a request body; `limit` is how many bytes one may have."""

    def __init__(self, media: Media, limit: int) -> None:
        self._limit = limit
        self._parse = json_parser(media.type)
        self._each = media.each
        self._name = essence(media.media_type)
        self._shape = shape_of(TypeAdapter(media.type))

    async def read(self, content_type: bytes, receive: Receive) -> AsyncIterator[Any]:
        """An iterator over the items: it raises a `Problem` at the first that is malformed (400),
        does not fit (422) or is too long (413)."""
        return self._items(receive)

    async def _items(self, receive: Receive) -> AsyncIterator[Any]:
        received = chunks(receive)
        if self._name == EVENTS:
            async for index, fields in _counted(events(received, self._limit)):
                yield self._event(index, fields)
            return
        split = records if is_json_sequence(self._name) else lines
        async for index, text in _counted(split(received, self._limit)):
            yield self._parsed(index, "", text)

    def _event(self, index: int, fields: dict[str, str]) -> Any:
        if self._each == "data":
            data = self._parsed(index, "/data", _json_of(fields["data"], self._shape))
            retry = fields.get("retry", "")
            return Event(
                data,
                fields.get("event"),
                fields.get("id"),
                int(retry) if retry.isascii() and retry.isdigit() else None,
            )
        properties = properties_of(self._shape)
        # What a schema does not name is not meant for it.
        members = [
            to_json(name) + b":" + _json_of(text, properties[name])
            for name, text in fields.items()
            if name in properties
        ]
        return self._parsed(index, "", b"{" + b",".join(members) + b"}")

    def _parsed(self, index: int, within: str, text: bytes) -> Any:
        try:
            return self._parse(text)
        except Problem as problem:
            place = f"/{index}{within}"
            errors = [
                FieldError(error.code, error.detail, pointer=place + (error.pointer or ""))
                for error in problem.errors
            ]
            raise Problem(
                problem.status,
                code=problem.code,
                detail=f"Item {index} of the body: {problem.detail}",
                errors=errors,
            ) from None


def _json_of(text: str, shape: Shape) -> bytes:
    """The JSON of a field: of text itself, else of what is written in it."""
    kinds = shape if isinstance(shape, tuple) else (shape,)
    if any(isinstance(kind, (dict, list)) or kind is None for kind in kinds):
        return text.encode()
    try:
        return to_json(scalar(shape)(text))
    except DecodeError:
        return to_json(text)


async def _counted(items: AsyncIterator[Any]) -> AsyncIterator[tuple[int, Any]]:
    index = 0
    async for item in items:
        yield index, item
        index += 1
