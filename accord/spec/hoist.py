"""Schemas: every object, enum and union gets a name of its own, everything else stays inline.

Until names are final a schema is known by its pointer in the bundled document: that is the key
in `Hoist.schemas`, and what `$ref` says in the schemas made here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from accord.spec.accepts import accepts
from accord.spec.findings import Findings
from accord.spec.names import Wish, pascal
from accord.spec.pointers import NotThere, find, join, split
from accord.spec.simplify import Simple, Simplifier

_OBJECT = frozenset(
    (
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "required",
        "minProperties",
        "maxProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
    )
)
_COMPOSED = frozenset(("enum", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"))
_TUPLE = frozenset(("prefixItems", "contains", "unevaluatedItems"))
_CHECKING = frozenset(
    ("not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems")
)
_INNER = frozenset(("items", "additionalProperties", "unevaluatedProperties"))
_STAYS_IN_PLACE = frozenset(("description", "default", "deprecated", "readOnly", "writeOnly"))
_COMPONENT = "/components/schemas/"
_SKIPPED = frozenset(
    ("components", "schemas", "properties", "items", "schema", "content", "paths", "allOf")
) | {"responses", "parameters", "requestBodies", "headers", "oneOf", "anyOf", "$defs"}
_Wishes = tuple[str, ...]


class Hoist:
    """The named schemas of one bundled document, found from the places that use them."""

    def __init__(self, document: Mapping[str, Any], findings: Findings, *, legacy: bool) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self.wishes: dict[str, Wish] = {}
        self._document = document
        self._findings = findings
        self._simplifier = Simplifier(findings, legacy=legacy)
        self._simple: dict[str, Simple] = {}
        self._placed: dict[str, dict[str, Any]] = {}
        self._waiting: deque[str] = deque()
        self._defaults: list[tuple[dict[str, Any], str]] = []
        for name in document.get("components", {}).get("schemas", {}):
            self._name(_COMPONENT + join("", name)[1:], (name,), own=True)
        self._define()

    def place(self, pointer: str, *wishes: str) -> dict[str, Any]:
        """What stands for the schema at the bundled `pointer` where it is used.

        `wishes` are names for it, best first, should it need one.
        """
        if pointer not in self._placed:
            self._placed[pointer] = self._place(self._node(pointer), pointer, wishes)
            self._define()
        return self._placed[pointer]

    def drop_wrong_defaults(self) -> None:
        """Takes out defaults that their schemas refuse, with a warning each. Call it last."""
        for schema, pointer in self._defaults:
            value = schema["default"]
            if not accepts(schema, value, self.schemas.__getitem__):
                self._findings.warn(
                    join(pointer, "default"),
                    f"the default {value!r} is not what its schema takes; it is ignored",
                    "correct the default or the schema",
                )
                del schema["default"]

    def _define(self) -> None:
        while self._waiting:
            key = self._waiting.popleft()
            simple = self._look(key)
            wishes = self.wishes[key].candidates
            make = self._body if _needs_name(simple.core) else self._inline
            body = make(simple.core, simple.pointer, wishes, item="Item")
            self.schemas[key] = {**simple.annotations, **body}
            if "default" in simple.annotations:
                self._take_own_default(key, simple)

    def _take_own_default(self, key: str, simple: Simple) -> None:
        if simple.annotations["default"] is None and simple.nullable:
            del self.schemas[key]["default"]
        else:
            self._defaults.append((self.schemas[key], key))

    def _look(self, pointer: str) -> Simple:
        if pointer not in self._simple:
            self._simple[pointer] = self._simplifier.simplify(self._node(pointer), pointer)
        return self._simple[pointer]

    def _node(self, pointer: str) -> Any:
        try:
            return find(self._document, pointer)
        except NotThere:
            # Left out by the bundler, which has said why.
            return {}

    def _name(self, key: str, candidates: tuple[str, ...], *, own: bool = False) -> None:
        if key not in self.wishes:
            self.wishes[key] = Wish(key, candidates, own=own)
            self._waiting.append(key)

    def _target(self, ref: str) -> str:
        """The key of what a `$ref` means; a place inside another schema is given a name."""
        key = unquote(ref[1:])
        if key not in self.wishes:
            words = [token for token in split(key) if token not in _SKIPPED]
            self._name(key, ("".join(pascal(word) for word in words),))
        return key

    def _is_nullable(self, key: str, seen: tuple[str, ...] = ()) -> bool:
        simple = self._look(key)
        if simple.nullable or "$ref" not in simple.core or key in seen:
            return simple.nullable
        return self._is_nullable(self._target(simple.core["$ref"]), (*seen, key))

    def _inherited_default(self, key: str) -> dict[str, Any]:
        """The default that a named scalar or enum brings along to where it is used."""
        seen: set[str] = set()
        while key not in seen:
            seen.add(key)
            simple = self._look(key)
            if "default" in simple.annotations:
                is_plain = simple.core.get("type") not in ("object", None)
                return {"default": simple.annotations["default"]} if is_plain else {}
            if "$ref" not in simple.core:
                break
            key = self._target(simple.core["$ref"])
        return {}

    def _place(self, node: Any, pointer: str, wishes: _Wishes) -> dict[str, Any]:
        simple = self._simplifier.simplify(node, pointer)
        notes = simple.annotations
        nullable = simple.nullable
        if set(simple.core) == {"$ref"}:
            key = self._target(simple.core["$ref"])
            nullable = nullable or self._is_nullable(key)
            notes = {**self._inherited_default(key), **notes}
            placed: dict[str, Any] = {"$ref": key}
        elif _needs_name(simple.core):
            self._name(pointer, wishes)
            placed = {"$ref": pointer}
        else:
            placed = self._inline(simple.core, simple.pointer, wishes)
        if "$ref" in placed:
            notes = {key: notes[key] for key in notes if key in _STAYS_IN_PLACE}
        placed = {**notes, **(_or_null(placed) if nullable else placed)}
        if "default" in placed:
            self._defaults.append((placed, simple.pointer))
        return placed

    def _inline(
        self, core: dict[str, Any], pointer: str, wishes: _Wishes, item: str = ""
    ) -> dict[str, Any]:
        if set(core) == {"$ref"}:
            return {"$ref": self._target(core["$ref"])}
        names = {"items": _longer(wishes, item), "contentSchema": _longer(wishes, "Content")}
        return {
            key: self._place(value, join(pointer, key), names[key]) if key in names else value
            for key, value in core.items()
            if key != "discriminator"
        }

    def _body(
        self, core: dict[str, Any], pointer: str, wishes: _Wishes, item: str = ""
    ) -> dict[str, Any]:
        """The constraints of a named schema; what is below it gets names that begin with its."""
        body: dict[str, Any] = {}
        for key, value in core.items():
            at = join(pointer, key)
            if key == "$ref":
                body.setdefault("allOf", []).insert(0, {"$ref": self._target(value)})
            elif key == "properties":
                body[key] = self._each(value, at, lambda name: _longer(wishes, pascal(name)))
            elif key == "patternProperties":
                body[key] = self._each(value, at, lambda _: _longer(wishes, "Value"))
            elif key in ("additionalProperties", "unevaluatedProperties"):
                whole = isinstance(value, bool)
                body[key] = value if whole else self._place(value, at, _longer(wishes, "Value"))
            elif key == "contentSchema":
                body[key] = self._place(value, at, _longer(wishes, "Content"))
            elif key == "items":
                body[key] = self._place(value, at, _longer(wishes, item))
            elif key == "prefixItems":
                body[key] = [
                    self._place(member, join(at, index), _longer(wishes, f"Item{index + 1}"))
                    for index, member in enumerate(value)
                ]
            elif key == "allOf":
                body.setdefault(key, []).extend(self._parts(value, at, wishes))
            elif key in ("anyOf", "oneOf"):
                body[key] = self._variants(value, at, wishes)
            elif key == "discriminator":
                body[key] = self._discriminator(value)
            elif key == "dependentSchemas":
                body[key] = {name: self._checked(part) for name, part in value.items()}
            else:
                body[key] = self._checked(value) if key in _CHECKING else value
        return body

    def _each(
        self, schemas: Mapping[str, Any], pointer: str, wish: Callable[[str], _Wishes]
    ) -> dict[str, Any]:
        return {
            name: self._place(schema, join(pointer, name), wish(name))
            for name, schema in schemas.items()
        }

    def _parts(self, members: list[Any], pointer: str, wishes: _Wishes) -> list[dict[str, Any]]:
        """The members of an allOf: they are one class together, so none is named by itself."""
        parts = []
        for index, member in enumerate(members):
            if member is None:
                continue
            simple = self._simplifier.simplify(member, join(pointer, index))
            if set(simple.core) == {"$ref"}:
                parts.append({"$ref": self._target(simple.core["$ref"])})
            else:
                body = self._body(simple.core, simple.pointer, wishes)
                parts.append({**simple.annotations, **body})
        return parts

    def _variants(self, members: list[Any], pointer: str, wishes: _Wishes) -> list[dict[str, Any]]:
        variants = []
        for index, member in enumerate(members):
            if member is None:
                continue
            at = join(pointer, index)
            simple = self._simplifier.simplify(member, at)
            if simple.core and set(simple.core) <= _OBJECT - {"properties"}:
                variants.append(self._checked(member))
                continue
            title = simple.annotations.get("title")
            names = _longer(wishes, f"Option{index + 1}")
            if isinstance(title, str) and pascal(title):
                names = (*_longer(wishes, pascal(title)), *names)
            variants.append(self._place(member, at, names))
        return variants

    def _discriminator(self, value: dict[str, Any]) -> dict[str, Any]:
        mapping = value.get("mapping")
        if not mapping:
            return {"propertyName": value.get("propertyName", "")}
        keys = {}
        for name, ref in mapping.items():
            text = ref if ref.startswith("#") else f"#{_COMPONENT}{join('', ref)[1:]}"
            try:
                find(self._document, unquote(text[1:]))
            except NotThere:
                continue
            keys[name] = self._target(text)
        return {"propertyName": value.get("propertyName", ""), "mapping": keys}

    def _checked(self, node: Any) -> Any:
        """A schema that only checks (`not`, `if` …): in the new dialect, nothing named in it."""
        if not isinstance(node, dict):
            return node
        simple = self._simplifier.simplify(node, "")
        body: dict[str, Any] = {}
        for key, value in simple.core.items():
            if key == "$ref":
                body[key] = self._target(value)
            elif key in ("properties", "patternProperties", "dependentSchemas"):
                body[key] = {name: self._checked(part) for name, part in value.items()}
            elif key in ("allOf", "anyOf", "oneOf", "prefixItems"):
                body[key] = [self._checked(part) for part in value if part is not None]
            elif key in _CHECKING or key in _INNER:
                body[key] = self._checked(value)
            else:
                body[key] = value
        return _or_null(body) if simple.nullable else body


def _longer(wishes: _Wishes, suffix: str) -> _Wishes:
    return tuple(wish + suffix for wish in wishes)


def _needs_name(core: Mapping[str, Any]) -> bool:
    """Whether a schema is an object, an enum, a union or a tuple."""
    keys = core.keys()
    if "items" in keys and "type" not in keys:
        return True  # of arrays only, and takes everything else
    if isinstance(core.get("type"), list) or core.get("type") == "object":
        return True
    if "$ref" in keys:
        return len(keys) > 1
    if keys & _COMPOSED:
        # `false` as a schema, and what is not there cannot be a class.
        return core != {"not": {}}
    return bool(keys & _TUPLE) or bool(keys & _OBJECT)


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if not schema or schema.get("type") == "null":
        return schema
    if isinstance(schema.get("type"), str) and not schema.keys() & {"const", "enum", "not"}:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
