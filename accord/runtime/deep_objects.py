"""Parameters in style deepObject: `filter[name]=x`, `created[gte]=1`, `expand[]=a`, `ids[0]=1`.

OpenAPI defines objects of one level. Arrays and deeper objects are read as their authors send
them: an array as `name[]=a`, `name[0]=a` or a repeated `name=a`, an object as deep as its schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from accord.runtime.declare import Shape
from accord.runtime.scalars import MISSING, DecodeError, scalar

_KEYS = re.compile(r"(?:\[[^\[\]]*\])+")
_DIGITS = re.compile(r"[0-9]{1,9}")
# Far deeper than any schema's; a query of brackets must not exhaust the stack.
_MAX_DEPTH = 32


class _Node:
    """What was sent under one key: its texts, and what was sent under further keys in it."""

    __slots__ = ("children", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.children: dict[str, _Node] = {}


def deep_object(name: str, shape: Shape, query: Mapping[str, list[str]]) -> Any:
    """The value of parameter `name`, or `MISSING`. Raises `DecodeError`."""
    root = _Node()
    for key, texts in query.items():
        if not key.startswith(name) or (key != name and not _KEYS.fullmatch(key, len(name))):
            continue
        node = root
        keys = key[len(name) + 1 : -1].split("][") if key != name else []
        if len(keys) > _MAX_DEPTH:
            raise DecodeError("nests too deeply")
        for part in keys:
            node = node.children.setdefault(part, _Node())
        node.texts += texts
    if not root.texts and not root.children:
        return MISSING
    return _value(root, shape, name)


def _value(node: _Node, shape: Shape, at: str) -> Any:
    match shape:
        case tuple():
            return _first(node, shape, at)
        case list():
            return _array(node, shape[0], at)
        case dict():
            if node.texts:
                raise DecodeError(f"at {at} must be an object, as {at}[name]=value")
            return {
                name: _value(child, shape.get(name, shape.get("*")), f"{at}[{name}]")
                for name, child in node.children.items()
            }
        case None:
            # A property that the schema does not know: an object if it looks like one.
            return _value(node, {} if node.children and not node.texts else "string", at)
    if node.children:
        raise DecodeError(f"at {at} must be a single value")
    if len(node.texts) > 1:
        raise DecodeError(f"at {at} is given more than once")
    try:
        return scalar(shape)(node.texts[0])
    except DecodeError as error:
        raise DecodeError(f"at {at} {error}") from None


def _first(node: _Node, options: tuple[Shape, ...], at: str) -> Any:
    """The value by the first of several shapes that fits; strings are among the last."""
    fault = DecodeError("fits nothing")
    for option in options:
        try:
            return _value(node, option, at)
        except DecodeError as error:
            fault = error
    raise fault


def _array(node: _Node, item: Shape, at: str) -> list[Any]:
    """Items in the order of their indexes, those without one first; gaps are closed."""
    items = [_value(_leaf(text), item, at) for text in node.texts]
    unnumbered = node.children.get("")
    if unnumbered is not None:
        items += [_value(_leaf(text), item, f"{at}[]") for text in unnumbered.texts]
        if unnumbered.children:
            raise DecodeError(f"at {at}[] must be numbered, as {at}[0]")
    numbered = [key for key in node.children if key]
    for key in numbered:
        if not _DIGITS.fullmatch(key):
            raise DecodeError(f"at {at} must be an array, as {at}[0]=value")
    items += [_value(node.children[key], item, f"{at}[{key}]") for key in sorted(numbered, key=int)]
    return items


def _leaf(text: str) -> _Node:
    node = _Node()
    node.texts.append(text)
    return node
