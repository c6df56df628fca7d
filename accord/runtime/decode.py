"""Text to JSON values: parameters in every style, by the shape that their schema asks for.

A decoder takes the raw texts of one parameter and gives the value to validate, or raises
`DecodeError` with words for the caller.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from accord.runtime.declare import Parameter, Shape

Query = Mapping[str, list[str]]
Scalar = Callable[[str], Any]
Decoder = Callable[[Query], Any]

MISSING: Any = object()
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Longer digits would cost quadratic time to convert, and no contract asks for them.
_MAX_DIGITS = 400


class DecodeError(ValueError):
    """A parameter's text is not of the shape its schema asks for."""


def parse_query(query: bytes) -> dict[str, list[str]]:
    """Names and values of a query string or form, in order, percent-decoded."""
    values: dict[str, list[str]] = {}
    if not query:
        return values
    text = query.decode("latin-1")
    for pair in text.split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name = unquote(name.replace("+", " "))
            value = unquote(value.replace("+", " "))
        known = values.get(name)
        if known is None:
            values[name] = [value]
        else:
            known.append(value)
    return values


def parse_cookies(header: bytes) -> dict[str, list[str]]:
    """Names and values of a Cookie header."""
    values: dict[str, list[str]] = {}
    for pair in header.decode("latin-1").split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            values.setdefault(name, []).append(value.strip('"'))
    return values


def scalar(shape: Shape) -> Scalar:
    """The reader of one text: `integer`, `number`, `boolean`, `null`, `string`, or a union."""
    if isinstance(shape, tuple):
        return _union(tuple(scalar(option) for option in shape))
    return _SCALARS.get(shape, _string) if isinstance(shape, str) else _string


def decoder(parameter: Parameter) -> Decoder:
    """The reader of a query or cookie parameter: gives `MISSING` where nothing was sent."""
    name, shape, style = parameter.name, parameter.shape, parameter.style
    if parameter.content:
        return _single(name, content_reader(parameter.content))
    if isinstance(shape, list):
        item = scalar(shape[0])
        if style == "form" and parameter.explode:
            return lambda query: [item(v) for v in query[name]] if name in query else MISSING
        return _single(name, array(item, _SEPARATORS[style]))
    if isinstance(shape, dict):
        if style == "deepObject":
            return lambda query: _deep_object(name, shape, query)
        if parameter.explode:
            return lambda query: _spread_object(shape, query)
        return _single(name, pairs(shape, _SEPARATORS[style]))
    return _single(name, scalar(shape))


def text_decoder(parameter: Parameter) -> Scalar:
    """The reader of a path segment or header value in styles simple, label and matrix."""
    shape, style, explode = parameter.shape, parameter.style, parameter.explode
    if parameter.content:
        return content_reader(parameter.content)
    separator = "," if style == "simple" or not explode else {"label": ".", "matrix": ";"}[style]
    inner: Scalar
    if isinstance(shape, list):
        inner = array(scalar(shape[0]), separator)
        if style == "matrix" and explode:
            prefix = f"{parameter.name}="
            item = scalar(shape[0])
            inner = lambda text: [item(p.removeprefix(prefix)) for p in text.split(";")]  # noqa: E731
    elif isinstance(shape, dict):
        inner = spread_pairs(shape, separator) if explode else pairs(shape, separator)
    else:
        inner = scalar(shape)
    if style == "label":
        return _prefixed(".", inner)
    if style == "matrix":
        spread = explode and isinstance(shape, (list, dict))
        return _prefixed(";" if spread else f";{parameter.name}=", inner)
    return inner


def array(item: Scalar, separator: str) -> Scalar:
    """An array in one text; the empty text is the empty array."""
    return lambda text: [item(part) for part in text.split(separator)] if text else []


def pairs(shape: Mapping[str, Shape], separator: str) -> Scalar:
    """An object as alternating names and values: `r,100,g,200`."""

    def read(text: str) -> dict[str, Any]:
        parts = text.split(separator) if text else []
        if len(parts) % 2:
            raise DecodeError("must be pairs of names and values")
        return {
            name: _property(shape, name)(value)
            for name, value in zip(parts[::2], parts[1::2], strict=True)
        }

    return read


def spread_pairs(shape: Mapping[str, Shape], separator: str) -> Scalar:
    """An object as `name=value` parts: `r=100,g=200`."""

    def read(text: str) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for part in text.split(separator) if text else []:
            name, equals, content = part.partition("=")
            if not equals:
                raise DecodeError("must be parts of the form name=value")
            value[name] = _property(shape, name)(content)
        return value

    return read


def content_reader(media_type: str) -> Scalar:
    """The reader of a parameter declared by media type: JSON is parsed, the rest is text."""
    if media_type == "application/json" or media_type.endswith("+json"):
        return _json
    return _string


def _property(shape: Mapping[str, Shape], name: str) -> Scalar:
    return scalar(shape.get(name, shape.get("*", "string")))


def _single(name: str, read: Scalar) -> Decoder:
    def one(query: Query) -> Any:
        values = query.get(name)
        if values is None:
            return MISSING
        if len(values) > 1:
            raise DecodeError("is given more than once")
        return read(values[0])

    return one


def _spread_object(shape: Mapping[str, Shape], query: Query) -> Any:
    value = {
        name: scalar(kind)(query[name][0])
        for name, kind in shape.items()
        if name != "*" and name in query
    }
    return value or MISSING


def _deep_object(name: str, shape: Mapping[str, Shape], query: Query) -> Any:
    value: dict[str, Any] = {}
    for key, texts in query.items():
        if not key.startswith(f"{name}[") or not key.endswith("]"):
            continue
        path = key[len(name) + 1 : -1].split("][")
        _put(value, path, shape, texts)
    return value or MISSING


def _put(value: dict[str, Any], path: list[str], shape: Shape, texts: list[str]) -> None:
    kind = shape.get(path[0], shape.get("*", "string")) if isinstance(shape, dict) else "string"
    if len(path) > 1 and path[1] != "" and not isinstance(kind, list):
        inner = value.setdefault(path[0], {})
        if not isinstance(inner, dict):
            raise DecodeError("mixes a value and an object")
        _put(inner, path[1:], kind, texts)
    elif isinstance(kind, list):
        value.setdefault(path[0], []).extend(scalar(kind[0])(text) for text in texts)
    elif len(texts) > 1:
        raise DecodeError(f"gives {path[0]!r} more than once")
    else:
        value[path[0]] = scalar(kind)(texts[0])


def _prefixed(prefix: str, inner: Scalar) -> Scalar:
    def read(text: str) -> Any:
        if not text.startswith(prefix):
            raise DecodeError(f"must start with {prefix!r}")
        return inner(text[len(prefix) :])

    return read


def _union(options: tuple[Scalar, ...]) -> Scalar:
    def read(text: str) -> Any:
        for option in options:
            try:
                return option(text)
            except DecodeError:
                continue
        return text

    return read


def _string(text: str) -> str:
    return text


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS or not _INTEGER.fullmatch(text):
        raise DecodeError("must be an integer")
    return int(text)


def _number(text: str) -> float | int:
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        raise DecodeError("must be a number")
    return int(text) if _INTEGER.fullmatch(text) else float(text)


def _boolean(text: str) -> bool:
    if text == "true":
        return True
    if text == "false":
        return False
    raise DecodeError("must be true or false")


def _null(text: str) -> None:
    if text not in ("", "null"):
        raise DecodeError("must be null")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DecodeError(f"must be JSON: {error}") from None


_SCALARS: dict[str, Scalar] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "null": _null,
}
_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "cookie": ","}
