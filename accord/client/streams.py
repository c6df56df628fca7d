"""Replies that come item by item: JSON lines, JSON text sequences, server-sent events."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Read = Callable[[Any], Any]

RECORD = "\x1e"
"""What stands in front of each text of a JSON text sequence (RFC 7464)."""


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
        line = line.strip(f"{RECORD} \t")
        if line:
            yield self._read(json.loads(line))


class EventItems(Items):
    """Events as the HTML standard parses them. `read` makes the data of its text; with `fields`
    it makes the whole event of what was sent, those fields parsed as JSON where they are."""

    def __init__(self, read: Read, fields: tuple[str, ...] | None = None) -> None:
        super().__init__(read)
        self._fields = fields
        self._data: list[str] = []
        self._sent: dict[str, Any] = {}
        self._id = ""

    def _line(self, line: str) -> Iterator[Any]:
        if not line:
            yield from self._dispatch()
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name in ("event", "id") or (name == "retry" and value.isascii() and value.isdigit()):
            self._sent[name] = value
        elif not name:
            self._sent["comment"] = value

    def _dispatch(self) -> Iterator[Any]:
        sent, self._sent = self._sent, {}
        self._id = sent.get("id", self._id)
        if self._data:
            text = "\n".join(self._data)
            self._data = []
            if self._fields is not None:
                sent["data"] = text
                yield self._read({name: self._value(name, sent[name]) for name in sent})
                return
            retry = int(sent["retry"]) if "retry" in sent else None
            yield Event(self._read(text), sent.get("event", "message"), self._id, retry)

    def _value(self, name: str, text: str) -> Any:
        if name not in (self._fields or ()):
            return text
        try:
            return json.loads(text)
        except ValueError:
            return text


def json_line(value: Any, start: str = "") -> bytes:
    """A value as a line, with `start` in front."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"{start}{text}\n".encode()


def event_bytes(fields: Mapping[str, Any]) -> bytes:
    """An event as it is sent; of `data` that is no text, its JSON. Raises `ValueError` where a
    field but `data` and `comment` would hold a line's end."""
    lines: list[str] = []
    for name, value in fields.items():
        text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(parts) > 1 and name not in ("data", "comment"):
            raise ValueError(f"the {name} of an event cannot hold a line's end")
        start = "" if name == "comment" else name
        lines += [f"{start}: {part}" for part in parts]
    return ("\n".join(lines) + "\n\n").encode()
