"""Parameters in style deepObject: `filter[name]=x`, `created[gte]=1`, `expand[]=a`, `ids[0]=1`.

OpenAPI defines objects of one level. Arrays and deeper objects are read as their authors send
them: an array as `name[]=a`, `name[0]=a` or a repeated `name=a`, an object as deep as its schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from accord.runtime.declare import Shape
from accord.runtime.scalars import MISSING, DecodeError, each, scalar

_KEYS = re.compile(r"(?:\[[^\[\]]*\])+")
_DIGITS = re.compile(r"[0-9]{1,9}")
# Far deeper than any schema's; a query of brackets must not exhaust the stack.
_MAX_DEPTH = 32


class _Node:
    """What was sent under one key: its texts, and what was sent under further keys in it."""

    __slots__ = ("children", "texts")

    def __init__(self, *texts: str) -> None:
        self.texts: list[str] = [*texts]
        self.children: dict[str, _Node] = {}


def deep_object(
    name: str, shape: Shape, query: Mapping[str, Sequence[str]], *, lenient: bool = False
) -> Any:
    """The value of parameter `name`, or `MISSING`. Raises `DecodeError` where it is not of the
    shape; with `lenient` what is not is left as it came, for a validator to refuse."""
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
    return (_lenient if lenient else _value)(root, shape, name)


def _value(node: _Node, shape: Shape, at: str) -> Any:
    match shape:
        case tuple():
            return _first(node, shape, at)
        case list():
            items = enumerate(_items(node, at))
            return list(each((i, item, _reader(shape[0], on)) for i, (item, on) in items).values())
        case dict():
            if node.texts:
                raise DecodeError(f"at {at} must be an object, as {at}[name]=value")
            return each(
                (name, child, _reader(shape.get(name, shape.get("*")), f"{at}[{name}]"))
                for name, child in node.children.items()
            )
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


def _reader(shape: Shape, at: str) -> Callable[[_Node], Any]:
    return lambda node: _value(node, shape, at)


def _lenient(node: _Node, shape: Shape, at: str) -> Any:
    """The same, with whatever does not fit left as text, where it is."""
    try:
        return _value(node, shape, at)
    except DecodeError:
        pass
    if isinstance(shape, tuple):
        structured = bool(node.children)
        likely = [option for option in shape if isinstance(option, (list, dict)) == structured]
        return _lenient(node, (likely or list(shape))[0], at)
    if isinstance(shape, list):
        try:
            return [_lenient(item, shape[0], where) for item, where in _items(node, at)]
        except DecodeError:
            pass
    if node.children:
        known: Mapping[str, Shape] = shape if isinstance(shape, dict) else {}
        return {
            name: _lenient(child, known.get(name, known.get("*")), f"{at}[{name}]")
            for name, child in node.children.items()
        }
    return node.texts[0] if len(node.texts) == 1 else node.texts


def _first(node: _Node, options: tuple[Shape, ...], at: str) -> Any:
    """The value by the first of several shapes that fits: single values for a single text, of
    objects those first that know most of what was sent. What fits none is told of as the first."""
    faults = []
    single = len(node.texts) == 1 and not node.children
    for option in sorted(
        options,
        key=lambda option: (isinstance(option, (list, dict)) == single, _unknown(node, option)),
    ):
        try:
            return _value(node, option, at)
        except DecodeError as error:
            faults.append(error)
    raise faults[0] if faults else DecodeError("fits nothing")


def _unknown(node: _Node, option: Shape) -> int:
    return len(node.children.keys() - option.keys()) if isinstance(option, dict) else 0


def _items(node: _Node, at: str) -> list[tuple[_Node, str]]:
    """Items in the order of their indexes, those without one first; gaps are closed."""
    items = [(_Node(text), at) for text in node.texts]
    unnumbered = node.children.get("")
    if unnumbered is not None:
        items += [(_Node(text), f"{at}[]") for text in unnumbered.texts]
        if unnumbered.children:
            raise DecodeError(f"at {at}[] must be numbered, as {at}[0]")
    numbered = [key for key in node.children if key]
    for key in numbered:
        if not _DIGITS.fullmatch(key):
            raise DecodeError(f"at {at} must be an array, as {at}[0]=value")
    items += [(node.children[key], f"{at}[{key}]") for key in sorted(numbered, key=int)]
    return items
