"""Bodies of requests: how each media type is written."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from .content import essence
from .files import File
from .forms import mixed, parts, urlencoded, whole
from .streams import RECORD, Event, event_bytes, json_line
from .styles import Style, plain_text
from .values import UNSET, write

Options = dict[str, Any]
"""Keywords of httpx's `request`."""
Binary = bytes | File | Iterable[bytes] | AsyncIterable[bytes]
"""A body of bytes: all at once, from a file, or chunk by chunk."""


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
