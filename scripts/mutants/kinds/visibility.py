"""`readOnly` and `writeOnly` that come, go, and hide a change.

OpenAPI: a `readOnly` property is not to be sent in requests, and `required` then holds for replies
alone; `writeOnly` is the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.mutants.kinds.objects import objects
from scripts.mutants.mutants import Draft, Edit, Label, kind, on
from scripts.mutants.uses import REPLY, REQUEST, Use

Property = dict[str, Any]
_NAME = "zz_hidden"
_BOTH = "both"


def _property(*flags: str, **keywords: Any) -> Property:
    return {"type": "string", **dict.fromkeys(flags, True), **keywords}


_RO, _WO = "readOnly", "writeOnly"
_LONG, _SHORT = {"maxLength": 50}, {"maxLength": 20}
_GONE: Property = {}


def _places(draft: Draft, way: str) -> Iterator[Use]:
    if way != _BOTH:
        yield from objects(draft, way, only=True)
        return
    for use in objects(draft, REQUEST):
        if use.ways == {REQUEST, REPLY}:
            yield use


def _hidden(
    name: str,
    way: str,
    label: Label,
    why: str,
    *pairs: tuple[Property, Property],
    required: bool = False,
) -> None:
    @kind(name, label, why)
    def edits(draft: Draft) -> Iterator[Edit]:
        for use in _places(draft, way):
            if "minProperties" in use.node or "maxProperties" in use.node:
                continue
            for number, (before, after) in enumerate(pairs):

                def put(node: dict[str, Any], value: Property) -> None:
                    node["properties"].pop(_NAME, None)
                    names = [each for each in node.get("required", ()) if each != _NAME]
                    if value:
                        node["properties"][_NAME] = dict(value)
                        names += [_NAME] if required else []
                    node.pop("required", None)
                    if names:
                        node["required"] = names

                yield Edit(
                    f"{use.pointer} {number}",
                    on(use.pointer, lambda node, after=after, put=put: put(node, after)),
                    on(use.pointer, lambda node, before=before, put=put: put(node, before)),
                )


_hidden(
    "read-only property of a request changed or freed",
    REQUEST,
    "compatible",
    "it is no part of requests; once it may be sent it need not",
    (_property(_RO, **_LONG), _property(_RO, **_SHORT)),
    (_property(_RO), _GONE),
    (_property(_RO), _property()),
    (_property(), _property(_WO)),
    (_property(_WO), _property()),
)
_hidden(
    "read-only property of a request demanded",
    REQUEST,
    "wire",
    "`required` did not hold in requests, and does now",
    (_property(_RO), _property()),
    (_property(_RO), _property(_WO)),
    required=True,
)
_hidden(
    "write-only property of a reply changed or freed",
    REPLY,
    "compatible",
    "it is no part of replies; once it is sent it is one more",
    (_property(_WO, **_SHORT), _property(_WO, **_LONG)),
    (_property(_WO), _GONE),
    (_property(_WO), _property()),
    (_property(), _property(_RO)),
    (_property(_RO), _property()),
)
_hidden(
    "hidden property narrowed or widened where it is seen",
    _BOTH,
    "wire",
    "requests see the write-only property, replies the read-only one",
    (_property(_WO, **_LONG), _property(_WO, **_SHORT)),
    (_property(_RO, **_SHORT), _property(_RO, **_LONG)),
)
_hidden(
    "hidden property narrowed or widened where it is not seen",
    _BOTH,
    "compatible",
    "what is narrowed is seen in replies alone, what is widened in requests alone",
    (_property(_RO, **_LONG), _property(_RO, **_SHORT)),
    (_property(_WO, **_SHORT), _property(_WO, **_LONG)),
)
_hidden(
    "property hidden from one side",
    _BOTH,
    "wire",
    "callers sent it, or read it",
    (_property(), _property(_RO)),
    (_property(), _property(_WO)),
    (_property(_RO), _property(_WO)),
)
