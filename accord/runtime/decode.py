"""Text to JSON values: parameters in every style, by the shape that their schema asks for.

A decoder takes the raw texts of one parameter and gives the value to validate, or raises
`DecodeError` with words for the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from accord.runtime.declare import Parameter, Shape
from accord.runtime.deep_objects import deep_object
from accord.runtime.scalars import MISSING, DecodeError, Scalar, content_reader, each, scalar
from accord.runtime.sent import Sent, parts_of

Query = Mapping[str, list[str]]
Decoder = Callable[[Query], Any]
Reading = Callable[[Shape], Scalar]

_SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "cookie": ","}


def decoder(parameter: Parameter, others: Collection[str] = (), read: Reading = scalar) -> Decoder:
    """The reader of a query or cookie parameter: gives `MISSING` where nothing was sent.

    `others` are the names of the operation's other parameters in the same place: what an object
    in style form takes in does not include them. `read` makes the reader of a single text.
    """
    name, shape = parameter.name, parameter.shape
    if parameter.content:
        content = content_reader(parameter.content)
        return _single(name, _unquoted(content) if parameter.location == "cookie" else content)
    if parameter.style == "deepObject":
        return lambda query: deep_object(name, shape, query)
    options = [_of_shape(parameter, kind, others, read) for kind in _kinds(shape)]
    return options[0] if len(options) == 1 else _first(options)


def is_delimited(parameter: Parameter) -> bool:
    """Whether several values may be in one text of a parameter."""
    if parameter.content or parameter.style == "deepObject":
        return False
    several = [kind for kind in _kinds(parameter.shape) if isinstance(kind, (list, dict))]
    return bool(several) and not (parameter.explode and parameter.location == "query")


def _kinds(shape: Shape) -> list[Shape]:
    """Of several shapes, each that is read differently.

    One value comes first: an array of one is written no other way.
    """
    if not isinstance(shape, tuple):
        return [shape]
    simple = tuple(option for option in shape if isinstance(option, str))
    others = [option for option in shape if not isinstance(option, str)]
    return [simple, *others] if simple else others


def _of_shape(
    parameter: Parameter, shape: Shape, others: Collection[str], read: Reading
) -> Decoder:
    name, style = parameter.name, parameter.style
    if parameter.location == "cookie" and style == "form":
        # Percent-encoded, as in a query.
        read = _unquoting(read)
    if isinstance(shape, list):
        item = read(shape[0])
        if parameter.explode:
            return lambda query: _items(item, query[name]) if name in query else MISSING
        return _single(name, array(item, _SEPARATORS[style]))
    if isinstance(shape, dict):
        if parameter.explode:
            return lambda query: _spread_object(shape, others, read, query)
        return _single(name, pairs(shape, _SEPARATORS[style], read))
    return _single(name, read(shape))


def text_decoder(parameter: Parameter) -> Scalar:
    """The reader of a path segment or header value in styles simple, label and matrix."""
    style, explode, shape = parameter.style, parameter.explode, parameter.shape
    if parameter.content:
        return content_reader(parameter.content)
    kinds = _kinds(shape)
    if len(kinds) > 1:
        return _first_text([text_decoder(replace(parameter, shape=kind)) for kind in kinds])
    separator = "," if style == "simple" or not explode else {"label": ".", "matrix": ";"}[style]
    inner: Scalar
    if isinstance(shape, list):
        inner = array(scalar(shape[0]), separator)
        if style == "matrix" and explode:
            inner = _named_items(parameter.name, scalar(shape[0]))
        elif parameter.location == "header":
            inner = array(_stripped(scalar(shape[0])), separator)
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
    return lambda text: _items(item, parts_of(text, separator))


def _items(item: Scalar, texts: Sequence[str]) -> list[Any]:
    try:
        return [item(text) for text in texts]
    except DecodeError:
        # Once more, for all that is wrong.
        return list(each((index, text, item) for index, text in enumerate(texts)).values())


def pairs(shape: Mapping[str, Shape], separator: str, reading: Reading = scalar) -> Scalar:
    """An object as alternating names and values: `r,100,g,200`."""

    def read(text: str) -> dict[str | int, Any]:
        parts = parts_of(text, separator)
        if len(parts) % 2:
            raise DecodeError("must be pairs of names and values")
        return each(
            (name, value, _property(shape, name, reading))
            for name, value in zip(parts[::2], parts[1::2], strict=True)
        )

    return read


def spread_pairs(shape: Mapping[str, Shape], separator: str) -> Scalar:
    """An object as `name=value` parts: `r=100,g=200`."""

    def read(text: str) -> dict[str | int, Any]:
        split = [part.partition("=") for part in parts_of(text, separator)]
        if not all(equals for _, equals, _ in split):
            raise DecodeError("must be parts of the form name=value")
        return each((name, content, _property(shape, name)) for name, _, content in split)

    return read


def _property(shape: Mapping[str, Shape], name: str, reading: Reading = scalar) -> Scalar:
    return reading(shape.get(name, shape.get("*", "string")))


def _first(options: list[Decoder]) -> Decoder:
    """The first of several readings that finds something; the fault of the last where none does."""

    def read(query: Query) -> Any:
        fault: DecodeError | None = None
        for option in options:
            try:
                value = option(query)
            except DecodeError as error:
                fault = error
            else:
                if value is not MISSING:
                    return value
        if fault is not None:
            raise fault
        return MISSING

    return read


def _first_text(options: list[Scalar]) -> Scalar:
    def read(text: str) -> Any:
        fault = DecodeError("fits nothing")
        for option in options:
            try:
                return option(text)
            except DecodeError as error:
                fault = error
        raise fault

    return read


def _single(name: str, read: Scalar) -> Decoder:
    def one(query: Query) -> Any:
        values = query.get(name)
        if values is None:
            return MISSING
        if len(values) > 1:
            raise DecodeError("is given more than once")
        return read(values[0])

    return one


def _spread_object(
    shape: Mapping[str, Shape], others: Collection[str], read: Reading, query: Query
) -> Any:
    """An object whose properties are parameters themselves: `?r=100&g=200`."""
    texts: list[tuple[str, str, Scalar]] = []
    value: dict[str | int, Any] = {}
    for name, sent in query.items():
        kind = shape.get(name, None if name in others else shape.get("*"))
        if isinstance(kind, list):
            value[name] = _items(read(kind[0]), sent)
        elif kind is not None:
            if len(sent) > 1:
                raise DecodeError(f"gives {name!r} more than once")
            texts.append((name, sent[0], read(kind)))
    return {**value, **each(texts)} or MISSING


def _named_items(name: str, item: Scalar) -> Scalar:
    """An array in style matrix, exploded: `;id=1;id=2`, of which the first `;` is taken off."""
    prefix = f"{name}="

    def read(text: str) -> list[Any]:
        parts = parts_of(text, ";")
        if not all(part.startswith(prefix) for part in parts):
            raise DecodeError(f"must be items of the form ;{prefix}value")
        return _items(item, [part.removeprefix(prefix) for part in parts])

    return read


def _unquoting(read: Reading) -> Reading:
    return lambda shape: _unquoted(read(shape))


def _unquoted(read: Scalar) -> Scalar:
    return lambda text: read(unquote(text))


def _stripped(item: Scalar) -> Scalar:
    """Around the commas of a header there may be white space (RFC 9110, 5.6.1)."""
    return lambda text: item(text.strip(" \t"))


def _prefixed(prefix: str, inner: Scalar) -> Scalar:
    def read(text: str) -> Any:
        if not text.startswith(prefix):
            raise DecodeError(f"must start with {prefix!r}")
        rest = text[len(prefix) :]
        if isinstance(text, Sent) and text.raw.startswith(prefix):
            rest = Sent(text.raw[len(prefix) :])
        return inner(rest)

    return read
