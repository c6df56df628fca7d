"""The same contract in other words, and changes to what nobody uses: all of it compatible."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import find, join
from scripts.mutants.mutants import Draft, Edit, at, kind, move, on, put
from scripts.mutants.uses import TEXT

Document = dict[str, Any]


@kind("texts and examples edited", "compatible", "no message changes")
def texts(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        yield at(operation.pointer, lambda node: node.update(summary="Zz", description="Zz."))
    for use in draft.uses.schemas.values():
        yield at(use.pointer, lambda node: node.update(description="Zz.", title="Zz"))
    for use in draft.uses.parameters.values():
        yield at(use.pointer, lambda node: node.update(description="Zz.", example="zz"))
    yield Edit("/info", lambda document: document["info"].update(title="Zz", version="9.9.9"))


@kind("inline schema named", "compatible", "a reference means what it refers to")
def extracted(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if use.pointer.count("/") > 3 and "$ref" not in use.node:

            def extract(document: Document, pointer: str = use.pointer) -> None:
                node = find(document, pointer)
                schemas = document.setdefault("components", {}).setdefault("schemas", {})
                schemas["ZzExtracted"] = copy.deepcopy(node)
                node.clear()
                node["$ref"] = "#/components/schemas/ZzExtracted"

            yield Edit(use.pointer, extract)


@kind("reference written out", "compatible", "a reference means what it refers to")
def inlined(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.properties.values():
        target = use.node.get("$ref", "") if len(use.node) == 1 else ""
        if not target.startswith("#/components/schemas/"):
            continue

        def inline(document: Document, pointer: str = use.pointer, target: str = target) -> None:
            node = find(document, pointer)
            node.clear()
            node.update(copy.deepcopy(find(document, target[1:])))

        yield Edit(use.pointer, inline)


@kind("schema wrapped in allOf", "compatible", "all of one schema is that schema")
def wrapped(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():

        def wrap(node: dict[str, Any]) -> None:
            old = dict(node)
            node.clear()
            node["allOf"] = [old]

        if use.is_plain:
            yield at(use.pointer, wrap)


@kind("object split into allOf", "compatible", "the parts say together what the whole said")
def split(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if use.is_plain and len(use.node.get("properties", {})) > 1:
            if {"additionalProperties", "unevaluatedProperties"} & use.node.keys():
                continue

            def part(node: dict[str, Any]) -> None:
                name, inner = node["properties"].popitem()
                other: dict[str, Any] = {"type": "object", "properties": {name: inner}}
                if name in node.get("required", ()):
                    node["required"] = [each for each in node["required"] if each != name]
                    other["required"] = [name]
                if not node.get("required", True):
                    del node["required"]
                old = dict(node)
                node.clear()
                node["allOf"] = [old, other]

            yield at(use.pointer, part)


@kind("properties, members and names in another order", "compatible", "order means nothing there")
def reordered(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():

        def reorder(node: dict[str, Any]) -> None:
            for key in ("required", "enum"):
                if key in node:
                    node[key] = node[key][::-1]
            if "properties" in node:
                node["properties"] = dict(reversed(node["properties"].items()))

        if any(len(use.node.get(key, ())) > 1 for key in ("required", "enum", "properties")):
            yield at(use.pointer, reorder)


@kind("default of the language said", "compatible", "OpenAPI and JSON Schema mean it anyway")
def defaults_said(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        said: dict[str, Any] = {}
        if use.node.get("type") == "string" and "minLength" not in use.node:
            said = {"minLength": 0}
        elif use.node.get("type") == "array" and not {"minItems", "uniqueItems"} & use.node.keys():
            said = {"minItems": 0, "uniqueItems": False}
        elif use.node.get("properties") and "additionalProperties" not in use.node:
            said = {"additionalProperties": True, "minProperties": 0}
        if said and use.is_plain:
            yield at(use.pointer, put(said))
    for use in draft.uses.parameters.values():
        said = {"style": "form", "explode": True}
        if use.node["in"] == "query" and "schema" in use.node and not said.keys() & use.node.keys():
            said |= {} if "required" in use.node else {"required": False}
            yield at(use.pointer, put(said))


@kind("one value said as const or enum", "compatible", "both mean that value")
def const(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if draft.contract.is_legacy or not use.is_plain or use.node.get("type") != "string":
            continue
        if not {"enum", "const", "default"} & use.node.keys():
            yield Edit(
                use.pointer,
                on(use.pointer, lambda node: node.update(const=node.pop("enum")[0])),
                on(use.pointer, lambda node: node.update(enum=["zz"])),
            )


@kind("bound of an integer said differently", "compatible", "above 0 is from 1 on, for integers")
def bound(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if draft.contract.is_legacy or use.node.get("type") != "integer":
            continue
        if not {"minimum", "exclusiveMinimum", "enum", "const"} & use.node.keys():

            def change(node: dict[str, Any]) -> None:
                node["exclusiveMinimum"] = node.pop("minimum") - 1

            yield Edit(use.pointer, on(use.pointer, change), on(use.pointer, put({"minimum": 1})))


@kind("null said differently", "compatible", "a list of types and anyOf with null mean the same")
def null(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if draft.contract.is_legacy or not use.is_plain or use.node.get("type") != "string":
            continue
        if {"enum", "const", "default", "format"} & use.node.keys():
            continue

        def change(node: dict[str, Any]) -> None:
            old = {**node, "type": "string"}
            node.clear()
            node["anyOf"] = [old, {"type": "null"}]

        yield Edit(
            use.pointer,
            on(use.pointer, change),
            on(use.pointer, lambda node: node.update(type=["string", "null"])),
        )


@kind("3.0 written as 3.1", "compatible", "the same schemas in the newer dialect")
def upgraded(draft: Draft) -> Iterator[Edit]:
    if draft.contract.is_legacy and not _speaks_only_legacy(draft.document):

        def upgrade(document: Document) -> None:
            document["openapi"] = "3.1.0"
            _modernise(document)

        yield Edit("/openapi", upgrade)


def _speaks_only_legacy(document: Document) -> bool:
    words = repr(document)
    return any(
        word in words for word in ("exclusiveM", "'$ref': '#/components/pathItems", "binary")
    )


def _modernise(node: Any) -> None:
    if isinstance(node, list):
        for value in node:
            _modernise(value)
    elif isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            del node["nullable"]
            node["type"] = [node["type"], "null"]
            if isinstance(node.get("enum"), list) and None not in node["enum"]:
                node["enum"].append(None)
        elif isinstance(node.get("nullable"), bool):
            del node["nullable"]
        # In 3.0 what stands beside a reference means nothing.
        if isinstance(node.get("$ref"), str):
            for key in [key for key in node if key not in ("$ref", "summary", "description")]:
                del node[key]
        for value in node.values():
            _modernise(value)


@kind("unused component broken, added or removed", "compatible", "no call reaches it")
def unused(draft: Draft) -> Iterator[Edit]:
    before = {"type": "object", "properties": {"a": {"type": "string"}}}
    after = {"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}}
    parameter = {"name": "zz", "in": "query", "schema": {"type": "string"}}

    def put(section: str, value: Any) -> Any:
        return lambda document: (
            document.setdefault("components", {})
            .setdefault(section, {})
            .update(ZzUnused=copy.deepcopy(value))
        )

    def drop(section: str) -> Any:
        return lambda document: document["components"][section].pop("ZzUnused")

    yield Edit("/components/schemas changed", put("schemas", after), put("schemas", before))
    yield Edit("/components/schemas added", put("schemas", after))
    yield Edit("/components/schemas removed", drop("schemas"), put("schemas", before))
    yield Edit("/components/parameters removed", drop("parameters"), put("parameters", parameter))
    yield Edit(
        "/components/parameters changed",
        put("parameters", {**parameter, "required": True}),
        put("parameters", parameter),
    )


@kind(
    "parameters moved to the path or back", "compatible", "they apply to the operation either way"
)
def parameters_moved(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        _, item = draft.uses.follow(operation.item)
        if not operation.node.get("parameters") or item.get("parameters"):
            continue
        methods = [each for each in draft.uses.operations if each.item == operation.item]
        if len(methods) == 1:

            def lift(node: dict[str, Any], method: str = operation.method) -> None:
                node["parameters"] = node[method].pop("parameters")

            yield at(operation.item, lift)


@kind("header or media type in other case", "compatible", "HTTP does not tell the cases apart")
def other_case(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.replies.values():
        for name in use.node.get("headers", {}):
            yield Edit(
                join(use.pointer, "headers", name),
                on(use.pointer, move(name, name.upper(), "headers")),
            )
    for use in draft.uses.parameters.values():
        if use.node["in"] == "header" and use.contexts != {TEXT}:
            yield at(use.pointer, lambda node: node.update(name=node["name"].upper()))


@kind("extension and tags' text edited", "compatible", "tools' own, no message changes")
def extensions(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        yield at(operation.pointer, lambda node: node.update({"x-zz": {"a": 1}}))
    yield Edit(
        "/tags", lambda document: document.update(tags=[{"name": "zz", "description": "Zz"}])
    )
