"""Streams of items as bytes, both ways: JSON lines, JSON text sequences (RFC 7464) and server-sent
events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic_core import to_json

from accord.runtime.problem import Problem

T = TypeVar("T")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_RECORD = b"\x1e"


@dataclass(frozen=True, slots=True)
class Event(Generic[T]):
    """A server-sent event: `data` is of the type that the contract gives it, `event` its kind,
    `id` what a caller resumes after, `retry` the milliseconds it waits before that."""

    data: T
    event: str | None = None
    id: str | None = None
    retry: int | None = None


def event_bytes(fields: dict[str, Any]) -> bytes:
    """An event as it is sent; of `data` that is no text, its JSON. A None is left out.

    Raises `ValueError` where a field but `data` and `comment` would hold a line's end.
    """
    lines: list[bytes] = []
    for name, value in fields.items():
        if value is None:
            continue
        text = value.encode() if isinstance(value, str) else to_json(value)
        parts = _LINE_END.split(text)
        if len(parts) > 1 and name not in ("data", "comment"):
            raise ValueError(f"the {name} of an event cannot hold a line's end")
        start = b"" if name == "comment" else name.encode()
        lines += [start + b": " + part for part in parts]
    return b"\n".join(lines) + b"\n\n"


async def lines(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """The lines of JSON lines that are not empty. Raises a 413 `Problem` beyond `limit` bytes."""
    async for line in _split(chunks, b"\n", limit):
        if stripped := line.strip(b" \t\r"):
            yield stripped


async def records(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """The texts of a JSON text sequence. Raises a 413 `Problem` beyond `limit` bytes."""
    async for record in _split(chunks, _RECORD, limit):
        if stripped := record.strip(b" \t\r\n"):
            yield stripped


async def events(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[dict[str, str]]:
    """The fields of each event, `data` among them; the last one counts only if a blank line ends
    it. Raises a 413 `Problem` beyond `limit` bytes."""
    fields: dict[str, str] = {}
    data: list[str] = []
    async for raw in _event_lines(chunks, limit):
        if raw:
            name, _, value = raw.decode(errors="replace").partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                data.append(value)
            elif name:
                fields[name] = value
        elif data:
            yield {**fields, "data": "\n".join(data)}
            fields, data = {}, []
        else:
            fields = {}


async def _event_lines(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    """Lines however they end, empty ones too."""
    rest, first = b"", True
    async for chunk in chunks:
        rest += chunk
        if first and len(rest) >= 3:
            rest, first = rest.removeprefix(b"\xef\xbb\xbf"), False
        # A carriage return at the end may have its line feed in the next chunk.
        held = b"\r" if rest.endswith(b"\r") else b""
        *whole, rest = _LINE_END.split(rest[: len(rest) - len(held)])
        rest += held
        for line in whole:
            yield line
        _bound(rest, limit)
    for line in _LINE_END.split(rest)[:-1]:
        yield line


async def _split(
    chunks: AsyncIterator[bytes], separator: bytes, limit: int
) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(separator)
        for one in whole:
            _bound(one, limit)
            yield one
        _bound(rest, limit)
    if rest:
        yield rest


def _bound(part: bytes, limit: int) -> None:
    if len(part) > limit:
        raise Problem(
            413,
            code="content_too_large",
            detail=f"The body has an item of more than {limit} bytes.",
        )
