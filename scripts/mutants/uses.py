"""Where the operations of a contract reach which of its values, and in which direction.

A schema may stand in requests, in replies, or in both; only where that is known can a change to
it be labelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from accord.spec.pointers import find, join

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
REQUEST, REPLY = "request", "reply"
PLAIN, TEXT, MIXED = "plain", "text", "mixed"
"""How a schema is reached: through JSON alone; as the text of a parameter, header or form; within
a composition (`allOf`, `oneOf`, `not` …), where no single edit can be labelled by itself."""
_OPPOSITE = {REQUEST: REPLY, REPLY: REQUEST}


@dataclass(slots=True)
class Use:
    """One value of the contract: all the ways that operations reach it."""

    pointer: str
    node: Any
    ways: set[str] = field(default_factory=set)
    contexts: set[str] = field(default_factory=set)

    def only(self, way: str) -> bool:
        return self.ways == {way}

    @property
    def is_plain(self) -> bool:
        return self.contexts == {PLAIN}


@dataclass(frozen=True, slots=True)
class Operation:
    """`pointer` is its place under `paths`; `item` is the path item's."""

    pointer: str
    item: str
    path: str
    method: str
    node: Mapping[str, Any]


class Uses:
    """The values of one document, by pointer, references followed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.operations = tuple(self._operations("paths"))
        self.webhooks = tuple(self._operations("webhooks"))
        self.schemas: dict[str, Use] = {}
        self.parameters: dict[str, Use] = {}
        self.bodies: dict[str, Use] = {}
        self.replies: dict[str, Use] = {}
        self.headers: dict[str, Use] = {}
        self.properties: dict[str, Use] = {}
        """Properties by their pointer, which may be a `$ref`."""
        self._seen: set[tuple[str, str, str]] = set()
        for operation in self.operations:
            self._operation(operation, REQUEST)
        for operation in self.webhooks:
            self._operation(operation, REPLY)

    def follow(self, pointer: str) -> tuple[str, Any]:
        """The value at `pointer` and where it is, after references."""
        node = find(self.document, pointer)
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            pointer = node["$ref"][1:]
            node = find(self.document, pointer)
        return pointer, node

    def _operations(self, section: str) -> Iterator[Operation]:
        for path, item in self.document.get(section, {}).items():
            if path.startswith("x-") or "$ref" in item:
                continue
            at = join("", section, path)
            for method in METHODS:
                if method in item:
                    yield Operation(join(at, method), at, path, method, item[method])

    def _operation(self, operation: Operation, way: str) -> None:
        item = find(self.document, operation.item)
        for owner, at in ((item, operation.item), (operation.node, operation.pointer)):
            for index in range(len(owner.get("parameters", ()))):
                pointer, node = self.follow(join(at, "parameters", index))
                self._note(self.parameters, pointer, node, way, PLAIN)
                self._content(pointer, node, way, TEXT)
        if "requestBody" in operation.node:
            pointer, node = self.follow(join(operation.pointer, "requestBody"))
            self._note(self.bodies, pointer, node, way, PLAIN)
            self._content(pointer, node, way, PLAIN)
        for status in operation.node.get("responses", {}):
            if status.startswith("x-"):
                continue
            pointer, node = self.follow(join(operation.pointer, "responses", status))
            self._note(self.replies, pointer, node, _OPPOSITE[way], PLAIN)
            self._content(pointer, node, _OPPOSITE[way], PLAIN)
            for name in node.get("headers", {}):
                at, header = self.follow(join(pointer, "headers", name))
                self._note(self.headers, at, header, _OPPOSITE[way], PLAIN)
                self._content(at, header, _OPPOSITE[way], TEXT)
        for name, callback in operation.node.get("callbacks", {}).items():
            for url, inner in callback.items() if "$ref" not in callback else ():
                at = join(operation.pointer, "callbacks", name, url)
                for method in METHODS:
                    if method in inner:
                        called = Operation(join(at, method), at, url, method, inner[method])
                        self._operation(called, _OPPOSITE[way])

    def _content(self, pointer: str, node: Mapping[str, Any], way: str, context: str) -> None:
        if "schema" in node:
            self._schema(join(pointer, "schema"), way, context)
        for type_, media in node.get("content", {}).items():
            if "schema" in media:
                inner = context if "json" in type_ else TEXT
                self._schema(join(pointer, "content", type_, "schema"), way, inner)

    def _schema(self, pointer: str, way: str, context: str) -> None:
        node = find(self.document, pointer)
        if isinstance(node, dict) and "$ref" in node and len(node) > 1:
            context = MIXED
        pointer, node = self.follow(pointer)
        if (pointer, way, context) in self._seen or not isinstance(node, dict):
            return
        self._seen.add((pointer, way, context))
        self._note(self.schemas, pointer, node, way, context)
        hidden = "readOnly" if way == REQUEST else "writeOnly"
        composed = {"allOf", "anyOf", "oneOf", "not", "if"} & node.keys()
        below = MIXED if composed else context
        for name, inner in node.get("properties", {}).items():
            at = join(pointer, "properties", name)
            _, target = self.follow(at)
            if isinstance(target, dict) and not (target.get(hidden) or inner.get(hidden)):
                self._note(self.properties, at, inner, way, below)
                self._schema(at, way, below)
        for key in ("items", "additionalProperties"):
            if isinstance(node.get(key), dict):
                self._schema(join(pointer, key), way, below)
        for key in ("allOf", "anyOf", "oneOf", "prefixItems"):
            for index in range(len(node.get(key, ()))):
                self._schema(join(pointer, key, index), way, MIXED)
        for key in ("not", "if", "then", "else", "contains", "propertyNames"):
            if isinstance(node.get(key), dict):
                self._schema(join(pointer, key), way, MIXED)
        if composed:
            self.schemas[pointer].contexts.add(MIXED)

    @staticmethod
    def _note(uses: dict[str, Use], pointer: str, node: Any, way: str, context: str) -> None:
        use = uses.setdefault(pointer, Use(pointer, node))
        use.ways.add(way)
        use.contexts.add(context)
