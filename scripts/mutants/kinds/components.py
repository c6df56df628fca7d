"""What components are called, where they stand and who refers to them: no message shows it, unless
a discriminator sends the name."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from accord.spec.pointers import find, join
from scripts.mutants.kinds.relations import places
from scripts.mutants.mutants import Draft, Edit, kind, on
from scripts.mutants.uses import REPLY, REQUEST

Document = dict[str, Any]
_TEXT = {"type": "string"}
_REFERENCE = "#/components/{}/ZzOwn"


def _component(document: Document, section: str, value: Any, name: str = "ZzOwn") -> None:
    document.setdefault("components", {}).setdefault(section, {})[name] = copy.deepcopy(value)


def _extracted(section: str, pointers: Callable[[Draft], Iterator[str]]) -> None:
    """Kinds that give an inline value a name, and write out what a name stands for."""

    @kind(f"{section} named or written out", "compatible", "a reference means what it refers to")
    def edits(draft: Draft) -> Iterator[Edit]:
        for pointer in pointers(draft):

            def extract(document: Document, pointer: str = pointer) -> None:
                node = find(document, pointer)
                _component(document, section, node)
                node.clear()
                node["$ref"] = _REFERENCE.format(section)

            def inline(document: Document, pointer: str = pointer) -> None:
                node = find(document, pointer)
                target = find(document, node["$ref"][1:])
                node.clear()
                node.update(copy.deepcopy(target))

            node = find(draft.document, pointer)
            yield Edit(pointer, inline if "$ref" in node else extract)


def _parameters(draft: Draft) -> Iterator[str]:
    for operation in draft.uses.operations:
        for index in range(len(operation.node.get("parameters", ()))):
            yield join(operation.pointer, "parameters", index)


def _responses(draft: Draft) -> Iterator[str]:
    for operation in draft.uses.operations:
        for status in operation.node.get("responses", {}):
            if not status.startswith("x-"):
                yield join(operation.pointer, "responses", status)


def _bodies(draft: Draft) -> Iterator[str]:
    for operation in draft.uses.operations:
        if "requestBody" in operation.node:
            yield join(operation.pointer, "requestBody")


def _headers(draft: Draft) -> Iterator[str]:
    for use in draft.uses.replies.values():
        for name in use.node.get("headers", {}):
            yield join(use.pointer, "headers", name)


_extracted("parameters", _parameters)
_extracted("responses", _responses)
_extracted("requestBodies", _bodies)
_extracted("headers", _headers)


@kind("path item named", "compatible", "a reference means what it refers to")
def path_item(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if draft.contract.is_legacy:
            return

        def extract(document: Document, item: str = operation.item) -> None:
            node = find(document, item)
            _component(document, "pathItems", node)
            node.clear()
            node["$ref"] = _REFERENCE.format("pathItems")

        yield Edit(operation.item, extract)


@kind("parameter or response renamed", "compatible", "the name is the contract's own")
def renamed(draft: Draft) -> Iterator[Edit]:
    for section, pointers in (("parameters", _parameters), ("responses", _responses)):
        for pointer in pointers(draft):
            target = find(draft.document, pointer).get("$ref", "")
            if not target.startswith(f"#/components/{section}/"):
                continue

            def rename(
                document: Document, section: str = section, name: str = target.split("/")[-1]
            ) -> None:
                old, new = f"#/components/{section}/{name}", f"#/components/{section}/{name}Zz"
                _redirect(document, old, new)
                components = document["components"][section]
                components[f"{name}Zz"] = components.pop(name)

            yield Edit(pointer, rename)


def _redirect(node: Any, old: str, new: str) -> None:
    if isinstance(node, dict):
        if node.get("$ref") == old:
            node["$ref"] = new
        for value in node.values():
            _redirect(value, old, new)
    elif isinstance(node, list):
        for value in node:
            _redirect(value, old, new)


def _swaps(
    draft: Draft, way: str, *pairs: tuple[dict[str, Any], dict[str, Any]], only: bool
) -> Iterator[Edit]:
    """Pairs of schemas; the key `""` is the one in place of a plain text, the others are
    components."""
    for use in places(draft, way, only=only):
        for number, (before, after) in enumerate(pairs):

            def put(
                document: Document, schemas: dict[str, Any], pointer: str = use.pointer
            ) -> None:
                known = document.setdefault("components", {}).setdefault("schemas", {})
                for name in [each for each in known if each.startswith("ZzOwn")]:
                    del known[name]
                for name, schema in schemas.items():
                    if name:
                        known[name] = copy.deepcopy(schema)
                node = find(document, pointer)
                node.clear()
                node.update(copy.deepcopy(schemas[""]))

            yield Edit(
                f"{use.pointer} {number}",
                lambda document, put=put, after=after: put(document, after),
                lambda document, put=put, before=before: put(document, before),
            )


def _to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _tree(**name: Any) -> dict[str, Any]:
    node = {
        "type": "object",
        "properties": {
            "name": {"type": "string", **name},
            "parts": {"type": "array", "items": _to("ZzOwnTree")},
        },
    }
    return {"": _to("ZzOwnTree"), "ZzOwnTree": node}


@kind("recursive schema narrowed in a request", "wire", "values that were valid are refused")
def tree_narrowed(draft: Draft) -> Iterator[Edit]:
    closed = _tree()
    closed["ZzOwnTree"]["additionalProperties"] = False
    return _swaps(draft, REQUEST, (_tree(), _tree(maxLength=9)), (_tree(), closed), only=False)


@kind("recursive schema widened in a reply", "wire", "values come that never could")
def tree_widened(draft: Draft) -> Iterator[Edit]:
    return _swaps(draft, REPLY, (_tree(maxLength=9), _tree()), only=False)


@kind("recursive schema in other words", "compatible", "the same trees")
def tree_reworded(draft: Draft) -> Iterator[Edit]:
    unrolled = _tree()
    unrolled[""] = copy.deepcopy(unrolled["ZzOwnTree"])
    wrapped = _tree()
    wrapped["ZzOwnTree"]["properties"]["parts"]["items"] = {"allOf": [_to("ZzOwnTree")]}
    twice = _tree()
    twice["ZzOwnOther"] = copy.deepcopy(twice["ZzOwnTree"])
    twice["ZzOwnTree"]["properties"]["parts"]["items"] = _to("ZzOwnOther")
    for way in (REQUEST, REPLY):
        yield from _swaps(
            draft, way, (_tree(), unrolled), (_tree(), wrapped), (_tree(), twice), only=False
        )


_SHORT = {"type": "string", "maxLength": 9}
_OWNER = {"type": "object", "properties": {"a": _SHORT}}


@kind("reference by another way", "compatible", "it leads to the same schema")
def detours(draft: Draft) -> Iterator[Edit]:
    for way in (REQUEST, REPLY):
        yield from _swaps(
            draft,
            way,
            (
                {"": _to("ZzOwnA"), "ZzOwnA": _SHORT},
                {"": _to("ZzOwnB"), "ZzOwnB": _to("ZzOwnA"), "ZzOwnA": _SHORT},
            ),
            (
                {"": _SHORT},
                {"": _to("ZzOwnA/properties/a"), "ZzOwnA": _OWNER},
            ),
            ({"": _SHORT}, {"": {"allOf": [_to("ZzOwnA")]}, "ZzOwnA": _SHORT}),
            only=False,
        )


_BESIDE = (
    {"": _to("ZzOwnA"), "ZzOwnA": _TEXT},
    {"": {**_to("ZzOwnA"), "maxLength": 3}, "ZzOwnA": _TEXT},
)


@kind("constraint beside a reference in a request", "wire", "3.1: both hold")
def beside(draft: Draft) -> Iterator[Edit]:
    if not draft.contract.is_legacy:
        yield from _swaps(draft, REQUEST, _BESIDE, only=False)


@kind("constraint beside a reference dropped in a reply", "wire", "3.1: both held")
def beside_dropped(draft: Draft) -> Iterator[Edit]:
    if not draft.contract.is_legacy:
        yield from _swaps(draft, REPLY, _BESIDE[::-1], only=False)


@kind("constraint beside a reference in 3.0", "compatible", "3.0: it is to be ignored")
def beside_legacy(draft: Draft) -> Iterator[Edit]:
    if draft.contract.is_legacy:
        for way in (REQUEST, REPLY):
            yield from _swaps(draft, way, _BESIDE, _BESIDE[::-1], only=False)


def _told(*names: str, mapping: dict[str, str] | None = None) -> dict[str, Any]:
    """A union of components told apart by `kind`."""
    discriminator: dict[str, Any] = {"propertyName": "kind"}
    if mapping is not None:
        discriminator["mapping"] = mapping
    return {
        "": {"oneOf": [_to(name) for name in names], "discriminator": discriminator},
        **{
            name: {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"type": "string"}, f"of_{name.lower()[-3:]}": _TEXT},
            }
            for name in names
        },
    }


@kind("schema renamed whose name a discriminator sends", "wire", "the name is a value on the wire")
def sent_name(draft: Draft) -> Iterator[Edit]:
    for way in (REQUEST, REPLY):
        before, after = _told("ZzOwnCat", "ZzOwnDog"), _told("ZzOwnCat", "ZzOwnHound")
        hound = copy.deepcopy(before["ZzOwnDog"])
        after["ZzOwnHound"] = hound
        yield from _swaps(draft, way, (before, after), only=False)


@kind("mapping of a discriminator said", "compatible", "without it the names of schemas are meant")
def mapping_said(draft: Draft) -> Iterator[Edit]:
    said = {name: f"#/components/schemas/{name}" for name in ("ZzOwnCat", "ZzOwnDog")}
    short = {name: name for name in ("ZzOwnCat", "ZzOwnDog")}
    for way in (REQUEST, REPLY):
        yield from _swaps(
            draft,
            way,
            (_told("ZzOwnCat", "ZzOwnDog"), _told("ZzOwnCat", "ZzOwnDog", mapping=said)),
            (
                _told("ZzOwnCat", "ZzOwnDog", mapping=said),
                _told("ZzOwnCat", "ZzOwnDog", mapping=short),
            ),
            only=False,
        )


@kind("schema begins to be used", "compatible", "nobody could send or read it before")
def begins(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if not use.is_plain or not use.node.get("properties"):
            continue
        if {"additionalProperties", "patternProperties", "maxProperties"} & use.node.keys():
            continue

        def prepare(document: Document) -> None:
            _component(document, "schemas", _OWNER)

        yield Edit(
            use.pointer,
            on(use.pointer, lambda node: node["properties"].update(zz_own=_to("ZzOwn"))),
            prepare,
        )


_UNUSED: dict[str, tuple[Any, Any]] = {
    "responses": (
        {"description": "A.", "content": {"application/json": {"schema": _TEXT}}},
        {"description": "A."},
    ),
    "requestBodies": (
        {"content": {"application/json": {"schema": _TEXT}}},
        {"required": True, "content": {"text/plain": {"schema": {"type": "integer"}}}},
    ),
    "headers": ({"schema": _TEXT}, {"required": True, "schema": {"type": "integer"}}),
    "securitySchemes": (
        {"type": "apiKey", "in": "header", "name": "X-A"},
        {"type": "http", "scheme": "basic"},
    ),
    "examples": ({"value": 1}, {"value": "a"}),
}


@kind("unused component of any other kind changed", "compatible", "no call reaches it")
def unused(draft: Draft) -> Iterator[Edit]:
    for section, (before, after) in _UNUSED.items():

        def drop(document: Document, section: str = section) -> None:
            del document["components"][section]["ZzUnused"]

        def prepare(document: Document, section: str = section, value: Any = before) -> None:
            _component(document, section, value, "ZzUnused")

        def change(document: Document, section: str = section, value: Any = after) -> None:
            _component(document, section, value, "ZzUnused")

        yield Edit(f"/components/{section} changed", change, prepare)
        yield Edit(f"/components/{section} removed", drop, prepare)
        yield Edit(f"/components/{section} added", prepare)
