"""Where calls go, said otherwise: servers and their variables, paths, and parameters of paths."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import find
from scripts.mutants.mutants import Draft, Edit, Label, at, kind, on, put
from scripts.mutants.uses import Operation

Document = dict[str, Any]
Servers = list[dict[str, Any]]


def _server(url: str, **variables: Any) -> dict[str, Any]:
    return {"url": url, "variables": variables} if variables else {"url": url}


def _variable(*values: str, default: str | None = None) -> dict[str, Any]:
    return {"default": default or values[0], "enum": list(values)}


def _servers(name: str, label: Label, why: str, *pairs: tuple[Servers, Servers]) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for number, (before, after) in enumerate(pairs):
            yield Edit(
                f"/servers {number}",
                lambda document, after=after: document.update(servers=copy.deepcopy(after)),
                lambda document, before=before: document.update(servers=copy.deepcopy(before)),
            )
        for operation in draft.uses.operations:
            for number, (before, after) in enumerate(pairs):
                yield Edit(
                    f"{operation.item} {number}",
                    on(operation.item, put({"servers": after})),
                    on(operation.item, put({"servers": before})),
                )


_EU, _US = "https://eu.example/api", "https://us.example/api"
_REGION = "https://{region}.example/api"
_servers(
    "address gone",
    "wire",
    "calls to it fail",
    ([_server(_REGION, region=_variable("eu", "us"))], [_server(_EU)]),
    ([_server(_EU), _server(_US)], [_server(_REGION, region=_variable("eu", "ap"))]),
    (
        [_server("https://a.example/{base}", base=_variable("v1", "v2"))],
        [_server("https://a.example/{base}", base=_variable("v2", "v3"))],
    ),
    ([_server("https://a.example:8443/api")], [_server("https://a.example/api")]),
    ([_server("https://a.example/API")], [_server("https://a.example/api")]),
)
_servers(
    "addresses in other words, or more",
    "compatible",
    "every call goes where it went",
    ([_server(_REGION, region=_variable("eu"))], [_server(_EU)]),
    ([_server(_EU), _server(_US)], [_server(_REGION, region=_variable("eu", "us"))]),
    (
        [_server(_REGION, region=_variable("eu", "us"))],
        [_server(_REGION, region=_variable("us", "eu", default="eu"))],
    ),
    (
        [_server(_REGION, region=_variable("eu", "us"))],
        [_server(_REGION, region=_variable("eu", "us", "ap"))],
    ),
    (
        [_server(_REGION, region=_variable("eu", "us"))],
        [_server("https://{where}.example/api", where=_variable("eu", "us"))],
    ),
    ([_server("https://a.example/api")], [_server("https://A.Example/api")]),
    ([_server("https://a.example:443/api")], [_server("https://a.example/api")]),
)


@kind("server of one operation said", "compatible", "it is the contract's server")
def server_said(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        for level in (operation.pointer, operation.item):
            yield Edit(
                f"{level} servers",
                on(level, put({"servers": [_server(_EU)]})),
                lambda document: document.update(servers=[_server(_EU)]),
            )


@kind("path in other case or with a slash", "wire", "404 for the old one: paths are texts")
def path_text(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        path = operation.path
        for new in (f"{path}/", path.swapcase()):
            if "{" not in path and new != path and "#" not in path and path != "/":

                def rename(document: Document, path: str = path, new: str = new) -> None:
                    document["paths"][new] = document["paths"].pop(path)

                yield Edit(f"{operation.item} {new}", rename)


@kind("paths in another order", "compatible", "the concrete path goes ahead of the templated one")
def path_order(draft: Draft) -> Iterator[Edit]:
    if len(draft.document["paths"]) > 1:

        def turn(document: Document) -> None:
            document["paths"] = dict(reversed(document["paths"].items()))

        yield Edit("/paths", turn)


_NEW = {"name": "zz-all", "in": "query", "schema": {"type": "string"}}


def _items(draft: Draft) -> Iterator[Operation]:
    seen = set[str]()
    for operation in draft.uses.operations:
        if operation.item not in seen:
            seen.add(operation.item)
            yield operation


def _append(parameter: dict[str, Any]) -> Any:
    return lambda node: node.setdefault("parameters", []).append(dict(parameter))


@kind("required parameter added to a path", "wire", "calls without it were valid")
def path_parameter_added(draft: Draft) -> Iterator[Edit]:
    for operation in _items(draft):
        yield Edit(operation.item, on(operation.item, _append({**_NEW, "required": True})))


@kind("parameter of a path removed", "wire", "what callers send has no effect, or is refused")
def path_parameter_removed(draft: Draft) -> Iterator[Edit]:
    for operation in _items(draft):
        yield Edit(
            operation.item,
            on(operation.item, lambda node: node["parameters"].pop()),
            on(operation.item, _append(_NEW)),
        )


@kind("parameter of a path that operations replace", "compatible", "theirs is the one that holds")
def overridden(draft: Draft) -> Iterator[Edit]:
    for operation in _items(draft):
        here = [each for each in draft.uses.operations if each.item == operation.item]

        def prepare(document: Document, here: list[Operation] = here) -> None:
            on(here[0].item, _append({**_NEW, "schema": {"type": "integer"}}))(document)
            for each in here:
                on(each.pointer, _append(_NEW))(document)

        yield Edit(
            f"{operation.item} removed",
            on(operation.item, lambda node: node["parameters"].pop()),
            prepare,
        )
        yield Edit(
            f"{operation.item} demanded",
            on(operation.item, lambda node: node["parameters"][-1].update(required=True)),
            prepare,
        )


@kind("parameter of a path said by each operation", "compatible", "it applies to them either way")
def pushed_down(draft: Draft) -> Iterator[Edit]:
    for operation in _items(draft):
        here = [each for each in draft.uses.operations if each.item == operation.item]

        def push(document: Document, here: list[Operation] = here) -> None:
            shared = find(document, here[0].item)["parameters"].pop()
            for each in here:
                on(each.pointer, _append(shared))(document)

        yield Edit(operation.item, push, on(operation.item, _append(_NEW)))


@kind("deprecation taken back", "compatible", "it stays")
def deprecation_taken_back(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        yield at(
            operation.pointer,
            lambda node: node.pop("deprecated"),
            on(operation.pointer, put({"deprecated": True})),
        )
