"""Paths, methods and servers: where a call goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from accord.spec.pointers import join
from scripts.mutants.mutants import Draft, Edit, at, drop, kind, move, on

_OPERATION = {"operationId": "zzNew", "responses": {"204": {"description": "Done."}}}


@kind("operation removed", "wire", "404 or 405 for a call that was valid")
def removed(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        method = operation.method
        yield Edit(operation.pointer, on(operation.item, drop(method)))


@kind("path removed", "wire", "404 for a call that was valid")
def path_removed(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        yield Edit(operation.item, drop("paths", operation.path))


@kind("path renamed", "wire", "404 for the old one")
def path_renamed(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        if not operation.path.endswith("}") and "#" not in operation.path:
            new = f"{operation.path.rstrip('/')}-renamed"
            yield Edit(operation.item, move(operation.path, new, "paths"))


@kind("method changed", "wire", "405 for the old one")
def method_changed(draft: Draft) -> Iterator[Edit]:
    for old, new in (("put", "patch"), ("patch", "put"), ("post", "put"), ("get", "head")):
        for operation in draft.uses.operations:
            _, item = draft.uses.follow(operation.item)
            if operation.method == old and new not in item:
                yield Edit(
                    operation.pointer,
                    on(operation.item, move(old, new)),
                )


@kind("operation added", "compatible", "no caller knows it")
def added(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        _, item = draft.uses.follow(operation.item)
        if "trace" not in item:
            yield at(operation.item, lambda node: node.update(trace=dict(_OPERATION)))


@kind("path added", "compatible", "no caller knows it")
def path_added(draft: Draft) -> Iterator[Edit]:
    yield Edit("/paths", lambda document: document["paths"].update({"/zz": {"get": _OPERATION}}))


def _servers(draft: Draft, before: list[Any], after: list[Any]) -> Iterator[Edit]:
    yield Edit(
        f"/servers {before} {after}",
        lambda document: document.update(servers=after),
        lambda document: document.update(servers=before),
    )


_ONE = {"url": "https://one.example/api"}
_TWO = {"url": "https://two.example/api"}


@kind("base path or host changed", "wire", "calls to the old address fail")
def server_changed(draft: Draft) -> Iterator[Edit]:
    yield from _servers(draft, [_ONE], [{"url": "https://one.example/api/v9"}])
    yield from _servers(draft, [_ONE], [_TWO])
    yield from _servers(draft, [{"url": "/a"}], [{"url": "/b"}])
    yield from _servers(draft, [_ONE], [{"url": "http://one.example/api"}])


@kind("server removed", "wire", "calls to it fail")
def server_removed(draft: Draft) -> Iterator[Edit]:
    yield from _servers(draft, [_ONE, _TWO], [_ONE])
    yield from _servers(draft, [_ONE, _TWO], [_TWO])


@kind("server variable narrowed", "wire", "an address that was listed is gone")
def variable(draft: Draft) -> Iterator[Edit]:
    def server(*regions: str) -> dict[str, Any]:
        region = {"default": regions[0], "enum": list(regions)}
        return {"url": "https://{region}.example", "variables": {"region": region}}

    yield from _servers(draft, [server("eu", "us")], [server("eu")])
    yield from _servers(draft, [server("eu", "us")], [server("us")])


@kind("server of an operation changed", "wire", "calls of that operation go elsewhere")
def operation_server(draft: Draft) -> Iterator[Edit]:
    for operation in draft.uses.operations:
        yield Edit(
            operation.pointer,
            on(operation.pointer, lambda node: node.update(servers=[_TWO])),
            on(operation.pointer, lambda node: node.update(servers=[_ONE])),
        )


@kind("server added", "compatible", "the old ones still answer")
def server_added(draft: Draft) -> Iterator[Edit]:
    yield from _servers(draft, [_ONE], [_ONE, _TWO])


@kind("server described", "compatible", "a text")
def server_described(draft: Draft) -> Iterator[Edit]:
    yield from _servers(draft, [_ONE], [{**_ONE, "description": "The first."}])
    yield Edit(
        join("", "servers"),
        lambda document: document.update(servers=[{"url": "/"}]),
        lambda document: document.pop("servers", None) and None,
    )


@kind("base path moved into the paths", "compatible", "every URL is what it was")
def base_moved(draft: Draft) -> Iterator[Edit]:
    def move_in(document: dict[str, Any]) -> None:
        document["servers"] = [{"url": "https://one.example"}]
        document["paths"] = {f"/api{path}": item for path, item in document["paths"].items()}

    if all(path.startswith("/") for path in draft.document["paths"]):
        yield Edit("/servers", move_in, lambda document: document.update(servers=[dict(_ONE)]))
