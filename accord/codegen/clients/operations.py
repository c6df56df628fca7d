"""What `api/` of a client holds: a module for each operation, a declaration and a few functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from accord.codegen.clients.names import ModelNames, argument_name
from accord.codegen.clients.types import ClientTypes
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, paragraphs
from accord.codegen.schemas import Schemas, not_null, referenced, types_of
from accord.runtime.media_types import is_json
from accord.spec.ir import Encoding, Header, Media, Operation, Parameter, Reply, Schema

JSON_LINES = frozenset(
    f"application/{name}"
    for name in (
        *("jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "ndjson", "x-ndjson", "json-lines"),
        *("json-seq", "geo+json-seq", "stream+json"),
    )
)
_EVENTS = "text/event-stream"
_DEFAULTS = {
    "path": ("simple", False),
    "query": ("form", True),
    "header": ("simple", False),
    "cookie": ("form", True),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A module. `signature` are the arguments of its functions, `given` what they pass on."""

    title: str
    call: str
    result: str
    positional: tuple[str, ...]
    keyword: tuple[str, ...]
    given: str
    has_content: bool
    item: str
    """The type of what a stream of it gives; empty where it has none."""
    headers: tuple[tuple[str, str, str, str], ...]
    """Attribute, type, documentation and reading of each header of its replies."""
    imports: str


@dataclass(frozen=True, slots=True)
class Signature:
    """What an operation takes and gives, for functions that pass it on. Arguments are
    `name: type` or `name: type = UNSET`; `success` is what comes with a success, `item` what
    streaming gives, empty where nothing streams."""

    positional: tuple[str, ...]
    keyword: tuple[str, ...]
    success: str
    item: str


class EndpointFiles:
    """Makes the content of the modules below `api` of one client."""

    def __init__(self, schemas: Schemas, names: ModelNames, runtime: str) -> None:
        self._schemas = schemas
        self._names = names
        self._runtime = runtime

    def file(self, operation: Operation) -> Endpoint:
        """The content of the module of `operation`."""
        imports = Imports("...")
        types = ClientTypes(self._schemas, self._names, imports, runtime=self._runtime)
        return _Writer(types, imports, operation).endpoint()

    def signature(self, operation: Operation, imports: Imports) -> Signature:
        """How `operation` is called, for a module in the place of its own."""
        types = ClientTypes(self._schemas, self._names, imports, runtime=self._runtime)
        return _Writer(types, imports, operation).signature()

    def annotation(self, schema: Schema, imports: Imports) -> str:
        """The type of a value of `schema`, for such a module."""
        types = ClientTypes(self._schemas, self._names, imports, runtime=self._runtime)
        return types.annotation(schema)


class _Writer:
    def __init__(self, types: ClientTypes, imports: Imports, operation: Operation) -> None:
        self._types = types
        self._imports = imports
        self._operation = operation
        paths = [each for each in operation.parameters if each.location == "path"]
        others = [each for each in operation.parameters if each.location != "path"]
        self._parameters = (*paths, *others)

    def endpoint(self) -> Endpoint:
        operation = self._operation
        contents = [media for reply in operation.replies for media in reply.media]
        result = " | ".join(dict.fromkeys(self._reply_type(media) for media in contents))
        if "Any" in result.split(" | "):
            result = "Any"
        call = self._call()
        positional, keyword = self._signature()
        headers = tuple(self._headers())
        self._types.use("response", "Response")
        item = self._item()
        if item:
            self._imports.use("collections.abc.AsyncIterator")
            self._imports.use("collections.abc.Iterator")
        return Endpoint(
            title=docstring(
                paragraphs(
                    operation.summary,
                    operation.description,
                    self._arguments(),
                    f"{operation.method} {operation.path}",
                ),
                indent=0,
            ),
            call=call,
            result=result or "None",
            positional=positional,
            keyword=keyword,
            given=self._given(),
            has_content=bool(contents),
            item=item,
            headers=headers,
            imports=self._imports.lines(),
        )

    def signature(self) -> Signature:
        replies = list(self._operation.successes)
        if not replies:
            replies = [each for each in self._operation.replies if each.status == "default"]
        types = [self._reply_type(media) for reply in replies for media in reply.media]
        if not types or any(not reply.media for reply in replies):
            types.append("None")
        success = " | ".join(dict.fromkeys(types))
        return Signature(
            self._positional(),
            self._keyword(),
            "Any" if "Any" in success.split(" | ") else success,
            self._item(),
        )

    def _call(self) -> str:
        operation = self._operation
        arguments = [repr(operation.method), repr(operation.path)]
        if self._parameters:
            listed = ", ".join(map(self._parameter, self._parameters))
            arguments.append(f"parameters=({listed},)")
        if operation.body is not None:
            listed = ", ".join(map(self._body, operation.body.media))
            arguments.append(f"bodies=({listed},)")
        if operation.replies:
            listed = ", ".join(map(self._reply, operation.replies))
            arguments.append(f"replies=({listed},)")
        return f"{self._types.use('call', 'Call')}({', '.join(arguments)})"

    def _parameter(self, parameter: Parameter) -> str:
        kind = self._types.use("styles", parameter.location.title())
        style, explode = _DEFAULTS[parameter.location]
        arguments = [repr(parameter.name)]
        if parameter.media_type is not None:
            arguments.append(f"content={parameter.media_type!r}")
        elif parameter.style != style and parameter.location != "header":
            arguments.append(f"style={parameter.style!r}")
        if parameter.explode != explode and parameter.media_type is None:
            arguments.append(f"explode={parameter.explode!r}")
        if parameter.allow_reserved and parameter.location in ("path", "query"):
            arguments.append("reserved=True")
        return f"{kind}({', '.join(arguments)})"

    def _signature(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        security = self._operation.security
        secured = bool(security) and {} not in security
        kind = "AuthenticatedClient" if secured else "Client"
        self._imports.use(f"...client.{kind}")
        return self._positional(), (f"client: {kind}", *self._keyword())

    def _positional(self) -> tuple[str, ...]:
        return tuple(
            f"{argument_name(each.python_name)}: {self._types.annotation(each.schema)}"
            for each in self._parameters
            if each.location == "path"
        )

    def _keyword(self) -> tuple[str, ...]:
        keyword: list[str] = []
        types, body = self._types, self._operation.body
        if body is not None:
            whole = " | ".join(
                dict.fromkeys(part for media in body.media for part in self._body_type(media))
            )
            keyword.append(self._optional("body", whole, required=body.required))
        keyword += [
            self._optional(
                argument_name(each.python_name),
                types.annotation(each.schema),
                required=each.required,
            )
            for each in self._parameters
            if each.location != "path"
        ]
        if self._chooses_body():
            listed = [media.type for media in body.media] if body else []
            closed = not any("*" in each for each in listed)
            literals = f"{self._imports.use('typing.Literal')}[{', '.join(map(repr, listed))}]"
            keyword.append(
                self._optional("content_type", literals if closed else "str", required=False)
            )
        if self._chooses_reply():
            keyword.append(self._optional("accept", "str", required=False))
        return tuple(keyword)

    def _optional(self, name: str, annotation: str, *, required: bool) -> str:
        if required:
            return f"{name}: {annotation}"
        return f"{name}: {self._types.or_unset(annotation)} = UNSET"

    def _given(self) -> str:
        """What the functions hand to the call."""
        names = [argument_name(each.python_name) for each in self._parameters]
        given = []
        if names:
            given.append(f"({', '.join(names)},)")
        if self._operation.body is not None:
            given.append("body=body")
        if self._chooses_body():
            given.append("content_type=content_type")
        if self._chooses_reply():
            given.append("accept=accept")
        return ", ".join(["client", *given])

    def _chooses_body(self) -> bool:
        body = self._operation.body
        return body is not None and (
            len(body.media) > 1 or any("*" in media.type for media in body.media)
        )

    def _chooses_reply(self) -> bool:
        return any(len(reply.media) > 1 for reply in self._operation.replies)

    def _body(self, media: Media) -> str:
        kind, name = _body_kind(media), media.type
        arguments = [repr(name)]
        if kind in ("FormBody", "MultipartBody") and media.encoding:
            styles = [
                f"{wire!r}: {style}"
                for wire, encoding in media.encoding.items()
                if (style := self._style(encoding, multipart=kind == "MultipartBody"))
            ]
            if styles:
                arguments.append(f"{{{', '.join(styles)}}}")
        return f"{self._types.use('content', kind)}({', '.join(arguments)})"

    def _style(self, encoding: Encoding, *, multipart: bool) -> str:
        if encoding.style is None:
            # Without a style the value decides, but for the type that the author gave it.
            media_type = encoding.content_type.split(",")[0].strip()
            if not (multipart or is_json(media_type)) or not media_type or "*" in media_type:
                return ""
            return f"{self._types.use('styles', 'Style')}(content={media_type!r})"
        arguments = [] if encoding.style == "form" else [repr(encoding.style)]
        if not encoding.explode:
            arguments.append("explode=False")
        if encoding.allow_reserved:
            arguments.append("reserved=True")
        return f"{self._types.use('styles', 'Style')}({', '.join(arguments)})"

    def _body_type(self, media: Media) -> Iterator[str]:
        kind = _body_kind(media)
        if kind == "TextBody":
            yield "str"
        elif kind == "BinaryBody":
            yield self._types.use("content", "Binary")
        elif kind == "LinesBody":
            yield f"{self._imports.use('collections.abc.Sequence')}[{self._item_type(media)}]"
        elif media.schema is None:
            yield self._imports.use("typing.Any")
        else:
            yield from self._types.annotation(media.schema).split(" | ")

    def _reply(self, reply: Reply) -> str:
        arguments = [repr(reply.status)]
        if reply.media:
            arguments.append(f"({', '.join(map(self._content, reply.media))},)")
        return f"{self._types.use('call', 'Reply')}({', '.join(arguments)})"

    def _content(self, media: Media) -> str:
        kind = _content_kind(media)
        arguments = [repr(media.type)]
        if kind == "JsonContent":
            reader = self._types.call_reader(media.schema)
        elif kind == "LinesContent":
            reader = self._types.call_reader(_items_of(media))
        elif kind == "EventsContent":
            reader = self._data_reader(media)
        else:
            reader = None
        if reader is not None:
            arguments.append(reader)
        return f"{self._types.use('content', kind)}({', '.join(arguments)})"

    def _data_reader(self, media: Media) -> str | None:
        data = self._data(media)
        if data is None:
            return None
        reader = self._types.call_reader(data) or "lambda value: value"
        return f"{self._types.use('content', 'json_text')}({reader})"

    def _data(self, media: Media) -> Schema | None:
        """The schema of an event's data where that is JSON; None where it is text."""
        item = media.item_schema or media.schema
        if item is None:
            return None
        resolved = self._types.schemas.resolve(item)
        properties = resolved.get("properties", {})
        if media.item_schema is not None and "data" in properties:
            data: Schema = properties["data"]
            resolved = self._types.schemas.resolve(data)
            if is_json(resolved.get("contentMediaType", "")):
                content: Schema = resolved.get("contentSchema", {})
                return content
            return None if types_of(resolved) in ((), ("string",)) else data
        if media.item_schema is None and types_of(resolved) in ((), ("string",), ("array",)):
            return None
        return item

    def _reply_type(self, media: Media) -> str:
        kind = _content_kind(media)
        if kind == "JsonContent":
            if media.schema is None:
                return self._imports.use("typing.Any")
            return self._types.annotation(media.schema)
        if kind == "TextContent":
            return "str"
        if kind == "LinesContent":
            return f"list[{self._item_type(media)}]"
        if kind == "EventsContent":
            return f"list[{self._event_type(media)}]"
        return "bytes"

    def _item_type(self, media: Media) -> str:
        items = _items_of(media)
        return self._imports.use("typing.Any") if items is None else self._types.annotation(items)

    def _event_type(self, media: Media) -> str:
        data = self._data(media)
        inner = "str" if data is None else self._types.annotation(data)
        return f"{self._types.use('streams', 'Event')}[{inner}]"

    def _item(self) -> str:
        """What streaming gives: items where a success has them, chunks of what is binary."""
        kinds: Mapping[str, Callable[[Media], str]] = {
            "LinesContent": self._item_type,
            "EventsContent": self._event_type,
            "Content": lambda media: "bytes",
        }
        found = [
            kinds[kind](media)
            for reply in self._operation.replies
            if not reply.is_error or reply.status == "default"
            for media in reply.media
            if (kind := _content_kind(media)) in kinds
        ]
        return " | ".join(dict.fromkeys(found))

    def _headers(self) -> Iterator[tuple[str, str, str, str]]:
        known: dict[str, Header] = {}
        for reply in self._operation.replies:
            for header in reply.headers:
                known.setdefault(header.name.lower(), header)
        for header in known.values():
            annotation, parse = self._header_type(header.schema)
            doc = docstring(header.description) if header.description else ""
            name = argument_name(header.python_name)
            read = (
                f"{self._types.use('headers', 'read')}(response.headers, {header.name!r}, {parse})"
            )
            self._imports.use("attrs.define")
            self._imports.use("typing.Any")
            yield name, f"{annotation} | None", doc, f"{name}={read}"

    def _header_type(self, schema: Schema) -> tuple[str, str]:
        """The type of a header's value, and the function that reads its text."""
        self._types.use("headers", "read")
        resolved = self._types.schemas.resolve(not_null(schema))
        types = [kind for kind in types_of(resolved) if kind != "null"]
        kind = types[0] if len(types) == 1 else "string"
        if kind in ("integer", "number", "boolean"):
            annotation = {"integer": "int", "number": "float", "boolean": "bool"}[kind]
            return annotation, self._types.use("headers", kind)
        if kind == "array" and isinstance(resolved.get("items"), Mapping):
            inner, parse = self._header_type(resolved["items"])
            return f"list[{inner}]", f"{self._types.use('headers', 'array')}({parse})"
        if kind == "object":
            return "dict[str, str]", self._types.use("headers", "pairs")
        name = referenced(not_null(schema))
        if kind == "string" and (reader := self._types.call_reader(not_null(schema))):
            return self._types.annotation(not_null(schema) if name else resolved), reader
        return "str", self._types.use("headers", "text")

    def _arguments(self) -> str:
        """What the contract says of the arguments, as a list."""
        lines = [
            f"- `{argument_name(each.python_name)}`: {' '.join(each.description.split())}"
            for each in self._parameters
            if each.description
        ]
        return "\n".join(lines)


def _body_kind(media: Media) -> str:
    name = media.type
    if name in JSON_LINES:
        return "LinesBody"
    if is_json(name):
        return "JsonBody"
    if name == "application/x-www-form-urlencoded":
        return "FormBody"
    if name.startswith("multipart/"):
        return "MultipartBody"
    if _is_text(name) and name != _EVENTS:
        return "TextBody"
    return "BinaryBody"


def _content_kind(media: Media) -> str:
    name = media.type
    if name in JSON_LINES:
        return "LinesContent"
    if is_json(name):
        return "JsonContent"
    if name == _EVENTS:
        return "EventsContent"
    if _is_text(name) or name == "application/x-www-form-urlencoded":
        return "TextContent"
    return "Content"


def _is_text(name: str) -> bool:
    return name.startswith("text/") or name.endswith(("/xml", "+xml"))


def _items_of(media: Media) -> Schema | None:
    """The schema of each line: the item schema, or the items of an array."""
    if media.item_schema is not None:
        return media.item_schema
    if media.schema is not None and types_of(media.schema) == ("array",):
        items = media.schema.get("items")
        return items if isinstance(items, Mapping) else None
    return media.schema
