"""Properties that come, go, and become required or hidden.

OpenAPI: a `readOnly` property is not part of requests, a `writeOnly` one not of replies. A
property that callers read is a promise whether it is required or not; a name that was never
declared is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scripts.mutants.mutants import Draft, Edit, at, kind, on
from scripts.mutants.uses import REPLY, REQUEST, Use

NEW = "zz_new"


def objects(draft: Draft, way: str, *, only: bool = False) -> Iterator[Use]:
    """Schemas with properties of their own that JSON of `way` reaches."""
    for use in draft.uses.schemas.values():
        if way in use.ways and use.is_plain and use.node.get("properties"):
            if only and not use.only(way):
                continue
            # Where other names have a schema of their own, a new name was no stranger.
            if not {"additionalProperties", "patternProperties"} & use.node.keys():
                yield use


def _properties(draft: Draft, way: str, *, required: bool, only: bool = False) -> Iterator[Use]:
    for use in draft.uses.properties.values():
        if way not in use.ways or not use.is_plain or (only and not use.only(way)):
            continue
        owner, name = _owner(draft, use)
        if (name in owner.get("required", ())) == required:
            yield use


def _owner(draft: Draft, use: Use) -> tuple[dict[str, Any], str]:
    owner, _, name = use.pointer.rpartition("/properties/")
    _, node = draft.uses.follow(owner)
    return node, name.replace("~1", "/").replace("~0", "~")


def _in_owner(use: Use, change: Callable[[dict[str, Any], str], object]) -> Edit:
    owner, _, name = use.pointer.rpartition("/properties/")
    key = name.replace("~1", "/").replace("~0", "~")
    return Edit(use.pointer, on(owner, lambda node: change(node, key)))


def _remove(node: dict[str, Any], name: str) -> None:
    del node["properties"][name]
    if name in node.get("required", ()):
        node["required"].remove(name)
        if not node["required"]:
            del node["required"]


def _require(node: dict[str, Any], name: str) -> None:
    node.setdefault("required", []).append(name)


def _release(node: dict[str, Any], name: str) -> None:
    node["required"].remove(name)
    if not node["required"]:
        del node["required"]


@kind("optional reply property removed", "wire", "callers that read it find it no more")
def optional_removed(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REPLY, required=False):
        yield _in_owner(use, _remove)


@kind("required reply property removed", "wire", "callers count on it")
def required_removed(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REPLY, required=True):
        yield _in_owner(use, _remove)


@kind("reply property renamed", "wire", "the name that callers read is gone")
def renamed(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REPLY, required=False):

        def rename(node: dict[str, Any], name: str) -> None:
            node["properties"][f"{name}_renamed"] = node["properties"].pop(name)

        yield _in_owner(use, rename)


@kind("reply property became optional", "wire", "it may be absent, and never was")
def became_optional(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REPLY, required=True):
        yield _in_owner(use, _release)


@kind("reply property became required", "compatible", "it was possible before, now it is certain")
def reply_required(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REPLY, required=False, only=True):
        yield _in_owner(use, _require)


@kind("request property became required", "wire", "requests without it were valid")
def request_required(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REQUEST, required=False):
        yield _in_owner(use, _require)


@kind("request property became optional", "compatible", "who sends it may go on")
def request_optional(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REQUEST, required=True, only=True):
        yield _in_owner(use, _release)


@kind("request property removed", "wire", "what callers send has no effect, or is refused")
def request_removed(draft: Draft) -> Iterator[Edit]:
    for required in (True, False):
        for use in _properties(draft, REQUEST, required=required):
            yield _in_owner(use, _remove)


@kind("required request property added", "wire", "requests without it were valid, default or not")
def required_added(draft: Draft) -> Iterator[Edit]:
    for use in objects(draft, REQUEST):
        for default in ({}, {"default": "x"}):

            def add(node: dict[str, Any], default: dict[str, str] = default) -> None:
                node["properties"][NEW] = {"type": "string", **default}
                _require(node, NEW)

            yield Edit(f"{use.pointer} {len(default)}", on(use.pointer, add))


@kind("optional request property added", "compatible", "requests without it stay valid")
def optional_added(draft: Draft) -> Iterator[Edit]:
    for use in objects(draft, REQUEST, only=True):
        yield at(use.pointer, _add_optional)


@kind("reply property added", "compatible", "callers ignore names that they do not know")
def reply_added(draft: Draft) -> Iterator[Edit]:
    for use in objects(draft, REPLY, only=True):
        yield at(use.pointer, _add_optional)
        yield Edit(f"{use.pointer} required", on(use.pointer, _add_required))


@kind("read-only property added", "compatible", "required or not, it is no part of requests")
def read_only_added(draft: Draft) -> Iterator[Edit]:
    for use in objects(draft, REQUEST):

        def add(node: dict[str, Any]) -> None:
            node["properties"][NEW] = {"type": "string", "readOnly": True}
            _require(node, NEW)

        yield at(use.pointer, add)


@kind("request property became read-only", "wire", "callers may not send it any more")
def became_read_only(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REQUEST, required=False):
        if "$ref" not in use.node:
            yield at(use.pointer, lambda node: node.update(readOnly=True))


@kind("reply property became write-only", "wire", "replies have it no more")
def became_write_only(draft: Draft) -> Iterator[Edit]:
    for use in _properties(draft, REPLY, required=False):
        if "$ref" not in use.node:
            yield at(use.pointer, lambda node: node.update(writeOnly=True))


def _add_optional(node: dict[str, Any]) -> None:
    node["properties"][NEW] = {"type": "string"}


def _add_required(node: dict[str, Any]) -> None:
    _add_optional(node)
    _require(node, NEW)
