"""What standards say a value looks like on the wire, written without the engine: RFC 6570 for
styles, and what OpenAPI adds to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Way:
    """Where a parameter is and how it is written; `style` is `content` for JSON text."""

    place: str
    style: str
    explode: bool

    @property
    def name(self) -> str:
        return f"{self.place}-{self.style}-{'many' if self.explode else 'one'}"


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent: the last segment of a path, a query string, headers."""

    segment: str = "x"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def sending(way: Way, value: Any, *, encoded: bool = True) -> Sending:
    """`value` as parameter `p`; `encoded` is whether every character that may be is encoded, or
    only those that must be."""
    if way.style == "content":
        text = json.dumps(value, ensure_ascii=way.place in ("header", "cookie"))
        return _placed(way, text if way.place == "header" else quote(text, safe=""))
    match way.place:
        case "path":
            return Sending(segment=_path(way, value, _quoted))
        case "query":
            return Sending(query=_query(way, value, _quoted if encoded else _hardly_quoted))
        case "header":
            return _placed(way, _simple(value, way.explode, str))
    pairs = _form(value, way.explode, str if way.style == "cookie" else _quoted)
    return Sending(headers=(("cookie", "; ".join(f"{n}={v}" for n, v in pairs)),))


def _placed(way: Way, text: str) -> Sending:
    match way.place:
        case "path":
            return Sending(segment=text)
        case "query":
            return Sending(query=f"p={text}")
        case "header":
            return Sending(headers=(("p", text),))
    return Sending(headers=(("cookie", f"p={text}"),))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _hardly_quoted(text: str) -> str:
    # What RFC 3986 allows in a query, but for what would end or split the value.
    return quote(text, safe="/?:@!$'()*;~")


def _simple(value: Any, explode: bool, write: Any, separator: str = ",") -> str:
    if isinstance(value, list):
        return separator.join(write(_text(item)) for item in value)
    if isinstance(value, Mapping):
        if explode:
            return separator.join(f"{write(k)}={write(_text(v))}" for k, v in value.items())
        return separator.join(write(_text(part)) for pair in value.items() for part in pair)
    return str(write(_text(value)))


def _path(way: Way, value: Any, write: Any) -> str:
    compound = isinstance(value, (list, Mapping))
    match way.style:
        case "simple":
            return _simple(value, way.explode, write)
        case "label":
            return "." + _simple(value, way.explode, write, "." if way.explode else ",")
    if way.explode and isinstance(value, list):
        return "".join(f";p={write(_text(item))}" for item in value)
    if way.explode and compound:
        return ";" + _simple(value, True, write, ";")
    return ";p=" + _simple(value, False, write)


def _form(value: Any, explode: bool, write: Any) -> list[tuple[str, str]]:
    if explode and isinstance(value, list):
        return [("p", write(_text(item))) for item in value]
    if explode and isinstance(value, Mapping):
        return [(write(name), write(_text(item))) for name, item in value.items()]
    return [("p", _simple(value, False, write))]


def _query(way: Way, value: Any, write: Any) -> str:
    if way.style == "deepObject":
        return "&".join(_deep("p", value, write))
    if way.explode or way.style == "form":
        return "&".join(f"{name}={text}" for name, text in _form(value, way.explode, write))
    separator = {"spaceDelimited": "%20", "pipeDelimited": "|"}[way.style]
    return "p=" + _simple(value, False, write, separator)


def _deep(at: str, value: Any, write: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [
            pair
            for name, inner in value.items()
            for pair in _deep(f"{at}[{write(name)}]", inner, write)
        ]
    if isinstance(value, list):
        return [pair for item in value for pair in _deep(f"{at}[]", item, write)]
    return [f"{at}={write(_text(value))}"]
