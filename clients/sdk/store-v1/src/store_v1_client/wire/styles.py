"""Parameters on the wire: every style of OpenAPI, exploded or not.

Values come as JSON data. What separates items stands as it is; the same characters in an item
are percent-encoded wherever the place allows that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

_SAFE = "-._~"
# Of the reserved characters, those that do not end a query, a name or a value.
_RESERVED = _SAFE + ":/?@!$'()*,;"
_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}

Pairs = Iterator[tuple[str, str]]
"""Names and values, both ready to be sent."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one value is written: a parameter, or a property of a form.

    `content` is set where the contract declares it by media type.
    """

    style: str = "form"
    explode: bool = True
    reserved: bool = False
    content: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A parameter in the path."""

    name: str
    style: str = "simple"
    explode: bool = False
    reserved: bool = False
    content: str = ""

    def text(self, value: Any) -> str:
        """What stands in the path for `value`. Raises `ValueError` where nothing would."""
        encode = _quote(self.reserved)
        if self.content:
            whole = encode(content_text(value, self.content))
        else:
            whole = _STYLED[self.style](self, value, encode)
        if not whole:
            raise ValueError(f"the path parameter {self.name!r} is empty")
        # A dot by itself is not a segment but a way up, for everyone who reads a path.
        return whole.replace(".", "%2E") if whole in (".", "..") else whole


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter in the query."""

    name: str
    style: str = "form"
    explode: bool = True
    reserved: bool = False
    content: str = ""

    def pairs(self, value: Any) -> Pairs:
        """What the parameter adds to the query."""
        kind = Style(self.style, self.explode, self.reserved, self.content)
        yield from pairs(self.name, value, kind)


@dataclass(frozen=True, slots=True)
class Header:
    """A parameter in a header."""

    name: str
    explode: bool = False
    content: str = ""

    def text(self, value: Any) -> str:
        """The header's value. Raises `ValueError` for what no header can hold."""
        text = content_text(value, self.content) if self.content else _simple(self, value, _plain)
        if any(character in text for character in "\r\n\0"):
            raise ValueError(f"the header {self.name!r} cannot hold {text!r}")
        return text


@dataclass(frozen=True, slots=True)
class Cookie:
    """A parameter in the Cookie header."""

    name: str
    style: str = "form"
    explode: bool = True
    content: str = ""

    def pairs(self, value: Any) -> Pairs:
        """The cookies that the parameter becomes."""
        kind = Style("form", self.explode, content=self.content)
        if self.style == "cookie":
            yield from plain_pairs(self.name, value, kind)
        else:
            yield from pairs(self.name, value, kind)


Parameter = Path | Query | Header | Cookie


def pairs(name: str, value: Any, style: Style) -> Pairs:
    """`value` as parts of a query or form, percent-encoded."""
    yield from _pairs(name, value, style, _quote(style.reserved))


def plain_pairs(name: str, value: Any, style: Style) -> Pairs:
    """`value` as parts where nothing is encoded."""
    yield from _pairs(name, value, style, _plain, {"spaceDelimited": " ", "pipeDelimited": "|"})


def quote_text(text: str) -> str:
    """Percent-encoded but for letters, digits and `-._~`."""
    return quote(text, safe=_SAFE)


def plain_text(value: Any) -> str:
    """One JSON value as text: true, 1.5, null."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _pairs(
    name: str,
    value: Any,
    style: Style,
    encode: Callable[[str], str],
    separators: Mapping[str, str] = _SEPARATORS,
) -> Pairs:
    key = encode(name)
    if style.content:
        yield key, encode(content_text(value, style.content))
    elif style.style == "deepObject":
        yield from _deep(key, value, encode)
    elif isinstance(value, list):
        texts = [encode(plain_text(item)) for item in value]
        if style.explode:
            for text in texts:
                yield key, text
        else:
            yield key, _delimited(name, texts, separators.get(style.style, ","))
    elif isinstance(value, dict):
        if style.explode:
            for inner, item in value.items():
                for one in item if isinstance(item, list) else [item]:
                    yield encode(inner), encode(plain_text(one))
        else:
            texts = _alternating(value, encode)
            yield key, _delimited(name, texts, separators.get(style.style, ","))
    else:
        yield key, encode(plain_text(value))


def _delimited(name: str, texts: list[str], separator: str) -> str:
    """The texts with what separates them. Raises `ValueError` where one of them holds it: spaces
    and bars that separate are encoded, as those in a text are."""
    held = next((text for text in texts if separator in text), None)
    if held is not None:
        raise ValueError(f"{name!r} cannot hold {unquote(held)!r}: its style separates by that")
    return separator.join(texts)


def _deep(key: str, value: Any, encode: Callable[[str], str]) -> Pairs:
    """`key[name]=value`, as deep as the value is; arrays are numbered."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _deep(f"{key}[{encode(name)}]", item, encode)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _deep(f"{key}[{index}]", item, encode)
    else:
        yield key, encode(plain_text(value))


def _simple(parameter: Path | Header, value: Any, encode: Callable[[str], str]) -> str:
    return ",".join(_parts(value, parameter.explode, encode))


def _label(parameter: Path, value: Any, encode: Callable[[str], str]) -> str:
    if not parameter.explode:
        return "." + ",".join(_parts(value, False, encode))
    # A dot needs no encoding elsewhere; here it separates.
    parts = _parts(value, True, lambda text: encode(text).replace(".", "%2E"))
    return "." + ".".join(parts)


def _matrix(parameter: Path, value: Any, encode: Callable[[str], str]) -> str:
    name = encode(parameter.name)
    if parameter.explode and isinstance(value, dict):
        return "".join(f";{part}" for part in _parts(value, True, encode))
    if parameter.explode and isinstance(value, list):
        return "".join(f";{name}={part}" for part in _parts(value, True, encode))
    return f";{name}=" + ",".join(_parts(value, False, encode))


_STYLED: dict[str, Callable[[Path, Any, Callable[[str], str]], str]] = {
    "simple": _simple,
    "label": _label,
    "matrix": _matrix,
}


def _parts(value: Any, explode: bool, encode: Callable[[str], str]) -> list[str]:
    if isinstance(value, list):
        return [encode(plain_text(item)) for item in value]
    if isinstance(value, dict):
        if explode:
            return [f"{encode(key)}={encode(plain_text(item))}" for key, item in value.items()]
        return _alternating(value, encode)
    return [encode(plain_text(value))]


def _alternating(value: dict[str, Any], encode: Callable[[str], str]) -> list[str]:
    return [part for key, item in value.items() for part in (encode(key), encode(plain_text(item)))]


def content_text(value: Any, media_type: str) -> str:
    """A value as text of a media type: JSON, or the text that it is."""
    if media_type.endswith(("/json", "+json")):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return plain_text(value)


def _quote(reserved: bool) -> Callable[[str], str]:
    return (lambda text: quote(text, safe=_RESERVED)) if reserved else quote_text


def _plain(text: str) -> str:
    return text
