"""One schema, one level: whatever dialect it is written in, as JSON Schema 2020-12.

`null` is taken out of the schema and reported beside it; wrappers around a single schema are
taken off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accord.spec.accepts import is_of_type
from accord.spec.findings import Findings
from accord.spec.pointers import join

ANNOTATIONS = frozenset(
    (
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "example",
        "examples",
    )
)
_DROPPED = frozenset(
    ("nullable", "xml", "externalDocs", "$comment", "$schema", "$id", "$anchor", "$defs")
) | {"definitions", "$dynamicAnchor", "id"}
_KEPT_EXTENSIONS = ("x-accord-", "x-enum")
_NULL = ({"type": "null"}, {"const": None}, {"enum": [None]}, {"type": ["null"]})


@dataclass(slots=True)
class Simple:
    """`core` constrains what is not null and stands at `pointer`."""

    core: dict[str, Any]
    annotations: dict[str, Any]
    pointer: str
    nullable: bool


class Simplifier:
    """Simplifies the schemas of one document; `legacy` tells OpenAPI 3.0's dialect."""

    def __init__(self, findings: Findings, *, legacy: bool) -> None:
        self._findings = findings
        self._legacy = legacy

    def simplify(self, node: Any, pointer: str) -> Simple:
        """The schema `node` at the bundled `pointer`; wrong enum members become warnings."""
        if node is None:
            node = {}
        if isinstance(node, bool):
            return Simple({} if node else {"not": {}}, {}, pointer, nullable=node)
        if self._legacy and "$ref" in node:
            node = {
                key: value
                for key, value in node.items()
                if key in ("$ref", "nullable") or key in ANNOTATIONS
            }
        simple = Simple({}, {}, pointer, nullable=False)
        for key, value in node.items():
            if key in ANNOTATIONS:
                simple.annotations[key] = value
            elif key in _DROPPED or (key.startswith("x-") and not key.startswith(_KEPT_EXTENSIONS)):
                continue
            else:
                simple.core[key] = value
        self._bounds(simple.core)
        self._arrays(simple.core)
        self._types(node, simple)
        self._enum(simple)
        self._null_members(simple)
        return self._unwrapped(simple)

    @staticmethod
    def _bounds(core: dict[str, Any]) -> None:
        for exclusive, inclusive in (
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ):
            flag = core.get(exclusive)
            if isinstance(flag, bool):
                del core[exclusive]
                if flag and inclusive in core:
                    core[exclusive] = core.pop(inclusive)

    @staticmethod
    def _arrays(core: dict[str, Any]) -> None:
        if isinstance(core.get("items"), list):
            core["prefixItems"] = core.pop("items")
            if "additionalItems" in core:
                core["items"] = core.pop("additionalItems")
        reference = core.pop("$dynamicRef", core.pop("$recursiveRef", None))
        if reference is not None and "$ref" not in core:
            core["$ref"] = reference

    @staticmethod
    def _types(node: dict[str, Any], simple: Simple) -> None:
        core = simple.core
        types = core.get("type")
        if isinstance(types, list):
            others = [name for name in dict.fromkeys(types) if name != "null"]
            simple.nullable = "null" in types
            core["type"] = others if len(others) > 1 else (others or ["null"])[0]
        if node.get("nullable") is True:
            simple.nullable = True

    def _enum(self, simple: Simple) -> None:
        core = simple.core
        if core.get("const") is not None:
            simple.nullable = False
        members = core.get("enum")
        if not isinstance(members, list):
            return
        kept: list[Any] = []
        takes_null = False
        types = core.get("type")
        for index, member in enumerate(members):
            if member is None and (simple.nullable or types is None):
                takes_null = True
            elif types is not None and not is_of_type(member, types):
                self._findings.warn(
                    join(simple.pointer, "enum", index),
                    f"the enum member {member!r} is not of type {types!r}; it is ignored",
                    "correct the member or the type",
                )
            elif not any(member == other and type(member) is type(other) for other in kept):
                kept.append(member)
        if kept:
            # A type that takes null does not make it a member.
            simple.nullable = takes_null
        if len(kept) == 1:
            del core["enum"]
            core["const"] = kept[0]
        elif not kept or (types == "boolean" and len(kept) == 2):
            del core["enum"]
            if not kept and takes_null and all(member is None for member in members):
                core["type"] = "null"
        else:
            core["enum"] = kept

    @staticmethod
    def _null_members(simple: Simple) -> None:
        for keyword in ("anyOf", "oneOf"):
            members = simple.core.get(keyword)
            if not isinstance(members, list):
                continue
            others = [member for member in members if member not in _NULL]
            if members and not others:
                del simple.core[keyword]
                simple.core.setdefault("type", "null")
            elif len(others) < len(members):
                # The members keep their places in the list: their pointers are their identity.
                simple.nullable = True
                simple.core[keyword] = [None if member in _NULL else member for member in members]

    def _set_aside_annotations(self, simple: Simple, members: list[Any]) -> None:
        """`allOf: [X, {description: …}]` is X, described."""
        kept = list(members)
        for index, member in enumerate(members):
            if isinstance(member, dict) and set(member) <= ANNOTATIONS | {"nullable"}:
                notes = {key: value for key, value in member.items() if key in ANNOTATIONS}
                simple.annotations = {**notes, **simple.annotations}
                kept[index] = None
        if any(member is not None for member in kept):
            simple.core["allOf"] = kept
        else:
            del simple.core["allOf"]

    def _unwrapped(self, simple: Simple) -> Simple:
        core = simple.core
        for keyword in ("allOf", "anyOf", "oneOf"):
            members = core.get(keyword)
            if not isinstance(members, list):
                continue
            if keyword == "allOf":
                self._set_aside_annotations(simple, members)
                members = core.get("allOf", [])
            present = [i for i, member in enumerate(members) if member is not None]
            beside = set(core) - {keyword, "discriminator"}
            if len(present) == 1 and not (beside - {"type"}):
                index = present[0]
                inner = self.simplify(members[index], join(simple.pointer, keyword, index))
                if "type" in beside and inner.core.get("type", core["type"]) != core["type"]:
                    return simple
                if keyword == "allOf" and "type" in beside and not simple.nullable:
                    inner.nullable = False
                if "type" in beside and "$ref" not in inner.core:
                    inner.core.setdefault("type", core["type"])
                inner.annotations = {**inner.annotations, **simple.annotations}
                inner.nullable = inner.nullable or simple.nullable
                return inner
        return simple
