"""Parameters: which there are, where, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import join
from scripts.mutants.mutants import Draft, Edit, at, drop, kind, on, put
from scripts.mutants.uses import REQUEST, Operation, Use

_NEW = "zz-new"


def parameters(draft: Draft, *places: str) -> Iterator[Use]:
    for use in draft.uses.parameters.values():
        if use.only(REQUEST) and use.node["in"] in places:
            yield use


def _with_parameter(draft: Draft, parameter: dict[str, Any]) -> Iterator[tuple[Operation, Any]]:
    """Operations that get a parameter in `prepare`, and the step that puts it in."""
    for operation in draft.uses.operations:

        def put(node: dict[str, Any]) -> None:
            node.setdefault("parameters", []).append(dict(parameter))

        yield operation, on(operation.pointer, put)


def changed_parameter(
    draft: Draft, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Edit]:
    named = {"name": _NEW, **before}
    for operation, prepare in _with_parameter(draft, named):

        def change(node: dict[str, Any]) -> None:
            node["parameters"][-1] = {"name": _NEW, **after}

        yield Edit(f"{operation.pointer} {after}", on(operation.pointer, change), prepare)


_QUERY = {"in": "query", "schema": {"type": "string"}}
_LIST = {"type": "array", "items": {"type": "string"}}
_RECORD = {"type": "object", "properties": {"a": {"type": "string"}}}


@kind("optional parameter removed", "wire", "what callers send has no effect, or is refused")
def parameter_removed(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        for index in range(len(operation.node.get("parameters", ()))):
            _, node = draft.uses.follow(join(operation.pointer, "parameters", index))
            if node["in"] in ("query", "header") and not node.get("required"):
                yield Edit(
                    join(operation.pointer, "parameters", index),
                    on(operation.pointer, drop("parameters", index)),
                )


@kind("required parameter added", "wire", "calls without it were valid")
def parameter_added(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        for place in ("query", "header", "cookie"):
            new = {"name": _NEW, "in": place, "required": True, "schema": {"type": "string"}}

            def add(node: dict[str, Any], new: dict[str, Any] = new) -> None:
                node.setdefault("parameters", []).append(new)

            yield Edit(f"{operation.pointer} {place}", on(operation.pointer, add))


@kind("optional parameter added", "compatible", "calls without it stay valid")
def optional_parameter(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:

        def add(node: dict[str, Any]) -> None:
            node.setdefault("parameters", []).append({"name": _NEW, **_QUERY})

        yield at(operation.pointer, add)


@kind("parameter became required", "wire", "calls without it were valid")
def became_required(draft: Draft) -> Iterator[Edit]:
    for use in parameters(draft, "query", "header", "cookie"):
        if not use.node.get("required"):
            yield at(use.pointer, lambda node: node.update(required=True))


@kind("parameter became optional", "compatible", "who sends it may go on")
def became_optional(draft: Draft) -> Iterator[Edit]:
    yield from changed_parameter(draft, {**_QUERY, "required": True}, _QUERY)


@kind("parameter renamed", "wire", "the old name is not understood")
def renamed(draft: Draft) -> Iterator[Edit]:
    for use in parameters(draft, "query", "header"):
        yield at(use.pointer, lambda node: node.update(name=f"{node['name']}2"))


@kind("parameter moved", "wire", "it is looked for elsewhere")
def moved(draft: Draft) -> Iterator[Edit]:
    for use in parameters(draft, "query", "header"):
        other = "header" if use.node["in"] == "query" else "query"
        if not {"style", "allowReserved", "allowEmptyValue"} & use.node.keys():
            yield at(use.pointer, put({"in": other}))


@kind("parameter written differently", "wire", "the same value has another text")
def style(draft: Draft) -> Iterator[Edit]:
    lists = {"in": "query", "schema": _LIST}
    records = {"in": "query", "schema": _RECORD}
    yield from changed_parameter(draft, lists, {**lists, "explode": False})
    yield from changed_parameter(
        draft, {**lists, "explode": False}, {**lists, "style": "pipeDelimited", "explode": False}
    )
    yield from changed_parameter(
        draft, {**records, "style": "deepObject", "explode": True}, records
    )
    header = {"in": "header", "schema": _RECORD}
    yield from changed_parameter(draft, header, {**header, "explode": True})


@kind("style of a single value said differently", "compatible", "one value has one text either way")
def style_said(draft: Draft) -> Iterator[Edit]:
    yield from changed_parameter(draft, _QUERY, {**_QUERY, "explode": False})
    yield from changed_parameter(draft, _QUERY, {**_QUERY, "style": "form"})


@kind("reserved characters refused", "wire", "texts that were valid as they were must be escaped")
def reserved(draft: Draft) -> Iterator[Edit]:
    yield from changed_parameter(draft, {**_QUERY, "allowReserved": True}, _QUERY)


@kind("empty value refused", "wire", "the name alone was valid")
def empty(draft: Draft) -> Iterator[Edit]:
    yield from changed_parameter(draft, {**_QUERY, "allowEmptyValue": True}, _QUERY)


@kind("reserved or empty allowed", "compatible", "what was valid stays valid")
def allowed(draft: Draft) -> Iterator[Edit]:
    yield from changed_parameter(draft, _QUERY, {**_QUERY, "allowReserved": True})
    yield from changed_parameter(draft, _QUERY, {**_QUERY, "allowEmptyValue": True})


@kind("parameter by schema becomes one by content", "wire", "its text is JSON now")
def content(draft: Draft) -> Iterator[Edit]:
    json = {"in": "query", "content": {"application/json": {"schema": _RECORD}}}
    yield from changed_parameter(draft, {"in": "query", "schema": _RECORD}, json)


@kind("parameter takes any text", "compatible", "the text of every number is a text")
def any_text(draft: Draft) -> Iterator[Edit]:
    number = {"in": "query", "schema": {"type": "integer"}}
    yield from changed_parameter(draft, number, _QUERY)
