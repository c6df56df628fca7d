"""Finds the constructs of a contract and what is done with each: the walk behind the report.

Requests are walked before replies: a schema that both use is held to where it comes in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote

from accord.codegen import capabilities as can
from accord.codegen.capabilities import Capability
from accord.codegen.contents import is_form
from accord.runtime.media_types import essence, is_json, is_stream, is_text, is_xml
from accord.spec.grammar import KINDS, METHODS
from accord.spec.pointers import NotThere, find, join

Use = Literal["in", "out", "unheld"]
"""How a schema is used: values come in, go out, or are not held to it."""
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
_ENCODING = frozenset(("contentType", "headers", "style", "explode", "allowReserved"))
_ENCODING_BY_PLACE = ("prefixEncoding", "itemEncoding")
_SCALARS = frozenset(("string", "integer", "number", "boolean"))
_SECTIONS = ("schemas", "parameters", "requestBodies", "responses", "headers", "securitySchemes")


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct at a pointer of the bundled document; `name` tells it from its like."""

    kind: str
    name: str
    pointer: str
    capability: Capability


@dataclass(slots=True)
class Walk:
    """Walks one document; `unreachable` are the pointers of operations that no request reaches."""

    document: Mapping[str, Any]
    unreachable: Collection[str] = ()
    _seen: set[str] = field(default_factory=set)

    def constructs(self) -> Iterator[Construct]:
        """All of them, in no particular order."""
        document = self.document
        if "$self" in document:
            yield Construct("document", "$self", "/$self", can.OWN_ADDRESS)
        yield from self._servers(document, "")
        yield from self._security(document, "")
        operations = list(self._operations())
        for _, item, node, pointer, item_pointer in operations:
            yield from self._incoming(item, node, pointer, item_pointer)
        for path, _, node, pointer, _ in operations:
            yield from self._outgoing(path, node, pointer)
        for name, item in (document.get("webhooks") or {}).items():
            yield Construct("webhook", name, join("/webhooks", name), can.WEBHOOK)
            yield from self._sent(item, join("/webhooks", name))
        components = document.get("components") or {}
        for name, scheme in (components.get("securitySchemes") or {}).items():
            pointer = join("/components/securitySchemes", name)
            yield from self._scheme(name, self._follow(scheme, pointer)[0], pointer)
        for section in _SECTIONS:
            for name in components.get(section) or {}:
                pointer = join("/components", section, name)
                if pointer not in self._seen and section != "securitySchemes":
                    yield Construct("component", f"{section}/{name}", pointer, can.UNUSED)

    def _operations(self) -> Iterator[tuple[str, Any, Any, str, str]]:
        for path, item in (self.document.get("paths") or {}).items():
            if path.startswith("x-"):
                continue
            item, at = self._follow(item, join("/paths", path))
            for key, value in item.items():
                if key in METHODS:
                    yield f"{key.upper()} {path}", item, value, join(at, key), at
                elif key == "additionalOperations":
                    for method, operation in value.items():
                        yield f"{method} {path}", item, operation, join(at, key, method), at

    def _incoming(self, item: Any, node: Any, pointer: str, at: str) -> Iterator[Construct]:
        yield from self._servers(item, at)
        yield from self._servers(node, pointer)
        for owner, where in ((item, at), (node, pointer)):
            for index, parameter in enumerate(owner.get("parameters") or ()):
                yield from self._parameter(parameter, join(where, "parameters", index))
        if node.get("requestBody"):
            body, where = self._follow(node["requestBody"], join(pointer, "requestBody"))
            if self._first_time(where):
                yield Construct("request body", "", where, can.BODY)
                yield from self._content(body, where, "in")
        yield from self._security(node, pointer)

    def _outgoing(self, name: str, node: Any, pointer: str) -> Iterator[Construct]:
        reachable = pointer not in self.unreachable
        yield Construct("operation", name, pointer, can.OPERATION if reachable else can.UNREACHABLE)
        for callback, value in (node.get("callbacks") or {}).items():
            at = join(pointer, "callbacks", callback)
            yield Construct("callback", callback, at, can.CALLBACK)
            urls, at = self._follow(value, at)
            self._seen.add(at)
            for url, item in urls.items():
                if not url.startswith("x-"):
                    yield from self._sent(item, join(at, url))
        responses, at = self._follow(node.get("responses") or {}, join(pointer, "responses"))
        for status, reply in responses.items():
            if str(status).startswith("x-"):
                continue
            yield Construct("response", str(status), join(at, status), can.STATUS)
            reply, where = self._follow(reply, join(at, status))
            if self._first_time(f"{where}#reply"):
                self._seen.add(where)
                yield from self._headers(reply, where)
                yield from self._content(reply, where, "out")
                yield from self._links(reply, node, where)

    def _sent(self, item: Any, use: str) -> Iterator[Construct]:
        """The schemas of what the service sends by itself, and of the answers to that."""
        item, at = self._follow(item, use)
        self._seen.add(at)
        for key, node in item.items():
            if key not in METHODS:
                continue
            body, where = self._follow(node.get("requestBody"), join(at, key, "requestBody"))
            yield from self._sent_content(body, where, "out")
            for status, reply in (node.get("responses") or {}).items():
                reply, where = self._follow(reply, join(at, key, "responses", str(status)))
                yield from self._sent_content(reply, where, "in")

    def _sent_content(self, node: Any, pointer: str, use: str) -> Iterator[Construct]:
        self._seen.add(pointer)
        for media_type, media in (node.get("content") or {}).items():
            media, at = self._follow(media, join(pointer, "content", media_type))
            yield from self._schema(media.get("schema"), join(at, "schema"), use)

    def _links(self, reply: Any, operation: Any, pointer: str) -> Iterator[Construct]:
        for name, link in (reply.get("links") or {}).items():
            link, _ = self._follow(link, join(pointer, "links", name))
            own = link.get("operationId") == operation.get("operationId") is not None
            turns = own and any(
                str(each).startswith("$response.body")
                for each in (link.get("parameters") or {}).values()
            )
            capability = can.LINK_TO_PAGE if turns else can.LINK
            yield Construct("link", name, join(pointer, "links", name), capability)

    def _parameter(self, node: Any, use: str) -> Iterator[Construct]:
        node, pointer = self._follow(node, use)
        if not node or not self._first_time(pointer):
            return
        name, location = node.get("name", ""), node.get("in", "")
        shown = f"{location} {name}"
        if location == "header" and name.lower() in _IGNORED_HEADERS:
            yield Construct("parameter", shown, pointer, can.PARAMETER_IGNORED)
            return
        yield Construct("parameter", shown, pointer, can.PARAMETER)
        for key, capability in (
            ("allowReserved", can.ALLOW_RESERVED),
            ("allowEmptyValue", can.ALLOW_EMPTY),
        ):
            if node.get(key):
                yield Construct(f"parameter {key}", shown, join(pointer, key), capability)
        yield from self._schema(node.get("schema"), join(pointer, "schema"), "in")
        for media_type, media in (node.get("content") or {}).items():
            media, at = self._follow(media, join(pointer, "content", media_type))
            use = "in" if is_json(media_type) else "unheld"
            yield from self._schema(media.get("schema"), join(at, "schema"), use)

    def _content(self, node: Any, pointer: str, use: Use) -> Iterator[Construct]:
        held, passed = {
            "in": (can.MEDIA_IN, can.MEDIA_IN_AS_IT_IS),
            "out": (can.MEDIA_OUT, can.MEDIA_OUT_AS_IT_IS),
        }[use]
        kind = "request media type" if use == "in" else "response media type"
        for media_type, media in (node.get("content") or {}).items():
            media, at = self._follow(media, join(pointer, "content", media_type))
            is_held = self._is_held(media_type, media)
            yield Construct(kind, media_type, at, held if is_held else passed)
            inner = use if is_held else "unheld"
            for key in ("schema", "itemSchema"):
                yield from self._schema(media.get(key), join(at, key), inner)
            for name, encoding in (media.get("encoding") or {}).items() if use == "in" else ():
                for key in sorted(_ENCODING & (encoding or {}).keys()):
                    place = join(at, "encoding", name, key)
                    yield Construct("encoding", f"{name} {key}", place, can.ENCODING)
            for key in _ENCODING_BY_PLACE:
                if key in media:
                    yield Construct("encoding", key, join(at, key), can.ENCODING_BY_PLACE)

    def _is_held(self, media_type: str, media: Mapping[str, Any]) -> bool:
        """Whether content is validated: text only where it is a single value."""
        name = essence(media_type)
        if is_json(name) or is_form(name) or is_stream(name):
            return True
        schema, _ = self._follow(media.get("schema"), "")
        types = schema.get("type", ())
        types = {types} if isinstance(types, str) else set(types)
        return is_text(name) and not is_xml(name) and bool(types) and types <= _SCALARS

    def _headers(self, node: Any, pointer: str) -> Iterator[Construct]:
        for name, header in (node.get("headers") or {}).items():
            header, at = self._follow(header, join(pointer, "headers", name))
            if name.lower() == "content-type":
                yield Construct("response header", name, at, can.HEADER_IGNORED)
                continue
            self._seen.add(at)
            required = can.HEADER_REQUIRED if header.get("required") else can.HEADER
            yield Construct("response header", name, at, required)
            yield from self._schema(header.get("schema"), join(at, "schema"), "out")

    def _schema(self, node: Any, pointer: str, use: str) -> Iterator[Construct]:
        waiting = [(node, pointer)]
        while waiting:
            node, pointer = waiting.pop()
            if not isinstance(node, Mapping):
                continue
            if isinstance(node.get("$ref"), str):
                waiting.append(self._follow({"$ref": node["$ref"]}, pointer))
            if not self._first_time(pointer):
                continue
            for key, value in node.items():
                at = join(pointer, key)
                if (found := self._keyword(node, key, use)) is not None:
                    yield Construct(f"schema {key}", "", at, found)
                waiting += _below(key, value, at)

    def _keyword(self, node: Mapping[str, Any], key: str, use: str) -> Capability | None:
        if key in can.DESCRIBING or key.startswith("x-") or key == "$ref":
            return None
        types = node.get("type", ())
        types = (types,) if isinstance(types, str) else tuple(types)
        if key == "format":
            found = can.format_of(types, str(node["format"]))
        else:
            found = can.SCHEMA.get(key, can.UNKNOWN_KEYWORD)
        if found.verdict is not can.Verdict.ENFORCED or use == "in":
            return found
        if use == "out":
            return can.REPLY_SCHEMA
        # Text is a string, and bytes are one to JSON Schema.
        return can.UNHELD_TEXT if types == ("string",) and key == "type" else can.UNHELD_SCHEMA

    def _servers(self, node: Any, pointer: str) -> Iterator[Construct]:
        for index, server in enumerate(node.get("servers") or ()):
            at = join(pointer, "servers", index)
            if self._first_time(at):
                url = str(server.get("url", ""))
                yield Construct("server", url, at, can.SERVER_OTHER if index else can.SERVER)

    def _security(self, node: Any, pointer: str) -> Iterator[Construct]:
        for index, group in enumerate(node.get("security") or ()):
            at = join(pointer, "security", index)
            capability = can.SECURITY if group else can.SECURITY_NONE
            yield Construct("security", " + ".join(group) or "none", at, capability)

    def _scheme(self, name: str, node: Any, pointer: str) -> Iterator[Construct]:
        certificate = node.get("type") == "mutualTLS"
        capability = can.SCHEME_CERTIFICATE if certificate else can.SCHEME
        yield Construct("security scheme", name, pointer, capability)

    def _first_time(self, pointer: str) -> bool:
        if pointer in self._seen:
            return False
        self._seen.add(pointer)
        return True

    def _follow(self, node: Any, pointer: str) -> tuple[Any, str]:
        """A value and its place, after local references; those that lead there count as used."""
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            self._seen.add(pointer)
            pointer = unquote(node["$ref"][1:])
            try:
                node = find(self.document, pointer)
            except NotThere:
                return {}, pointer
        return node or {}, pointer


def _below(key: str, value: Any, at: str) -> Iterator[tuple[Any, str]]:
    """The schemas that a keyword holds."""
    type_ = KINDS["schema"].fields.get(key, "")
    if type_ in ("schema", "items") and isinstance(value, Mapping):
        yield value, at
    elif type_ == "{schema}" and isinstance(value, Mapping):
        yield from ((inner, join(at, name)) for name, inner in value.items())
    elif type_ in ("[schema]", "items") and isinstance(value, list):
        yield from ((inner, join(at, index)) for index, inner in enumerate(value))
