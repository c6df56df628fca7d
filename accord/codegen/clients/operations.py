"""What `api/` of a client holds: a module for each operation, a declaration and a few functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accord.codegen.clients.names import ModelNames, argument_name
from accord.codegen.clients.types import ClientTypes
from accord.codegen.contents import is_scalar, stream_of
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring, paragraphs
from accord.codegen.schemas import FILE, Schemas, not_null, referenced, types_of
from accord.runtime.media_types import FORM, is_json, is_multipart, is_stream, is_text, is_xml
from accord.spec.ir import Encoding, Header, Media, Operation, Parameter, Reply, Schema

_DATA = frozenset(("const", "default", "enum", "example", "examples"))
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
        kind = self._kind(media)
        arguments = [repr(media.type)]
        if kind in ("Form", "Multipart"):
            styles = [
                f"{wire!r}: {style}"
                for wire, encoding in media.encoding.items()
                if (style := self._style(encoding, multipart=kind == "Multipart"))
            ]
            if styles:
                arguments.append(f"{{{', '.join(styles)}}}")
        if kind == "Json" and self._holds_files(media.schema):
            arguments.append("files=True")
        return f"{self._types.use('content', f'{kind}Body')}({', '.join(arguments)})"

    def _holds_files(self, schema: Schema | None) -> bool:
        """Whether a value may hold files, because forms are of the same schema."""
        seen: set[str] = set()
        waiting: list[Any] = [schema]
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, list):
                waiting += inner
            elif isinstance(inner, Mapping):
                if inner.get(FILE):
                    return True
                name = referenced(inner)
                if name is None:
                    waiting += [value for key, value in inner.items() if key not in _DATA]
                elif name not in seen:
                    seen.add(name)
                    waiting.append(self._types.schemas.flat(name))
        return False

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
        kind = self._kind(media)
        if kind == "Binary":
            yield self._types.use("content", "Binary")
        elif kind in ("Lines", "Events"):
            item = self._item_type(media)
            yield f"{self._imports.use('collections.abc.Iterable')}[{item}]"
            yield f"{self._imports.use('collections.abc.AsyncIterable')}[{item}]"
        else:
            yield from self._whole_type(media, kind).split(" | ")

    def _reply(self, reply: Reply) -> str:
        arguments = [repr(reply.status)]
        if reply.media:
            arguments.append(f"({', '.join(map(self._content, reply.media))},)")
        return f"{self._types.use('call', 'Reply')}({', '.join(arguments)})"

    def _content(self, media: Media) -> str:
        kind = self._kind(media)
        arguments = [repr(media.type)]
        schema, each = stream_of(media, self._types.schemas)
        if kind == "Json":
            reader = self._types.call_reader(media.schema)
        elif kind == "Text":
            schema = self._scalar(media)
            reader = None if schema is None else self._header_type(schema)[1]
            reader = None if reader == "text" else reader
        elif kind == "Events" and each == "data":
            reader = self._data_reader(schema)
        else:
            reader = self._types.call_reader(schema)
        if reader is not None:
            arguments.append(reader)
        if kind == "Events" and each == "item" and schema is not None:
            arguments.append(f"fields={self._json_fields(schema)!r}")
        name = "Content" if kind == "Binary" else f"{kind}Content"
        if kind in ("Form", "Multipart"):
            name = "TextContent" if kind == "Form" else "Content"
        return f"{self._types.use('content', name)}({', '.join(arguments)})"

    def _data_reader(self, schema: Schema | None) -> str | None:
        """What makes the data of an event of its text."""
        resolved = {} if schema is None else self._types.schemas.resolve(not_null(schema))
        if schema is None or types_of(resolved) == ("string",):
            reader = self._types.call_reader(schema)
            how = "quoted_text"
            if reader is None:
                return None
        else:
            reader, how = self._types.call_reader(schema) or "", "json_text"
        return f"{self._types.use('content', how)}({reader})"

    def _json_fields(self, schema: Schema) -> tuple[str, ...]:
        """The fields of an event that may be something else than text."""
        flat = self._types.schemas.resolve(schema)
        variants = flat.get("oneOf") or flat.get("anyOf") or [flat]
        found: dict[str, None] = {}
        for variant in map(self._types.schemas.resolve, variants):
            for name, inner in variant.get("properties", {}).items():
                if types_of(self._types.schemas.resolve(not_null(inner))) != ("string",):
                    found[name] = None
        return tuple(found)

    def _reply_type(self, media: Media) -> str:
        kind = self._kind(media)
        if kind in ("Lines", "Events"):
            return f"list[{self._item_type(media)}]"
        if kind in ("Binary", "Multipart"):
            return "bytes"
        return "str" if kind == "Form" else self._whole_type(media, kind)

    def _whole_type(self, media: Media, kind: str) -> str:
        """The type of a body that is not made of items."""
        schema = self._scalar(media) if kind == "Text" else media.schema
        if schema is not None:
            return self._types.annotation(schema)
        return "str" if kind == "Text" else self._imports.use("typing.Any")

    def _item_type(self, media: Media) -> str:
        schema, each = stream_of(media, self._types.schemas)
        if each == "data":
            inner = "str" if schema is None else self._types.annotation(schema)
            return f"{self._types.use('streams', 'Event')}[{inner}]"
        return self._imports.use("typing.Any") if schema is None else self._types.annotation(schema)

    def _scalar(self, media: Media) -> Schema | None:
        """The schema of text that is a single value, but not any text."""
        if media.schema is None or is_xml(media.type):
            return None
        resolved = self._types.schemas.resolve(media.schema)
        return media.schema if is_scalar(resolved, self._types.schemas) else None

    def _kind(self, media: Media) -> str:
        """How a media type is written and read: the first part of a class of the runtime."""
        _, each = stream_of(media, self._types.schemas)
        if each:
            return "Events" if media.type.startswith("text/event-stream") else "Lines"
        if is_json(media.type):
            return "Json"
        if media.type == FORM:
            return "Form"
        if is_multipart(media.type):
            return "Multipart"
        return "Text" if is_text(media.type) and not is_stream(media.type) else "Binary"

    def _item(self) -> str:
        """What streaming gives: items where a success has them, chunks of what is binary."""
        found = [
            "bytes" if kind == "Binary" else self._item_type(media)
            for reply in self._operation.replies
            if not reply.is_error or reply.status == "default"
            for media in reply.media
            if (kind := self._kind(media)) in ("Binary", "Events", "Lines")
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
