"""The law for the parts of forms: how each is written, and of which media types it may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accord.gates.law.fields import compare_fields, header_fields
from accord.gates.law.media import ranges_of
from accord.gates.law.schemas import Schemas
from accord.gates.law.shape import Shape
from accord.gates.law.shapes import Shapes
from accord.gates.law.values import NUMBERS
from accord.gates.law.verdict import Break, Way, below

_PRIMITIVES = NUMBERS | {"string", "boolean"}
_STYLES = {"style": "form", "explode": True, "allowReserved": False}
"""What is meant where nothing is said. Multipart has styles only where one of them is said."""
_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Part:
    """The property `name` of the form `whole`, and its encoding at `pointer` (empty: none)."""

    whole: Shape
    name: str
    node: Mapping[str, Any]
    pointer: str


class Encodings:
    """Compares parts of forms that go `way`."""

    def __init__(self, schemas: Schemas, way: Way) -> None:
        self._schemas = schemas
        self._way = way

    def compare(self, old: Part, new: Part) -> Iterator[Break]:
        """What breaks for who writes or reads the part."""
        if old.name not in old.whole.properties and new.name not in new.whole.properties:
            # OpenAPI: the key must be a property.
            return
        way = self._way
        before, after = _types(self._schemas.old, old), _types(self._schemas.new, new)
        narrow, wide = (before, after) if way is Way.REQUEST else (after, before)
        places = (old.pointer, new.pointer)
        if any(not (ranges_of(type_) & wide) for type_ in narrow):
            said = f"the type of the part was {_shown(before)} and is {_shown(after)}"
            yield Break(f"{way.value}-encoding", "wire", said, *places)
        for key, default in _STYLES.items():
            was, now = old.node.get(key, default), new.node.get(key, default)
            if key == "explode":
                was, now = _explode(old.node), _explode(new.node)
            if was != now and not (key == "allowReserved" and _is_laxer(way, was, now)):
                said = f"`{key}` was {was!r} and is {now!r}"
                yield Break(f"{way.value}-encoding", "wire", said, *places)
        headers = (
            header_fields(self._schemas.old.document, old.pointer, old.node.get("headers") or {}),
            header_fields(self._schemas.new.document, new.pointer, new.node.get("headers") or {}),
        )
        yield from below(" ", compare_fields(self._schemas, way, *headers))


def _is_laxer(way: Way, was: bool, now: bool) -> bool:
    """Whether more texts may be written where callers write, or fewer where they read."""
    return now > was if way is Way.REQUEST else now < was


def _explode(node: Mapping[str, Any]) -> bool:
    explode = node.get("explode")
    return explode if isinstance(explode, bool) else node.get("style", "form") == "form"


def _types(shapes: Shapes, part: Part) -> frozenset[str]:
    written = part.node.get("contentType")
    if isinstance(written, str):
        return frozenset(each.strip().lower() for each in written.split(","))
    node = part.whole.properties.get(part.name)
    return frozenset((_default(shapes, shapes.of(node)),)) if node is not None else frozenset()


def _default(shapes: Shapes, shape: Shape) -> str:
    """The type that OpenAPI means where none is said (Encoding Object, `contentType`)."""
    kinds = {kind for kind, _ in shape.texts}
    if ("format", "binary") in shape.texts or "contentEncoding" in kinds:
        return _BYTES
    if shape.types <= _PRIMITIVES:
        return "text/plain"
    if shape.types == {"object"}:
        return "application/json"
    if shape.types == {"array"}:
        items = shape.item(shape.first_items)
        return _default(shapes, shapes.of(items)) if items else _BYTES
    return _BYTES


def _shown(types: frozenset[str]) -> str:
    return ", ".join(sorted(types)) or "not set"
