"""Many files → one document with local references only, every object of the right shape.

The walk follows `grammar`, so data is never looked into. What is wrong becomes a finding and is
left out, so that the stages after it can find the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from accord.errors import ContractErrors
from accord.spec.files import File, Files
from accord.spec.findings import Findings
from accord.spec.grammar import KINDS, Kind, kind_at
from accord.spec.pointers import join, nearest, split
from accord.spec.references import References, Target

_TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")
_GENERIC = frozenset(("schema", "items", "additionalProperties", "not", "content", "value"))
_POINTER_SAFE = "/~!$&'()*+,;=:@-._"


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value being copied: where it is written, and where it goes in the bundled document."""

    file: File
    pointer: str
    out: str

    def at(self, *tokens: str | int) -> _Spot:
        tail = join("", *tokens)
        return _Spot(self.file, self.pointer + tail, self.out + tail)


def bundle(files: Files, root: File, findings: Findings) -> dict[str, Any]:
    """The document in `root` with everything it refers to, keys in the author's order.

    External components move to the section of their kind, under the name of their pointer or
    file; other external objects are put in place. Faults go to `findings`.
    """
    return _Bundler(files, root, findings).document()


class _Bundler:
    def __init__(self, files: Files, root: File, findings: Findings) -> None:
        self._files = files
        self._root = root
        self._findings = findings
        self._references = References(files, findings)
        self._placed: dict[tuple[str, File, str], str] = {}
        self._taken: dict[str, set[str]] = {}
        self._waiting: list[tuple[Kind, str, Target]] = []
        self._open: set[tuple[File, str]] = set()

    def document(self) -> dict[str, Any]:
        self._claim_names()
        document: dict[str, Any] = self._copy(
            self._root.data, "document", _Spot(self._root, "", "")
        )
        while self._waiting:
            kind, name, target = self._waiting.pop(0)
            assert kind.section is not None
            out = join("", "components", kind.section, name)
            value = self._inline(target, kind.name, out)
            section = document.setdefault("components", {}).setdefault(kind.section, {})
            section[name] = {} if value is None else value
        return document

    def _claim_names(self) -> None:
        """Keeps the names of the author's own components, aliases of other files included."""
        components = self._root.data.get("components")
        if not isinstance(components, dict):
            return
        for section, entries in components.items():
            if not isinstance(entries, dict):
                continue
            self._taken[section] = set(entries)
            for name, entry in entries.items():
                if _is_alias(entry):
                    self._claim(section, name, entry["$ref"])

    def _claim(self, section: str, name: str, ref: str) -> None:
        if not ref.startswith("#"):
            pointer = join("", "components", section, name, "$ref")
            target = self._references.resolve(self._root, pointer, ref)
            if target is not None and not self._is_local(target):
                self._placed.setdefault((section, target.file, target.pointer), name)

    def _is_local(self, target: Target) -> bool:
        return target.file is self._root and kind_at(target.pointer) is not None

    def _copy(self, node: Any, type_: str, spot: _Spot) -> Any:
        if node is None and type_ != "data":
            return None
        if type_[0] == "[":
            return self._list(node, type_[1:-1], spot)
        if type_ == "items" and isinstance(node, list):
            return self._list(node, "schema", spot)
        if type_ == "items":
            type_ = "schema"
        if type_[0] == "{":
            return self._mapping(node, type_[1:-1], spot)
        kind = KINDS.get(type_)
        if kind is None:
            return self._plain(node, type_, spot)
        if kind.name == "schema" and isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            return self._wrong(node, f"a mapping ({kind.name})", spot)
        if isinstance(node.get("$ref"), str):
            return self._reference(node, kind, spot)
        return self._object(node, kind, spot)

    def _object(self, node: dict[str, Any], kind: Kind, spot: _Spot) -> Any:
        if kind.name == "discriminator":
            return self._discriminator(node, spot)
        copied: dict[str, Any] = {}
        for key, value in node.items():
            type_ = kind.fields.get(key)
            if key == "$ref" and kind.rest is None:
                self._wrong(value, "text", spot.at(key))
                continue
            if key == "$dynamicRef" and kind.name == "schema" and isinstance(value, str):
                copied[key] = self._dynamic(value, spot)
                continue
            if key.startswith("x-") and type_ is None:
                copied[key] = self._extension(value, spot.file)
                continue
            if type_ is None:
                type_ = kind.rest or "data"
            child = value if type_ == "data" else self._copy(value, type_, spot.at(key))
            if child is not None or type_ == "data":
                copied[key] = child
        for key in kind.required:
            if node.get(key) is None:
                self._findings.fault_in(
                    spot.file, spot.pointer, f"this {kind.name} has no {key!r}", f"add {key!r}"
                )
        return None if any(copied.get(key) is None for key in kind.required) else copied

    def _list(self, node: Any, inner: str, spot: _Spot) -> Any:
        if _is_alias(node):
            return self._spliced(node, f"[{inner}]", spot)
        if not isinstance(node, list):
            return self._wrong(node, "a list", spot)
        if inner == "data":
            return node
        return [self._copy(value, inner, spot.at(index)) for index, value in enumerate(node)]

    def _mapping(self, node: Any, inner: str, spot: _Spot) -> Any:
        if not isinstance(node, dict):
            return self._wrong(node, "a mapping", spot)
        if _is_alias(node):
            return self._spliced(node, f"{{{inner}}}", spot)
        copied = {}
        for key, value in node.items():
            child = self._copy(value, inner, spot.at(key))
            if child is not None:
                copied[key] = child
        return copied

    def _plain(self, node: Any, type_: str, spot: _Spot) -> Any:
        if _is_alias(node):
            return self._spliced(node, type_, spot)
        if type_ == "text":
            if isinstance(node, str):
                return node
            if isinstance(node, (int, float)):
                return str(node).lower() if isinstance(node, bool) else str(node)
            return self._wrong(node, "text", spot)
        if type_ == "flag":
            return node if isinstance(node, bool) else self._wrong(node, "true or false", spot)
        if type_ == "number":
            if isinstance(node, (int, float)) and not isinstance(node, bool):
                return node
            return self._wrong(node, "a number", spot)
        return self._types(node, spot)

    def _types(self, node: Any, spot: _Spot) -> Any:
        # `type: [string, null]` in YAML says null, not "null": what is meant is plain.
        names = ["null" if name is None else name for name in _listed(node)]
        for name in names:
            if name not in _TYPES:
                near = nearest(str(name), _TYPES)
                self._findings.fault_in(
                    spot.file,
                    spot.pointer,
                    f"{name!r} is not a type of JSON Schema",
                    f"write {near[0]!r}" if near else f"write one of {', '.join(_TYPES)}",
                )
                return None
        return names if isinstance(node, list) else node

    def _wrong(self, node: Any, expected: str, spot: _Spot) -> None:
        names: Mapping[type, str] = {dict: "a mapping", list: "a list", str: "text", bool: "a flag"}
        found = names.get(type(node), "a number")
        shown = "" if isinstance(node, (dict, list)) else f" {_short(node)}"
        self._findings.fault_in(
            spot.file,
            spot.pointer,
            f"expected {expected}, found {found}{shown}",
            f"write {expected} here, or remove the key",
        )

    def _reference(self, node: dict[str, Any], kind: Kind, spot: _Spot) -> Any:
        target = self._references.resolve(spot.file, spot.at("$ref").pointer, node["$ref"])
        if target is None or not self._is_kind(target, kind, spot):
            return None
        here = split(spot.out)
        is_own_name = (
            len(here) == 3
            and here[0] == "components"
            and self._placed.get((here[1], target.file, target.pointer)) == here[2]
        )
        if is_own_name and len(node) == 1:
            return self._inline(target, kind.name, spot.out)
        if kind.section is None or (kind.name == "path item" and not self._is_local(target)):
            return self._put_in_place(node, target, kind, spot)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        ref = self._local_text(node["$ref"], target, kind, spot)
        if not siblings:
            return {"$ref": ref}
        if kind.name == "schema":
            siblings = self._object(siblings, kind, spot)
        return {"$ref": ref, **siblings}

    def _dynamic(self, text: str, spot: _Spot) -> str:
        """`$dynamicRef`, read as the `$ref` that it is while nothing extends its schema."""
        target = self._references.resolve(spot.file, spot.at("$dynamicRef").pointer, text)
        return text if target is None else self._local_text(text, target, KINDS["schema"], spot)

    def _is_kind(self, target: Target, kind: Kind, spot: _Spot) -> bool:
        data = target.file.data
        found = kind_at(target.pointer) if isinstance(data, dict) and "openapi" in data else None
        if found in (None, kind.name):
            return True
        self._findings.fault_in(
            spot.file,
            spot.at("$ref").pointer,
            f"expected a {kind.name}, found a {found}",
            f"refer to a {kind.name}",
        )
        return False

    def _local_text(self, text: str, target: Target, kind: Kind, spot: _Spot) -> str:
        if self._is_local(target):
            if spot.file is self._root and text.startswith("#/"):
                return text
            return "#" + quote(target.pointer, safe=_POINTER_SAFE)
        assert kind.section is not None
        key = (kind.section, target.file, target.pointer)
        if key not in self._placed:
            name = self._free_name(kind.section, target)
            self._placed[key] = name
            self._waiting.append((kind, name, target))
        return "#" + join("", "components", kind.section, self._placed[key])

    def _put_in_place(self, node: dict[str, Any], target: Target, kind: Kind, spot: _Spot) -> Any:
        value = self._inline(target, kind.name, spot.out)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        if siblings and isinstance(value, dict):
            return {**value, **self._object({**target.node, **siblings}, kind, spot)}
        return value

    def _spliced(self, node: dict[str, Any], type_: str, spot: _Spot) -> Any:
        """A `$ref` where OpenAPI has none, such as for a text: what it means is put in place."""
        target = self._references.resolve(spot.file, spot.at("$ref").pointer, node["$ref"])
        return None if target is None else self._inline(target, type_, spot.out)

    def _inline(self, target: Target, type_: str, out: str) -> Any:
        key = (target.file, target.pointer)
        if key in self._open:
            self._findings.fault_in(
                *key, "this contains itself through $ref", "break the ring: only schemas may recur"
            )
            return None
        self._open.add(key)
        self._findings.moved(out, target.file, target.pointer)
        value = self._copy(target.node, type_, _Spot(target.file, target.pointer, out))
        self._open.discard(key)
        return value

    def _free_name(self, section: str, target: Target) -> str:
        """A name for an external component: its own, then with its file's, then its folder's."""
        tokens = split(target.pointer)
        stem = target.file.path.stem
        parts = [tokens[-1]] if tokens else [stem]
        wider = [stem, target.file.path.parent.name] if tokens else [target.file.path.parent.name]
        if tokens and (tokens[-1] in _GENERIC or tokens[-1].isdecimal()):
            parts = [stem, *tokens[-2:]]
            wider = [target.file.path.parent.name]
        taken = self._taken.setdefault(section, set())
        name = _plain_name(parts)
        for part in wider:
            if name not in taken:
                break
            parts = [part, *parts]
            name = _plain_name(parts)
        number, base = 2, name
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        return name

    def _discriminator(self, node: dict[str, Any], spot: _Spot) -> Any:
        mapping = self._copy(node.get("mapping"), "{text}", spot.at("mapping"))
        name = self._copy(node.get("propertyName"), "text", spot.at("propertyName"))
        if name is None:
            return None  # without it the rest says nothing; if it was wrong, that is known
        copied = {**{key: node[key] for key in node if key != "mapping"}, "propertyName": name}
        if not mapping:
            return copied
        for value, text in mapping.items():
            if not re.search(r"[/#]|\.(?:ya?ml|json)$", text):
                continue
            target = self._references.resolve(spot.file, spot.at("mapping", value).pointer, text)
            if target is not None:
                mapping[value] = self._local_text(text, target, KINDS["schema"], spot)
        copied["mapping"] = mapping
        return copied

    def _extension(self, value: Any, file: File) -> Any:
        """An `x-` value; other files that it includes by `$ref` are put in place."""
        if isinstance(value, list):
            return [self._extension(item, file) for item in value]
        if not isinstance(value, dict):
            return value
        ref = value.get("$ref")
        if len(value) == 1 and isinstance(ref, str) and re.match(r"[^#]+\.(?:ya?ml|json)$", ref):
            try:
                return self._files.beside(file, ref).data
            except ContractErrors:
                return value
        return {key: self._extension(item, file) for key, item in value.items()}


def _is_alias(node: Any) -> bool:
    """Whether a value is nothing but a reference to another."""
    return isinstance(node, dict) and len(node) == 1 and isinstance(node.get("$ref"), str)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _plain_name(parts: list[str]) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", "_".join(parts)).strip("_") or "unnamed"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
