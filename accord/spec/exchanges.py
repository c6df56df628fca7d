"""Operations with everything they refer to in its place: the middle form before the IR.

One `Exchange` per operation, in contract order: parameters of the path merged in, references
followed, servers' base paths put in front, schemas placed by `Hoist`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from accord.spec.grammar import METHODS
from accord.spec.hoist import Hoist
from accord.spec.names import pascal, words
from accord.spec.pointers import NotThere, escape, find, join, split

# OpenAPI describes these by other means, and asks that such declarations be ignored.
_IGNORED_PARAMETERS = frozenset(("accept", "content-type", "authorization"))
_RANGE = re.compile(r"^([1-5])xx$")


def is_form(media_type: str) -> bool:
    """Whether a body of this type is made of named parts, which may have encodings."""
    return media_type == "application/x-www-form-urlencoded" or media_type.startswith("multipart/")


@dataclass(slots=True)
class Content:
    """One media type of a body, parameter or header."""

    type: str
    schema: Mapping[str, Any] | None
    encoding: Mapping[str, Part]
    """By property: each a part whose `node` is the encoding object, with its `headers`."""
    item_schema: Mapping[str, Any] | None


@dataclass(slots=True)
class Part:
    """A parameter, header, body or reply where it is defined: `node`, at `pointer`."""

    name: str
    pointer: str
    node: Mapping[str, Any]
    schema: Mapping[str, Any] | None = None
    content: tuple[Content, ...] = ()
    headers: tuple[Part, ...] = ()
    links: Mapping[str, Any] = field(default_factory=dict)
    use: str = ""
    """The pointer of the place that uses it."""


@dataclass(slots=True)
class Exchange:
    """One operation, at `pointer`; `template` is its path as the contract writes it."""

    pointer: str
    method: str
    template: str
    path: str
    node: Mapping[str, Any]
    id: str
    use: str
    """Its place under `paths`: another one where the path item is a reference to another path's."""
    named: bool
    """Whether the contract gives the operationId."""
    parameters: list[Part] = field(default_factory=list)
    body: Part | None = None
    replies: list[Part] = field(default_factory=list)
    incomplete: bool = False
    """Some parameter was left out because of a fault."""


@dataclass(slots=True)
class Sent:
    """A request that the service sends: a webhook, or a callback of the operation `owner`, at the
    runtime expression `url`."""

    name: str
    exchange: Exchange
    owner: Exchange | None = None
    url: str = ""


class Exchanges:
    """Reads the operations of a bundled document."""

    def __init__(self, document: Mapping[str, Any], hoist: Hoist) -> None:
        self._document = document
        self._hoist = hoist

    def all(self) -> Iterator[Exchange]:
        """Every operation under `paths`, in contract order."""
        for path, item in self._document.get("paths", {}).items():
            if path.startswith("x-"):
                continue
            pointer = f"/paths/{escape(path)}"
            item, pointer = self._follow(item, pointer)
            for method, node, at in _operations(item, pointer):
                use = join("/paths", path, method)
                made = _made_id(method, path)
                yield self._exchange(path, method, item, pointer, node, at, use, made)

    def sent(self, served: Iterable[Exchange]) -> Iterator[Sent]:
        """Every webhook, then every callback of the operations `served`, in contract order."""
        for name, item in self._document.get("webhooks", {}).items():
            for exchange in self._sent(name, item, join("/webhooks", name), name):
                yield Sent(name, exchange)
        for owner in served:
            for name, node in owner.node.get("callbacks", {}).items():
                callback, at = self._follow(node, join(owner.pointer, "callbacks", name))
                for url, item in callback.items():
                    if url.startswith("x-"):
                        continue
                    id_ = f"{owner.id} {name}"
                    for exchange in self._sent("", item, join(at, url), id_):
                        yield Sent(name, exchange, owner, url)

    def _sent(self, path: str, item: Any, pointer: str, id_: str) -> Iterator[Exchange]:
        use = pointer
        item, pointer = self._follow(item, pointer)
        for method, node, at in _operations(item, pointer):
            yield self._exchange(path, method, item, pointer, node, at, join(use, method), id_)

    def _follow(self, node: Any, pointer: str) -> tuple[Any, str]:
        """A value and its place, after local references; texts beside `$ref` win."""
        beside: dict[str, Any] = {}
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            rest = {key: value for key, value in node.items() if key != "$ref"}
            beside = {**rest, **beside}
            pointer = unquote(node["$ref"][1:])
            try:
                node = find(self._document, pointer)
            except NotThere:
                # Left out by the bundler, which has said why.
                node = {}
        return ({**node, **beside} if beside and isinstance(node, dict) else node), pointer

    def _exchange(
        self,
        path: str,
        method: str,
        item: Mapping[str, Any],
        item_pointer: str,
        node: Mapping[str, Any],
        pointer: str,
        use: str,
        made_id: str,
    ) -> Exchange:
        template = path.partition("#")[0]
        servers = node.get("servers") or item.get("servers") or self._document.get("servers")
        given = node.get("operationId")
        exchange = Exchange(
            pointer,
            method.upper() if method in METHODS else method,
            template,
            base_path(servers) + template,
            node,
            given or made_id,
            use,
            bool(given),
        )
        name = pascal(exchange.id)
        self._parameters(exchange, item, item_pointer, name)
        if isinstance(node.get("requestBody"), dict):
            exchange.body = self._part(
                "", node["requestBody"], join(pointer, "requestBody"), f"{name}Request"
            )
        responses, at = self._follow(node.get("responses", {}), join(pointer, "responses"))
        for status, reply in responses.items():
            if not status.startswith("x-"):
                exchange.replies.append(
                    self._reply(status, reply, join(at, status), f"{name}Response{status.title()}")
                )
        return exchange

    def _parameters(
        self, exchange: Exchange, item: Mapping[str, Any], item_pointer: str, operation: str
    ) -> None:
        merged: dict[tuple[str, str], list[Part]] = {}
        for owner, owner_pointer in ((item, item_pointer), (exchange.node, exchange.pointer)):
            level: dict[tuple[str, str], list[Part]] = {}
            for index, node in enumerate(owner.get("parameters", ())):
                part = self._parameter(node, join(owner_pointer, "parameters", index), operation)
                if part is None:
                    exchange.incomplete = True
                    continue
                where = part.node["in"]
                if where == "header" and part.name.lower() in _IGNORED_PARAMETERS:
                    continue
                level.setdefault((part.name, where), []).append(part)
            merged.update(level)
        exchange.parameters = [part for parts in merged.values() for part in parts]

    def _parameter(self, node: Any, use: str, operation: str) -> Part | None:
        node, pointer = self._follow(node, use)
        if not node:
            return None
        word = pascal(node["name"])
        own = pascal(split(pointer)[2]) if pointer.startswith("/components/") else operation + word
        return self._filled(Part(node["name"], pointer, node, use=use), word, own)

    def _part(self, name: str, node: Any, use: str, wish: str) -> Part:
        node, pointer = self._follow(node, use)
        return self._filled(Part(name, pointer, node, use=use), _own_wish(pointer) or wish)

    def _reply(self, status: str, node: Any, use: str, wish: str) -> Part:
        part = self._part(_RANGE.sub(r"\1XX", status), node, use, wish)
        own = _own_wish(part.pointer) or wish
        part.headers = self._headers(part, own)
        part.links = {
            name: self._follow(link, join(part.pointer, "links", name))[0]
            for name, link in part.node.get("links", {}).items()
        }
        return part

    def _headers(self, owner: Part, wish: str) -> tuple[Part, ...]:
        return tuple(
            self._part(name, header, join(owner.pointer, "headers", name), wish + pascal(name))
            for name, header in owner.node.get("headers", {}).items()
            if name.lower() != "content-type"
        )

    def _encoding(self, media: Mapping[str, Any], pointer: str, wish: str) -> dict[str, Part]:
        encoding: dict[str, Part] = {}
        for name, node in media.get("encoding", {}).items():
            part = Part(name, join(pointer, "encoding", name), node or {})
            part.headers = self._headers(part, wish + pascal(name))
            encoding[name] = part
        return encoding

    def _filled(self, part: Part, *wishes: str) -> Part:
        wishes = tuple(dict.fromkeys(wishes))
        if "schema" in part.node:
            part.schema = self._hoist.place(join(part.pointer, "schema"), *wishes)
        contents: dict[str, Content] = {}
        declared = part.node.get("content", {})
        types = _media_types(declared)
        for type_, media in declared.items():
            at = join(part.pointer, "content", type_)
            media, at = self._follow(media, at)
            for plain in types[type_]:
                if plain in contents:
                    continue
                subtype = pascal(plain.partition("/")[2])
                names = (*wishes, *(wish + subtype for wish in wishes)) if contents else wishes
                contents[plain] = Content(
                    plain,
                    self._schema(media, "schema", at, names),
                    self._encoding(media, at, names[0]) if is_form(plain) else {},
                    self._schema(media, "itemSchema", at, tuple(f"{wish}Item" for wish in names)),
                )
        part.content = tuple(contents.values())
        if part.schema is None and len(part.content) == 1 and "name" in part.node:
            part.schema = part.content[0].schema or {}
        return part

    def _schema(
        self, media: Mapping[str, Any], key: str, pointer: str, wishes: tuple[str, ...]
    ) -> Mapping[str, Any] | None:
        return self._hoist.place(join(pointer, key), *wishes) if key in media else None


def _media_types(declared: Iterable[str]) -> dict[str, list[str]]:
    """The types of each key, as they are known: without parameters, unless those are what tells
    two apart. Some authors list several types in one key."""
    split = {
        key: [[part.strip().lower() for part in type_.split(";")] for type_ in key.split(",")]
        for key in declared
    }
    names = [name for types in split.values() for name, *_ in types]

    def known(name: str, *parts: str) -> str:
        if names.count(name) == 1:
            return name
        return ";".join([name, *(part for part in parts if not part.startswith("charset="))])

    return {key: [known(*parts) for parts in types] for key, types in split.items()}


def base_path(servers: Any) -> str:
    """The path of the first server, with its variables' defaults and no `/` at the end."""
    server = servers[0] if isinstance(servers, list) and servers else None
    if not isinstance(server, dict):
        return ""
    url = server.get("url", "/")
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable.get("default", ""))
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    path = re.sub(r"/+", "/", path.removeprefix(".")).rstrip("/")
    return path if not path or path.startswith("/") else f"/{path}"


def _operations(
    item: Mapping[str, Any], pointer: str
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    for key, value in item.items():
        if key in METHODS and isinstance(value, dict):
            yield key, value, join(pointer, key)
        elif key == "additionalOperations":
            for method, operation in value.items():
                yield method, operation, join(pointer, key, method)


def _made_id(method: str, path: str) -> str:
    """`get /items/{item_id}` → `getItemsByItemId`."""
    spelled = re.sub(r"\{([^{}]*)\}", r" by \1 ", path)
    return method.lower() + "".join(word.title() for word in words(spelled.replace("/", " ")))


def _own_wish(pointer: str) -> str:
    """The name that a component brings along: `NotFoundResponse` for a response `NotFound`."""
    if not pointer.startswith("/components/"):
        return ""
    _, _, section, name, *_ = pointer.split("/")
    kind = {"responses": "Response", "requestBodies": "Request", "headers": "Header"}.get(section)
    if kind is None:
        return ""
    name = pascal(name)
    return name if name.endswith(kind) else name + kind
