"""What no message shows and callers notice all the same: names in a generated client's source,
and meanings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from scripts.mutants.mutants import Draft, Edit, at, kind, on
from scripts.mutants.uses import PLAIN, REQUEST, TEXT

Document = dict[str, Any]


@kind("operationId renamed", "source", "clients call a method of that name")
def operation_id(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if "operationId" in operation.node and "links" not in json.dumps(draft.document):
            yield at(operation.pointer, lambda node: node.update(operationId="zzRenamed"))
        elif "operationId" in operation.node:
            old = f'"{operation.node["operationId"]}"'
            yield Edit(
                operation.pointer,
                partial(_replace_text, old=old, new='"zzRenamed"'),
            )


@kind("schema renamed", "source", "clients import a class of that name")
def schema(draft: Draft) -> Iterator[Edit]:
    for pointer, use in draft.uses.schemas.items():
        name = pointer.removeprefix("/components/schemas/")
        is_own = name != pointer and "/" not in name and "~" not in name
        # Where a discriminator says names of schemas, a name is on the wire.
        if is_own and use.is_plain and "discriminator" not in json.dumps(draft.document):
            yield Edit(pointer, partial(_rename, name=name))


@kind("tag renamed", "source", "clients group methods by it")
def tag(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if operation.node.get("tags"):
            yield at(operation.pointer, lambda node: node.update(tags=["zz-renamed"]))


@kind("arguments in another order", "source", "clients take them in the contract's order")
def arguments(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if len(operation.node.get("parameters", ())) > 1:
            yield at(operation.pointer, lambda node: node["parameters"].reverse())


@kind("path parameter renamed", "source", "an argument's name; no URL has it")
def path_parameter(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.parameters.values():
        if use.node["in"] != "path" or "links" in json.dumps(draft.document):
            continue
        name = use.node["name"]
        if (
            sum(
                other.node["name"] == name and other.node["in"] == "path"
                for other in draft.uses.parameters.values()
            )
            > 1
        ):
            continue

        def rename(document: Document, name: str = name, pointer: str = use.pointer) -> None:
            on(pointer, lambda node: node.update(name=f"{name}_renamed"))(document)
            for path in list(document["paths"]):
                new = path.replace(f"{{{name}}}", f"{{{name}_renamed}}")
                document["paths"][new] = document["paths"].pop(path)

        yield Edit(use.pointer, rename)


@kind("default of a parameter changed", "meaning", "the same call asks for something else")
def parameter_default(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if use.contexts == {TEXT} and use.ways == {REQUEST} and use.node.get("type") == "integer":
            yield _default(use.pointer)


@kind("default of a request property changed", "meaning", "the same call asks for something else")
def property_default(draft: Draft) -> Iterator[Edit]:
    for use in draft.uses.schemas.values():
        if use.contexts == {PLAIN} and use.ways == {REQUEST} and use.node.get("type") == "integer":
            yield _default(use.pointer)


def _default(pointer: str) -> Edit:
    return Edit(
        pointer,
        on(pointer, lambda node: node.update(default=20)),
        on(pointer, lambda node: node.update(default=10)),
    )


@kind("deprecated", "meaning", "it will go; callers should know")
def deprecated(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if "deprecated" not in operation.node:
            yield at(operation.pointer, lambda node: node.update(deprecated=True))
    for use in draft.uses.parameters.values():
        if "deprecated" not in use.node:
            yield at(use.pointer, lambda node: node.update(deprecated=True))
    for use in draft.uses.properties.values():
        if use.is_plain and "$ref" not in use.node and "deprecated" not in use.node:
            yield at(use.pointer, lambda node: node.update(deprecated=True))


def _replace_text(document: Document, old: str, new: str) -> None:
    changed = json.loads(json.dumps(document).replace(old, new))
    document.clear()
    document.update(changed)


def _rename(document: Document, name: str) -> None:
    for end in ('"', "/"):
        old = f"#/components/schemas/{name}{end}"
        _replace_text(document, old, f"#/components/schemas/{name}Zz{end}")
    schemas = document["components"]["schemas"]
    schemas[f"{name}Zz"] = schemas.pop(name)
