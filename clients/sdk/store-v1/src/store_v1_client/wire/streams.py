"""Replies that come item by item: JSON lines, JSON text sequences, server-sent events."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Read = Callable[[Any], Any]

JSON_LINES = frozenset(
    (
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/ndjson",
        "application/x-ndjson",
        "application/json-lines",
        "application/json-seq",
        "application/geo+json-seq",
        "application/stream+json",
    )
)
EVENTS = "text/event-stream"
_RECORD_SEPARATOR = "\x1e"


@dataclass(frozen=True, slots=True)
class Event(Generic[T]):
    """A server-sent event. `retry` is in milliseconds."""

    data: T
    event: str = "message"
    id: str = ""
    retry: int | None = None


class Items:
    """Takes a reply as it arrives, gives the items that are complete."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._rest = ""

    def feed(self, data: bytes, *, last: bool = False) -> Iterator[Any]:
        """The items that end in `data`; with `last`, also what is left."""
        lines = self._lines(self._decode(data, last), last)
        for line in lines:
            yield from self._line(line)
        if last:
            yield from self._end()

    def _lines(self, text: str, last: bool) -> list[str]:
        text = self._rest + text
        # A carriage return may be the first half of a line's end.
        held = "\r" if text.endswith("\r") and not last else ""
        text = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n")
        *lines, self._rest = text.split("\n")
        self._rest += held
        if last and self._rest:
            lines.append(self._rest)
            self._rest = ""
        return lines

    def _line(self, line: str) -> Iterator[Any]:
        raise NotImplementedError

    def _end(self) -> Iterator[Any]:
        yield from ()


class JsonItems(Items):
    """One JSON value a line; RFC 7464's record separators may stand in front."""

    def _line(self, line: str) -> Iterator[Any]:
        line = line.strip(f"{_RECORD_SEPARATOR} \t")
        if line:
            yield self._read(json.loads(line))


class EventItems(Items):
    """Events as the HTML standard parses them; `read` makes the data of its text."""

    def __init__(self, read: Read) -> None:
        super().__init__(read)
        self._data: list[str] = []
        self._event = ""
        self._id = ""
        self._retry: int | None = None

    def _line(self, line: str) -> Iterator[Any]:
        if not line:
            yield from self._dispatch()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = int(value)

    def _dispatch(self) -> Iterator[Any]:
        if self._data:
            data = self._read("\n".join(self._data))
            yield Event(data, self._event or "message", self._id, self._retry)
        self._data, self._event = [], ""


def json_lines(values: list[Any]) -> bytes:
    """Values as JSON lines."""
    return b"".join(
        json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        + b"\n"
        for value in values
    )
