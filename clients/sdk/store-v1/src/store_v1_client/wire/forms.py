"""Forms, urlencoded or multipart: a JSON object becomes names and texts, or parts.

A property is written by its `Style`; without one, as its value is:

    a scalar     name=1
    an array     name=1&name=2
    an object    name={"a": 1}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from .files import File
from .styles import Style, content_text, pairs, plain_pairs, plain_text, quote_text

PartContent = tuple[str | None, IO[bytes] | bytes | str, str | None, Mapping[str, str]]
"""File name, content, media type and further headers, as httpx takes them."""


@dataclass(frozen=True, slots=True)
class Querystring:
    """A parameter that is the whole query: a form, or text of another media type."""

    name: str
    content: str
    styles: Mapping[str, Style] = field(default_factory=dict)

    def text(self, value: Any) -> str:
        """The query for `value`."""
        if self.content == "application/x-www-form-urlencoded":
            return urlencoded(value, self.styles).decode()
        return quote_text(content_text(value, self.content))


def urlencoded(data: Mapping[str, Any], styles: Mapping[str, Style]) -> bytes:
    """The body of a form."""
    written = (f"{name}={value}" for key in data for name, value in _fields(key, data, styles))
    return "&".join(written).encode()


def parts(data: Mapping[str, Any], styles: Mapping[str, Style]) -> list[tuple[str, PartContent]]:
    """The parts of a multipart form: each item of an array is one of its own."""
    return [part for name in data for part in _parts(name, data[name], styles.get(name))]


def mixed(items: list[Any]) -> list[PartContent]:
    """The parts of a multipart body that is an array: they have no names."""
    return [_part("", item, "", as_json=False) for item in items]


def whole(found: Sequence[tuple[str, PartContent]], boundary: str) -> bytes:
    """A multipart body in one piece. Parts without a name say so by having none."""
    body = bytearray()
    for name, (file_name, content, media_type, headers) in found:
        data = content if isinstance(content, bytes | str) else content.read()
        lines = [f"--{boundary}", *(f"{key}: {value}" for key, value in headers.items())]
        if name:
            shown = f'; filename="{_escaped(file_name)}"' if file_name is not None else ""
            lines.append(f'Content-Disposition: form-data; name="{_escaped(name)}"{shown}')
        if media_type:
            lines.append(f"Content-Type: {media_type}")
        body += "\r\n".join([*lines, "", ""]).encode()
        body += (data.encode() if isinstance(data, str) else data) + b"\r\n"
    return bytes(body) + f"--{boundary}--\r\n".encode()


def _escaped(text: str) -> str:
    """As browsers write it between quotes."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _fields(
    name: str, data: Mapping[str, Any], styles: Mapping[str, Style]
) -> Iterator[tuple[str, str]]:
    style, value = styles.get(name), data[name]
    if style is not None:
        yield from pairs(name, value, style)
        return
    for item in _repeated(value):
        yield quote_text(name), quote_text(_text(item))


def _parts(name: str, value: Any, style: Style | None) -> Iterator[tuple[str, PartContent]]:
    if style is not None and not style.content:
        for key, text in plain_pairs(name, value, style):
            yield key, (None, text.encode(), None, {})
        return
    media_type = style.content if style is not None else ""
    as_one = media_type.endswith(("/json", "+json"))
    for item in [value] if as_one and not _holds_file(value) else _repeated(value):
        yield name, _part(name, item, media_type, as_json=as_one)


def _part(name: str, value: Any, media_type: str, *, as_json: bool) -> PartContent:
    if isinstance(value, bytes):
        value = File(value)
    if isinstance(value, File):
        given = value.mime_type or media_type or "application/octet-stream"
        return value.file_name or name, value.payload, given, value.headers
    if as_json or isinstance(value, dict | list):
        return None, _json(value), media_type or "application/json", {}
    return None, plain_text(value).encode(), media_type or None, {}


def _repeated(value: Any) -> list[Any]:
    """The items of an array; anything else, and an array of arrays, is one item."""
    if isinstance(value, list) and not any(isinstance(item, list) for item in value):
        return value
    return [value]


def _holds_file(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, File | bytes) for item in items)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return _json(value).decode()
    return plain_text(value)


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()
