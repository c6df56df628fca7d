"""Alternatives: `oneOf` and `anyOf` with members that come and go, and what tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.mutants.mutants import Draft, Edit, kind, on
from scripts.mutants.uses import REPLY, REQUEST, Use

_MEMBERS: dict[str, dict[str, Any]] = {
    "card": {
        "type": "object",
        "required": ["kind", "number"],
        "properties": {"kind": {"type": "string", "enum": ["card"]}, "number": {"type": "string"}},
    },
    "cash": {
        "type": "object",
        "required": ["kind", "currency"],
        "properties": {
            "kind": {"type": "string", "enum": ["cash"]},
            "currency": {"type": "string"},
        },
    },
    "voucher": {
        "type": "object",
        "required": ["kind", "code"],
        "properties": {"kind": {"type": "string", "enum": ["voucher"]}, "code": {"type": "string"}},
    },
}


def _places(draft: Draft, way: str, only: bool) -> Iterator[Use]:
    """Plain text values, which a union takes the place of."""
    for use in draft.uses.schemas.values():
        is_free = use.node.get("type") == "string" and not {"enum", "default"} & use.node.keys()
        if is_free and use.is_plain and way in use.ways and (use.only(way) or not only):
            yield use


def _union(*names: str, mapped: bool = False, keyword: str = "oneOf") -> dict[str, Any]:
    """Inline members, or with `mapped` components told apart by `kind`."""
    if not mapped:
        return {keyword: [dict(_MEMBERS[name]) for name in names]}
    return {
        keyword: [{"$ref": f"#/components/schemas/Zz{name.title()}"} for name in names],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {name: f"#/components/schemas/Zz{name.title()}" for name in names},
        },
    }


def _replace(pointer: str, union: dict[str, Any]) -> Any:
    def replace(document: dict[str, Any]) -> None:
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update({f"Zz{name.title()}": dict(member) for name, member in _MEMBERS.items()})

        def put(node: dict[str, Any]) -> None:
            node.clear()
            node.update(union)

        on(pointer, put)(document)

    return replace


def _swaps(
    draft: Draft, way: str, before: tuple[str, ...], after: tuple[str, ...], *, only: bool
) -> Iterator[Edit]:
    for use in _places(draft, way, only):
        for keyword in ("oneOf", "anyOf"):
            for mapped in (False, True):
                yield Edit(
                    f"{use.pointer} {keyword} {mapped}",
                    _replace(use.pointer, _union(*after, mapped=mapped, keyword=keyword)),
                    _replace(use.pointer, _union(*before, mapped=mapped, keyword=keyword)),
                )


@kind("alternative taken from a request", "wire", "values of that alternative are refused")
def taken(draft: Draft) -> Iterator[Edit]:
    return _swaps(draft, REQUEST, ("card", "cash", "voucher"), ("card", "voucher"), only=False)


@kind("alternative added to a request", "compatible", "what was valid stays valid")
def added(draft: Draft) -> Iterator[Edit]:
    return _swaps(draft, REQUEST, ("card", "cash"), ("card", "voucher", "cash"), only=True)


@kind("alternative added to a reply", "wire", "callers meet a value of an unknown kind")
def grown(draft: Draft) -> Iterator[Edit]:
    return _swaps(draft, REPLY, ("card", "cash"), ("card", "cash", "voucher"), only=False)


@kind("alternative taken from a reply", "compatible", "the others were possible before")
def shrunk(draft: Draft) -> Iterator[Edit]:
    return _swaps(draft, REPLY, ("card", "cash", "voucher"), ("card", "voucher"), only=True)


@kind("alternatives in another order", "compatible", "order means nothing in oneOf and anyOf")
def reordered(draft: Draft) -> Iterator[Edit]:
    for way in (REQUEST, REPLY):
        yield from _swaps(
            draft, way, ("card", "cash", "voucher"), ("voucher", "card", "cash"), only=False
        )


@kind("value becomes one of several in a request", "compatible", "the old value is one of them")
def wrapped(draft: Draft) -> Iterator[Edit]:
    for use in _places(draft, REQUEST, only=True):

        def wrap(node: dict[str, Any]) -> None:
            old = dict(node)
            node.clear()
            node["anyOf"] = [old, {"type": "object", "required": ["id"]}]

        yield Edit(use.pointer, on(use.pointer, wrap))


@kind("value becomes one of several in a reply", "wire", "the other one was never sent")
def wrapped_reply(draft: Draft) -> Iterator[Edit]:
    for use in _places(draft, REPLY, only=False):

        def wrap(node: dict[str, Any]) -> None:
            old = dict(node)
            node.clear()
            node["oneOf"] = [old, {"type": "object", "required": ["id"]}]

        yield Edit(use.pointer, on(use.pointer, wrap))


@kind("member of an alternative changed", "wire", "the same law holds within each alternative")
def member_changed(draft: Draft) -> Iterator[Edit]:
    for use in _places(draft, REPLY, only=False):
        changed = _union("card", "cash")
        changed["oneOf"][1] = {**changed["oneOf"][1], "required": ["kind"]}
        yield Edit(
            use.pointer,
            _replace(use.pointer, changed),
            _replace(use.pointer, _union("card", "cash")),
        )


@kind("discriminator changed", "wire", "callers tell values apart by a name or value that is gone")
def discriminator(draft: Draft) -> Iterator[Edit]:
    for way in (REQUEST, REPLY):
        for use in _places(draft, way, only=False):
            for change in ("property", "value", "target"):
                changed = _union("card", "cash", mapped=True)
                mapping = changed["discriminator"]["mapping"]
                if change == "property":
                    changed["discriminator"]["propertyName"] = "type"
                elif change == "value":
                    mapping["plastic"] = mapping.pop("card")
                else:
                    mapping["card"], mapping["cash"] = mapping["cash"], mapping["card"]
                yield Edit(
                    f"{use.pointer} {change}",
                    _replace(use.pointer, changed),
                    _replace(use.pointer, _union("card", "cash", mapped=True)),
                )


@kind("discriminator value taken from a request", "wire", "what callers send means nothing now")
def value_taken(draft: Draft) -> Iterator[Edit]:
    for use in _places(draft, REQUEST, only=False):
        before = _union("card", "cash", mapped=True)
        before["discriminator"]["mapping"]["plastic"] = "#/components/schemas/ZzCard"
        yield Edit(
            use.pointer,
            _replace(use.pointer, _union("card", "cash", mapped=True)),
            _replace(use.pointer, before),
        )


@kind("discriminator value added to a request", "compatible", "what was valid stays valid")
def value_added(draft: Draft) -> Iterator[Edit]:
    for use in _places(draft, REQUEST, only=True):
        after = _union("card", "cash", mapped=True)
        after["discriminator"]["mapping"]["plastic"] = "#/components/schemas/ZzCard"
        yield Edit(
            use.pointer,
            _replace(use.pointer, after),
            _replace(use.pointer, _union("card", "cash", mapped=True)),
        )


@kind("several alternatives at once refused", "wire", "oneOf refuses what two of its members take")
def exclusive(draft: Draft) -> Iterator[Edit]:
    members = [{"type": "integer"}, {"type": "number", "minimum": 0}]
    for use in _places(draft, REQUEST, only=False):
        yield Edit(
            use.pointer,
            _replace(use.pointer, {"oneOf": members}),
            _replace(use.pointer, {"anyOf": members}),
        )
