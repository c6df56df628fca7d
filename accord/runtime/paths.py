"""Finding the route of a path: one walk over its segments, however many routes there are.

Literal segments win over partly templated ones (`{name}.json`), those over wholly templated
ones, as the OpenAPI specification asks; the walk goes back when a choice leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote

T = TypeVar("T")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


def template_names(path: str) -> list[str]:
    """The parameters of a path template, in order: `/a/{b}/{c}.json` has `b` and `c`."""
    return _TEMPLATE.findall(path)


def template_pieces(template: str) -> list[str]:
    """Literal text and parameter names in turn, text first: `/a/{b}.c` is `/a/`, `b`, `.c`."""
    return _TEMPLATE.split(template)


def route_path(scope: Mapping[str, Any]) -> str:
    """The path to look up: without the root path, percent-encoded where it came so."""
    raw = scope.get("raw_path")
    path: str = raw.decode("latin-1") if raw and b"%" in raw else scope["path"]
    root: str | None = scope.get("root_path")
    if not root:
        return path
    root = root.rstrip("/")
    for prefix in (root, quote(root)):
        if path == prefix or path.startswith(prefix + "/"):
            return path[len(prefix) :]
    return path


class _Node(Generic[T]):
    __slots__ = ("literals", "methods", "partials", "templated")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[T]] = {}
        self.partials: list[tuple[list[str], _Node[T]]] = []
        self.templated: _Node[T] | None = None
        self.methods: dict[str, T] = {}


class PathTree(Generic[T]):
    """Routes by path template and method."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._fixed: dict[str, dict[str, T]] = {}
        # Of a literal path with a value at its end: what else that segment may be, and the routes.
        self._below: dict[str, tuple[Sequence[object], dict[str, T]]] = {}

    def add(self, path: str, method: str, route: T) -> None:
        """Raises `ValueError` where path and method are taken."""
        parent = node = self._root
        for segment in path.split("/")[1:]:
            parent, node = node, _child(node, segment)
        if method in node.methods:
            raise ValueError(f"{method} {path} is declared twice")
        node.methods[method] = route
        if "{" not in path:
            self._fixed[path] = node.methods
        above, _, last = path.rpartition("/")
        if "{" not in above and _TEMPLATE.fullmatch(last):
            self._below[above] = parent.partials, node.methods

    def find(self, path: str) -> tuple[dict[str, T], Sequence[str]] | None:
        """The routes by method and the values of the template, in order; None: no such path.

        `path` is as it came, percent-encoded: a `%2F` stays within its segment. Bytes that are no
        UTF-8 become lone surrogates, which parameters refuse.
        """
        methods = self._fixed.get(path)
        if methods is not None:
            return methods, ()
        # Most other paths are a literal one and a value, which need no walk: literal segments win.
        above, _, last = path.rpartition("/")
        below = self._below.get(above)
        if below is not None and last and "%" not in last:
            partials, methods = below
            if not partials:
                return methods, (last,)
        segments = path.split("/")
        if "%" in path:
            segments = [unquote(segment, errors="surrogateescape") for segment in segments]
        values: list[str] = []
        methods = _walk(self._root, segments, 1, values)
        return None if methods is None else (methods, values)


def _child(node: _Node[T], segment: str) -> _Node[T]:
    if "{" not in segment:
        return node.literals.setdefault(segment, _Node())
    if _TEMPLATE.fullmatch(segment):
        if node.templated is None:
            node.templated = _Node()
        return node.templated
    texts = template_pieces(segment)[::2]
    for known, child in node.partials:
        if known == texts:
            return child
    child = _Node()
    node.partials.append((texts, child))
    # More literal text is more specific.
    node.partials.sort(key=lambda partial: -sum(map(len, partial[0])))
    return child


def _between(texts: list[str], segment: str) -> list[str] | None:
    """The values between the literal `texts` of a partly templated segment, each of at least
    one character and as short as can be; None where the segment is not of that form."""
    first, *middle, last = texts
    at, end = len(first), len(segment) - len(last)
    if not segment.startswith(first) or not segment.endswith(last):
        return None
    values = []
    for text in middle:
        found = segment.find(text, at + 1, end)
        if found < 0:
            return None
        values.append(segment[at:found])
        at = found + len(text)
    if at >= end:
        return None
    values.append(segment[at:end])
    return values


def _walk(
    node: _Node[T], segments: list[str], index: int, values: list[str]
) -> dict[str, T] | None:
    last = len(segments)
    while index < last:
        segment = segments[index]
        index += 1
        literal = node.literals.get(segment)
        if not node.partials and (literal is None or node.templated is None):
            # One way to go: no need to come back here.
            if literal is None:
                if node.templated is None or not segment:
                    return None
                values.append(segment)
                literal = node.templated
            node = literal
            continue
        return _choose(node, literal, segments, index, values)
    return node.methods or None


def _choose(
    node: _Node[T], literal: _Node[T] | None, segments: list[str], index: int, values: list[str]
) -> dict[str, T] | None:
    """Several ways to go from `node`, by `segments[index - 1]`: the most specific that arrives."""
    segment = segments[index - 1]
    known = len(values)
    if literal is not None:
        found = _walk(literal, segments, index, values)
        if found is not None:
            return found
        del values[known:]
    for texts, child in node.partials:
        cut = _between(texts, segment)
        if cut is not None:
            values.extend(cut)
            found = _walk(child, segments, index, values)
            if found is not None:
                return found
            del values[known:]
    if node.templated is None or not segment:
        return None
    values.append(segment)
    return _walk(node.templated, segments, index, values)
