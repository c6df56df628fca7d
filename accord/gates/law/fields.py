"""The law for values beside the body: parameters and headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.operation import TEMPLATE, Operation
from accord.gates.law.schemas import Schemas
from accord.gates.law.shape import Node
from accord.gates.law.shapes import Shapes
from accord.gates.law.values import ALL_TYPES
from accord.gates.law.verdict import Break, Step, Way, below
from accord.spec.pointers import join

_DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# OpenAPI says these by other means, and asks that such declarations be ignored.
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
_PREFIXING = frozenset(("label", "matrix"))
"""Styles that show in the text of a single value too."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or header, where it is defined; `key` tells it apart in its message."""

    key: tuple[str, str]
    noun: str
    name: str
    location: str
    pointer: str
    node: Mapping[str, Any]

    @property
    def step(self) -> Step:
        """From its message to it."""
        if self.noun.startswith("header `"):
            return Step("header", self.name, self.noun)
        return Step("parameter", (self.location, self.name), self.noun)

    @property
    def is_required(self) -> bool:
        return self.node.get("required") is True

    @property
    def media_type(self) -> str | None:
        """Set where the text is of a media type (`content`)."""
        return next(iter(self.node.get("content") or ()), None)

    @property
    def schema(self) -> Node:
        if self.media_type is not None:
            return (join(self.pointer, "content", self.media_type, "schema"),)
        return (join(self.pointer, "schema"),) if "schema" in self.node else ()

    @property
    def style(self) -> str:
        style = self.node.get("style")
        return style if isinstance(style, str) else _DEFAULT_STYLES.get(self.location, "simple")

    @property
    def explode(self) -> bool:
        if self.style == "deepObject":
            return True
        explode = self.node.get("explode")
        return explode if isinstance(explode, bool) else self.style == "form"


Fields = Mapping[tuple[str, str], Field]


def header_fields(document: Document, owner: str, headers: Mapping[str, Any]) -> Fields:
    """The headers of a reply or form part at `owner`. Content-Type is said by media types."""
    fields = {}
    for name in headers:
        if name.lower() != "content-type":
            pointer, node = document.follow(join(owner, "headers", name))
            key = ("header", name.lower())
            fields[key] = Field(key, f"header `{name}`", name, "header", pointer, node)
    return fields


def compare_fields(schemas: Schemas, way: Way, old: Fields, new: Fields) -> Iterator[Break]:
    """What breaks in parameters or headers of messages that go `way`."""
    added = [field for key, field in new.items() if key not in old]
    for key, field in old.items():
        if key in new:
            yield from below(field.step, _changed(schemas, way, field, new[key]))
        else:
            yield _removed(way, field, added, schemas)
    for field in added:
        if field.is_required and way is Way.REQUEST:
            said = "is new and required: requests without it were valid"
            yield Break(
                "request-parameter-added-required", "wire", said, None, field.pointer
            ).below(field.step)


def _removed(way: Way, field: Field, added: list[Field], schemas: Schemas) -> Break:
    kin = [
        other
        for other in added
        if schemas.old.document.find(field.pointer).get("schema")
        == schemas.new.document.find(other.pointer).get("schema")
    ]
    if kin and field.schema:
        said = f"is gone; is it the {kin[0].noun} now? Callers do not know that"
    elif way is Way.REQUEST:
        said = "is gone: what callers send has no effect any more, or is refused"
    else:
        said = "is gone: callers that read it find it no more"
    rule = "parameter-removed" if way is Way.REQUEST else "header-removed"
    return Break(
        f"{way.value}-{rule}",
        "wire",
        said,
        field.pointer,
        kin[0].pointer if kin else None,
    ).below(field.step)


def _changed(schemas: Schemas, way: Way, old: Field, new: Field) -> Iterator[Break]:
    places = (old.pointer, new.pointer)
    if way is Way.REQUEST and new.is_required and not old.is_required:
        said = "is required now: requests without it were valid"
        yield Break("request-parameter-required", "wire", said, *places)
    if way is Way.REPLY and old.is_required and not new.is_required:
        said = "was always there and may be absent now"
        yield Break("reply-header-optional", "wire", said, *places)
    if new.node.get("deprecated") is True and old.node.get("deprecated") is not True:
        yield Break("deprecated", "meaning", "is deprecated", *places)
    yield from _written_differently(schemas, way, old, new)
    for flag, what in (
        ("allowReserved", "reserved characters had not to be escaped, and must be now"),
        ("allowEmptyValue", "the name alone was valid, and is refused now"),
    ):
        if way is Way.REQUEST and old.node.get(flag) is True and new.node.get(flag) is not True:
            yield Break(f"request-{_dashed(flag)}", "wire", what, *places)
    yield from schemas.compare(way, old.schema, new.schema, old.media_type is None)


def _written_differently(schemas: Schemas, way: Way, old: Field, new: Field) -> Iterator[Break]:
    before, after = _writing(schemas.old, old), _writing(schemas.new, new)
    for kind in [each for each in before if each in after]:
        if before[kind] != after[kind]:
            said = f"was written as {before[kind]} and is written as {after[kind]}"
            yield Break(f"{way.value}-style", "wire", said, old.pointer, new.pointer)
            return


def _writing(shapes: Shapes, field: Field) -> Mapping[str, str]:
    """How single values, lists and objects are written, of those that the field may have."""
    if field.media_type is not None:
        return dict.fromkeys(("value", "array", "object"), field.media_type.lower())
    types = shapes.of(field.schema).types if field.schema else ALL_TYPES
    exploded = f"{field.style}{', exploded' if field.explode else ''}"
    found = {}
    if types - {"array", "object"}:
        found["value"] = field.style if field.style in _PREFIXING else "text"
    if "array" in types:
        found["array"] = field.style if field.style == "simple" else exploded
    if "object" in types:
        found["object"] = exploded
    return found


def _dashed(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


def parameters_of(document: Document, operation: Operation) -> Fields:
    """The parameters of a path and its operation, whose own replace the path's."""
    in_path = {name: str(i) for i, name in enumerate(TEMPLATE.findall(operation.path))}
    fields: dict[tuple[str, str], Field] = {}
    for owner in (operation.item, operation.pointer):
        for index in range(len(document.find(owner).get("parameters") or ())):
            pointer, node = document.follow(join(owner, "parameters", index))
            name, location = str(node.get("name")), str(node.get("in"))
            if location == "header" and name.lower() in _IGNORED_HEADERS:
                continue
            key = (location, name)
            if location == "header":
                key = (location, name.lower())
            elif location == "path":
                key = (location, in_path.get(name, name))
            noun = f"{location} parameter `{name}`"
            # The operation's own goes where the operation has it.
            fields.pop(key, None)
            fields[key] = Field(key, noun, name, location, pointer, node)
    return fields
