"""Keywords that make fewer values valid, by family: put in or tightened, taken out or loosened.

JSON Schema says which of two constraints takes fewer values. Callers write requests: fewer valid
requests break them, more do not. Callers read replies: the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.mutants.mutants import Draft, Edit, Label, Step, kind, on
from scripts.mutants.uses import REPLY, REQUEST, TEXT, Use

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Constraint:
    """`tight` takes fewer values than `loose`: keywords for schemas that `fits` takes and that
    have none of both. `modern` is not known to OpenAPI 3.0."""

    loose: Callable[[Schema], Schema]
    tight: Callable[[Schema], Schema]
    fits: Callable[[Schema], bool]
    modern: bool = False
    text: bool = False
    """Means the same in the text of a parameter or header."""


def _fixed(keywords: Schema) -> Callable[[Schema], Schema]:
    return lambda _: keywords


def _free(type_: str) -> Callable[[Schema], bool]:
    """A schema of `type_` whose values nothing else limits."""
    limits = {"enum", "const", "default", "format", "pattern", "$ref", "x-extensible-enum"}
    return lambda node: (
        isinstance(node, dict) and node.get("type") == type_ and not limits & node.keys()
    )


def _plain(
    type_: str, loose: Schema, tight: Schema, *, modern: bool = False, text: bool = False
) -> Constraint:
    return Constraint(_fixed(loose), _fixed(tight), _free(type_), modern, text)


def _scalar(type_: str, loose: Schema, tight: Schema, *, modern: bool = False) -> Constraint:
    return _plain(type_, loose, tight, modern=modern, text=True)


def _open(node: Schema) -> bool:
    return _free("object")(node) and "properties" in node and "additionalProperties" not in node


def _optional(node: Schema) -> list[str]:
    return [
        name
        for name, inner in node["properties"].items()
        if name not in node.get("required", ()) and not {"readOnly", "writeOnly"} & inner.keys()
    ]


def _of_texts(node: Schema) -> bool:
    items = node.get("items", {})
    return _free("array")(node) and _free("string")(items) and "maxLength" not in items


FAMILIES: dict[str, tuple[Constraint, ...]] = {
    "bounds": (
        _scalar("integer", {"maximum": 1000}, {"maximum": 900}),
        _scalar("integer", {}, {"maximum": 900}),
        _scalar("number", {"minimum": 0}, {"minimum": 0.5}),
        _scalar("integer", {}, {"minimum": 10}),
        _scalar("number", {"maximum": 10}, {"exclusiveMaximum": 10}, modern=True),
        _scalar("integer", {"exclusiveMinimum": 1}, {"exclusiveMinimum": 5}, modern=True),
    ),
    "lengths": (
        _scalar("string", {"maxLength": 100}, {"maxLength": 50}),
        _scalar("string", {}, {"maxLength": 50}),
        _scalar("string", {"minLength": 1}, {"minLength": 8}),
        _scalar("string", {}, {"minLength": 3}),
    ),
    "pattern": (
        _scalar("string", {}, {"pattern": "^[a-z]+$"}),
        _scalar("string", {}, {"pattern": r"^\d{4}-\d\d$"}),
    ),
    "format": (
        _scalar("string", {}, {"format": "date-time"}),
        _scalar("string", {}, {"format": "uuid"}),
        _scalar("integer", {"format": "int64"}, {"format": "int32"}),
    ),
    "multiple of": (
        _scalar("integer", {}, {"multipleOf": 5}),
        _scalar("integer", {"multipleOf": 5}, {"multipleOf": 10}),
        _scalar("number", {"multipleOf": 0.01}, {"multipleOf": 0.5}),
    ),
    "enum": (
        _scalar("string", {"enum": ["a", "b", "c"]}, {"enum": ["a", "b"]}),
        _scalar("string", {}, {"enum": ["a", "b"]}),
        _scalar("integer", {"enum": [1, 2, 3]}, {"enum": [3, 1]}),
    ),
    "const": (
        _scalar("string", {}, {"const": "a"}, modern=True),
        _scalar("string", {"enum": ["a", "b"]}, {"const": "b"}, modern=True),
        _scalar("integer", {}, {"const": 7}, modern=True),
    ),
    "array sizes": (
        _plain("array", {"maxItems": 50}, {"maxItems": 20}),
        _plain("array", {}, {"maxItems": 20}),
        _plain("array", {}, {"minItems": 1}),
        _plain("array", {"minItems": 1}, {"minItems": 2}),
    ),
    "unique items": (
        _plain("array", {}, {"uniqueItems": True}),
        _plain("array", {"uniqueItems": False}, {"uniqueItems": True}),
    ),
    "tuples and contains": (
        Constraint(
            _fixed({}),
            lambda node: {"prefixItems": [{**node["items"], "maxLength": 3}]},
            _of_texts,
            modern=True,
        ),
        Constraint(
            lambda node: {"prefixItems": [dict(node["items"])]},
            lambda node: {"prefixItems": [{**node["items"], "pattern": "^[A-Z]"}]},
            _of_texts,
            modern=True,
        ),
        _plain("array", {}, {"contains": {"type": "string", "minLength": 4}}, modern=True),
    ),
    "other properties": (
        Constraint(_fixed({}), _fixed({"additionalProperties": False}), _open),
        Constraint(_fixed({}), _fixed({"additionalProperties": {"type": "string"}}), _open),
        Constraint(
            _fixed({"additionalProperties": {"type": "number"}}),
            _fixed({"additionalProperties": {"type": "integer"}}),
            _open,
        ),
        Constraint(_fixed({}), _fixed({"unevaluatedProperties": False}), _open, modern=True),
    ),
    "pattern properties": (
        Constraint(
            _fixed({}),
            _fixed({"patternProperties": {"^x-": {"type": "string"}}}),
            _open,
            modern=True,
        ),
        Constraint(
            _fixed({"patternProperties": {"^x-": {"type": "string"}}}),
            _fixed({"patternProperties": {"^x-": {"type": "string", "maxLength": 9}}}),
            _open,
            modern=True,
        ),
    ),
    "object sizes": (
        Constraint(
            _fixed({}),
            lambda node: {"minProperties": len(node.get("required", ())) + 1},
            lambda node: _open(node) and "minProperties" not in node,
        ),
        Constraint(_fixed({"maxProperties": 90}), _fixed({"maxProperties": 80}), _open),
        Constraint(_fixed({}), _fixed({"maxProperties": 60}), _open),
    ),
    "property names and dependencies": (
        Constraint(_fixed({}), _fixed({"propertyNames": {"maxLength": 40}}), _open, modern=True),
        Constraint(
            _fixed({}),
            lambda node: {"dependentRequired": {_optional(node)[0]: [_optional(node)[1]]}},
            lambda node: _open(node) and len(_optional(node)) > 1,
            modern=True,
        ),
    ),
    "not and if": (
        _plain("string", {}, {"not": {"maxLength": 2}}, modern=True),
        Constraint(
            _fixed({}),
            lambda node: {
                "if": {"required": [_optional(node)[0]]},
                "then": {"required": [_optional(node)[1]]},
            },
            lambda node: _open(node) and len(_optional(node)) > 1,
            modern=True,
        ),
    ),
    "types": (
        _scalar("number", {"type": "number"}, {"type": "integer"}),
        _plain("string", {"type": ["string", "integer"]}, {"type": "string"}, modern=True),
        _plain("integer", {"type": ["integer", "boolean"]}, {"type": "boolean"}, modern=True),
    ),
    "null": (
        _plain("string", {"type": ["string", "null"]}, {"type": "string"}, modern=True),
        _plain("integer", {"type": ["null", "integer"]}, {"type": "integer"}, modern=True),
        _plain("array", {"type": ["array", "null"]}, {"type": "array"}, modern=True),
    ),
}


def _places(draft: Draft, way: str, *, only: bool, text: bool) -> Iterator[Use]:
    for use in draft.uses.schemas.values():
        if way not in use.ways or (only and not use.only(way)):
            continue
        if use.contexts == {TEXT} if text else use.is_plain:
            yield use


def _applicable(constraint: Constraint, use: Use, legacy: bool) -> bool:
    if (constraint.modern and legacy) or not constraint.fits(use.node):
        return False
    touched = (constraint.loose(use.node).keys() | constraint.tight(use.node).keys()) - {"type"}
    related = touched | ({"minimum", "maximum"} if touched & _BOUNDS else set())
    related |= {"minLength", "maxLength"} if touched & {"minLength", "maxLength", "not"} else set()
    related |= _BOUNDS if "format" in touched and use.node.get("type") == "integer" else set()
    related |= {"minItems", "maxItems"} if "prefixItems" in touched else set()
    return not related & use.node.keys()


_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum"}


def _put(pointer: str, remove: Iterable[str], keywords: Schema) -> Step:
    def put(schema: Schema) -> None:
        for key in remove:
            if key != "type":
                schema.pop(key, None)
        schema.update(keywords)

    return on(pointer, put)


def _edits(
    draft: Draft, family: str, way: str, *, tighten: bool, only: bool, text: bool = False
) -> Iterator[Edit]:
    uses = list(_places(draft, way, only=only, text=text))
    for number, constraint in enumerate(FAMILIES[family]):
        if text and not constraint.text:
            continue
        for use in uses:
            if not _applicable(constraint, use, draft.contract.is_legacy):
                continue
            loose, tight = constraint.loose(use.node), constraint.tight(use.node)
            before, after = (loose, tight) if tighten else (tight, loose)
            yield Edit(
                f"{use.pointer} {number}",
                _put(use.pointer, before, after),
                _put(use.pointer, (), before),
            )


def _kinds(family: str) -> None:
    changes: tuple[tuple[str, str, bool, Label, str], ...] = (
        ("narrowed in a request", REQUEST, True, "wire", "requests that were valid are refused"),
        ("widened in a request", REQUEST, False, "compatible", "what was valid stays valid"),
        ("widened in a reply", REPLY, False, "wire", "replies come that never could before"),
        ("narrowed in a reply", REPLY, True, "compatible", "every reply was possible before"),
    )
    for name, way, tighten, label, why in changes:
        only = label == "compatible"

        @kind(f"{family} {name}", label, why)
        def edits(
            draft: Draft, way: str = way, tighten: bool = tighten, only: bool = only
        ) -> Iterator[Edit]:
            return _edits(draft, family, way, tighten=tighten, only=only)


for _family in FAMILIES:
    _kinds(_family)


def _texts(way: str, tighten: bool, only: bool) -> Callable[[Draft], Iterator[Edit]]:
    def edits(draft: Draft) -> Iterator[Edit]:
        for family in FAMILIES:
            yield from _edits(draft, family, way, tighten=tighten, only=only, text=True)

    return edits


kind("parameter narrowed", "wire", "texts that were valid are refused")(
    _texts(REQUEST, True, False)
)
kind("parameter widened", "compatible", "what was valid stays valid")(_texts(REQUEST, False, True))
kind("reply header widened", "wire", "headers come that never could")(_texts(REPLY, False, False))
kind("reply header narrowed", "compatible", "all were possible before")(_texts(REPLY, True, True))


@kind("enum member removed where requests have it", "wire", "a value that callers send is refused")
def removed_member(draft: Draft) -> Iterator[Edit]:
    for use in _places(draft, REQUEST, only=False, text=False):
        members = use.node.get("enum", ())
        # A null that the type excludes was never valid.
        if len(members) > 2 and members[-1] is not None and "default" not in use.node:
            yield Edit(f"{use.pointer}/enum", on(use.pointer, lambda node: node["enum"].pop()))


@kind("enum member added where replies have it", "wire", "a value that no caller knows is sent")
def added_member(draft: Draft) -> Iterator[Edit]:
    for text in (False, True):
        for use in _places(draft, REPLY, only=False, text=text):
            if use.node.get("type") == "string" and use.node.get("enum"):
                yield Edit(
                    f"{use.pointer}/enum", on(use.pointer, lambda node: node["enum"].append("new"))
                )


@kind("type changed", "wire", "no value of the one type is of the other")
def type_changed(draft: Draft) -> Iterator[Edit]:
    for way in (REQUEST, REPLY):
        for use in _places(draft, way, only=False, text=False):
            if _free("string")(use.node) and not {"minLength", "maxLength"} & use.node.keys():
                yield Edit(use.pointer, on(use.pointer, lambda node: node.update(type="boolean")))


@kind("pattern replaced", "wire", "each of the two takes texts that the other refuses")
def pattern_replaced(draft: Draft) -> Iterator[Edit]:
    for way in (REQUEST, REPLY):
        for use in _places(draft, way, only=False, text=False):
            if _free("string")(use.node):
                yield Edit(
                    use.pointer,
                    on(use.pointer, lambda node: node.update(pattern="^[0-9]+$")),
                    on(use.pointer, lambda node: node.update(pattern="^[a-f]+$")),
                )


@kind("3.0 null taken from a request", "wire", "null was valid and is refused")
def null_taken(draft: Draft) -> Iterator[Edit]:
    return _nullable(draft, REQUEST, False, False)


@kind("3.0 null allowed in a reply", "wire", "null comes where it never could")
def null_given(draft: Draft) -> Iterator[Edit]:
    return _nullable(draft, REPLY, True, False)


@kind("3.0 null allowed in a request", "compatible", "what was valid stays valid")
def null_allowed(draft: Draft) -> Iterator[Edit]:
    return _nullable(draft, REQUEST, True, True)


def _nullable(draft: Draft, way: str, after: bool, only: bool) -> Iterator[Edit]:
    if not draft.contract.is_legacy:
        return
    for use in _places(draft, way, only=only, text=False):
        if "nullable" not in use.node and "type" in use.node and "enum" not in use.node:
            yield Edit(
                use.pointer,
                on(use.pointer, lambda node: node.update(nullable=after)),
                on(use.pointer, lambda node: node.update(nullable=not after)),
            )


@kind("3.0 exclusive flag set in a request", "wire", "the bound itself was valid")
def exclusive_flag(draft: Draft) -> Iterator[Edit]:
    if draft.contract.is_legacy:
        for use in _places(draft, REQUEST, only=False, text=False):
            if _free("integer")(use.node) and not _BOUNDS & use.node.keys():
                yield Edit(
                    use.pointer,
                    on(use.pointer, lambda node: node.update(exclusiveMaximum=True)),
                    on(use.pointer, lambda node: node.update(maximum=100)),
                )
