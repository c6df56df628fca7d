"""Media types: how a body of each is written, and how a reply of each is read."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from .files import File
from .forms import mixed, parts, urlencoded, whole
from .streams import RECORD, Event, EventItems, Items, JsonItems, event_bytes, json_line
from .styles import Style, plain_text
from .values import UNSET, write

Read = Callable[[Any], Any]
Options = dict[str, Any]
"""Keywords of httpx's `request`."""
Binary = bytes | File | Iterable[bytes] | AsyncIterable[bytes]
"""A body of bytes: all at once, from a file, or chunk by chunk."""


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Body:
    """A body that goes as it is: text, bytes, an open file, a stream of chunks."""

    media_type: str

    def takes(self, value: Any) -> bool:
        """Whether a value of this Python type can be such a body."""
        return True

    def options(self, value: Any) -> Options:
        """How `value` is handed to httpx."""
        if isinstance(value, File):
            return {"content": value.payload}
        return {"content": value.encode() if isinstance(value, str) else value}

    def content_type(self, value: Any) -> str:
        """What the Content-Type header says. Raises `ValueError` where the contract gives only a
        range of types, and `value` does not say which."""
        if isinstance(value, File) and value.mime_type:
            return value.mime_type
        if self.media_type == "*/*":
            return "text/plain" if isinstance(value, str) else "application/octet-stream"
        if self.media_type == "text/*":
            return "text/plain"
        if "*" in self.media_type:
            raise ValueError(
                f"the contract takes any {self.media_type}: say which by `content_type`, "
                "or by the `mime_type` of a `File`"
            )
        return self.media_type


class TextBody(Body):
    """Text, XML among it; also the text of a number, a date …"""

    def options(self, value: Any) -> Options:
        if isinstance(value, str | int | float | date | UUID):
            return {"content": plain_text(write(value)).encode()}
        return super().options(value)

    def takes(self, value: Any) -> bool:
        return isinstance(value, str)


class BinaryBody(Body):
    """Bytes, a `File`, or a stream of bytes."""

    def takes(self, value: Any) -> bool:
        if isinstance(value, bytes | File):
            return True
        streams = isinstance(value, Iterable | AsyncIterable)
        return streams and not isinstance(value, str | list | Mapping)


@dataclass(frozen=True, slots=True)
class JsonBody(Body):
    """A JSON value. With `files` the contract sends the same value as a form too: what is a file
    there is text here."""

    files: bool = False

    def options(self, value: Any) -> Options:
        data = write(value)
        if self.files:
            data = _without_files(data)
        return {"content": b"null"} if data is None else {"json": data}

    def takes(self, value: Any) -> bool:
        return not isinstance(value, bytes | File)


class LinesBody(Body):
    """Several JSON values, one a line, or a JSON text sequence: at once, or as they come."""

    def options(self, value: Any) -> Options:
        start = RECORD if self.media_type.endswith("json-seq") else ""
        return {"content": _written(value, lambda item: json_line(write(item), start))}

    def takes(self, value: Any) -> bool:
        return _is_stream(value)


class EventsBody(Body):
    """Server-sent events: each an `Event`, or an object with the fields of one."""

    def options(self, value: Any) -> Options:
        return {"content": _written(value, lambda item: event_bytes(_fields(item)))}

    def takes(self, value: Any) -> bool:
        return _is_stream(value)


@dataclass(frozen=True, slots=True)
class FormBody(Body):
    """A form; `styles` are those of properties that have one."""

    styles: Mapping[str, Style] = field(default_factory=dict)

    def options(self, value: Any) -> Options:
        if isinstance(value, str | bytes):
            return {"content": value.encode() if isinstance(value, str) else value}
        return {"content": urlencoded(write(value), self.styles)}


@dataclass(frozen=True, slots=True)
class MultipartBody(Body):
    """Parts, files among them: the properties of an object, or the items of an array."""

    styles: Mapping[str, Style] = field(default_factory=dict)

    def options(self, value: Any) -> Options:
        if isinstance(value, bytes):
            return {"content": value}
        data = write(value)
        if isinstance(data, list):
            found = [("", part) for part in mixed(data)]
        else:
            found = parts(data, self.styles)
            # httpx streams files, but knows forms alone, and no empty ones.
            if found and self.media_type == "multipart/form-data":
                return {"files": found}
        boundary = secrets.token_hex(16)
        media_type = self.media_type.replace("*", "mixed")
        return {
            "content": whole(found, boundary),
            "headers": {"Content-Type": f"{media_type}; boundary={boundary}"},
        }


@dataclass(frozen=True, slots=True)
class Content:
    """A reply of a media type that is kept as bytes."""

    media_type: str
    read: Read = _as_it_is

    def parse(self, data: bytes, content_type: str) -> Any:
        """The whole reply as its type."""
        return data

    def items(self) -> Items | None:
        """What takes the reply item by item, if that is how it comes."""
        return None


class JsonContent(Content):
    """JSON; `read` makes the contract's type of it."""

    def parse(self, data: bytes, content_type: str) -> Any:
        return self.read(json.loads(data)) if data else None


class TextContent(Content):
    """Text, XML among it; `read` makes numbers and the like of it."""

    def parse(self, data: bytes, content_type: str) -> Any:
        return self.read(data.decode(_charset(content_type), "replace"))


class LinesContent(Content):
    """JSON lines or a JSON text sequence: a list of what `read` makes of each."""

    def parse(self, data: bytes, content_type: str) -> Any:
        return list(self.items().feed(data, last=True))

    def items(self) -> Items:
        return JsonItems(self.read)


@dataclass(frozen=True, slots=True)
class EventsContent(Content):
    """Server-sent events. `read` makes their data of its text; or, with `fields`, the whole event
    of all that was sent, those fields parsed as JSON where they are."""

    fields: tuple[str, ...] | None = None

    def parse(self, data: bytes, content_type: str) -> Any:
        return list(self.items().feed(data, last=True))

    def items(self) -> Items:
        return EventItems(self.read, self.fields)


def json_text(read: Read = _as_it_is) -> Read:
    """The reader of JSON that comes as text."""
    return lambda text: read(json.loads(text))


def quoted_text(read: Read = _as_it_is) -> Read:
    """The reader of a text that may come as JSON, between quotes."""
    return lambda text: read(json.loads(text) if text[:1] == '"' else text)


def essence(content_type: str) -> str:
    """The media type without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def choose(contents: Sequence[Content], content_type: str) -> Content | None:
    """What reads a reply of this Content-Type: the exact type, else the range that it is in,
    else, for JSON under another name, what reads JSON."""
    name = essence(content_type)
    if not name:
        return contents[0] if len(contents) == 1 else None
    for content in contents:
        if content.media_type == name:
            return content
    for content in contents:
        if content.media_type.endswith("/*") and name.startswith(content.media_type[:-1]):
            return content
    for content in contents:
        if content.media_type == "*/*":
            return content
    if name.endswith(("/json", "+json")):
        return next((each for each in contents if isinstance(each, JsonContent)), None)
    return None


def choose_body(bodies: Sequence[Body], value: Any, content_type: Any = UNSET) -> Body:
    """What writes `value`: the body of that Content-Type if one is given, else the first that
    takes values of its type. Raises `ValueError` where there is none."""
    if isinstance(content_type, str):
        name = essence(content_type)
        for body in bodies:
            if body.media_type in (name, "*/*") or (
                body.media_type.endswith("/*") and name.startswith(body.media_type[:-1])
            ):
                return body
    else:
        # Text and bytes could be JSON and forms too, but seldom are.
        special = [body for body in bodies if isinstance(body, TextBody | BinaryBody)]
        for body in (*special, *bodies):
            if body.takes(value):
                return body
    listed = ", ".join(body.media_type for body in bodies)
    raise ValueError(f"the contract takes {listed}; not a {type(value).__name__} as {content_type}")


def _is_stream(value: Any) -> bool:
    kinds = isinstance(value, Iterable | AsyncIterable)
    return kinds and not isinstance(value, str | bytes | Mapping)


def _written(items: Any, line: Callable[[Any], bytes]) -> Any:
    """Bytes of items that are there; else chunks as the items come."""
    if isinstance(items, Sequence):
        return b"".join(map(line, items))
    if isinstance(items, AsyncIterable):
        return (line(item) async for item in items)
    return map(line, items)


def _fields(item: Any) -> dict[str, Any]:
    """What is sent of an event."""
    if isinstance(item, Event):
        sent = {"event": item.event, "id": item.id, "retry": item.retry, "data": write(item.data)}
        return {name: value for name, value in sent.items() if value not in ("", None)}
    fields: dict[str, Any] = write(item)
    return fields


def _without_files(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_files(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_files(item) for item in value]
    if isinstance(value, File):
        value = value.read()
    return value.decode() if isinstance(value, bytes) else value


def _charset(content_type: str) -> str:
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            return charset if charset in _CHARSETS else "utf-8"
    return "utf-8"


# Of Python's many codecs, those that text is sent in.
_CHARSETS = frozenset(
    ("ascii", "us-ascii", "iso-8859-1", "latin-1", "utf-8", "utf-16", "windows-1252", "cp1252")
)
