"""Media types in a client: what their content is in Python, and what of the runtime handles it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.codegen.clients.types import ClientTypes, joined
from accord.codegen.contents import is_scalar, stream_of
from accord.codegen.imports import Imports
from accord.codegen.schemas import FILE, not_null, referenced, types_of
from accord.runtime.media_types import FORM, is_json, is_multipart, is_stream, is_text, is_xml
from accord.spec.ir import Encoding, Media, Operation, Parameter, Schema

_DATA = frozenset(("const", "default", "enum", "example", "examples"))


class MediaTypes:
    """The media types of one operation, spelled for its module."""

    def __init__(self, types: ClientTypes, imports: Imports) -> None:
        self._types = types
        self._imports = imports

    def body(self, media: Media) -> str:
        """The declaration of a request's body."""
        kind = self._kind(media)
        arguments = [repr(media.type)]
        if kind in ("Form", "Multipart"):
            arguments += self._styles(media.encoding, multipart=kind == "Multipart")
        if kind == "Json" and self._holds_files(media.schema):
            arguments.append("files=True")
        return f"{self._types.use('bodies', f'{kind}Body')}({', '.join(arguments)})"

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

    def querystring(self, parameter: Parameter) -> str:
        """The declaration of a parameter that is the whole query."""
        arguments = [repr(parameter.name), repr(parameter.media_type)]
        arguments += self._styles(parameter.encoding, multipart=False)
        return f"{self._types.use('forms', 'Querystring')}({', '.join(arguments)})"

    def _styles(self, encodings: Mapping[str, Encoding], *, multipart: bool) -> list[str]:
        styles = [
            f"{wire!r}: {style}"
            for wire, encoding in encodings.items()
            if (style := self._style(encoding, multipart=multipart))
        ]
        return [f"{{{', '.join(styles)}}}"] if styles else []

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

    def body_types(self, media: Media) -> Iterator[str]:
        """What a caller may give for a request's body: the members of a union."""
        kind = self._kind(media)
        if kind == "Binary":
            yield self._types.use("bodies", "Binary")
        elif kind in ("Lines", "Events"):
            item = self._item_type(media)
            yield f"{self._imports.use('collections.abc.Iterable')}[{item}]"
            yield f"{self._imports.use('collections.abc.AsyncIterable')}[{item}]"
        else:
            yield self._whole_type(media, kind)

    def content(self, media: Media) -> str:
        """The declaration of a reply's content."""
        kind = self._kind(media)
        arguments = [repr(media.type)]
        schema, each = stream_of(media, self._types.schemas)
        if kind == "Json":
            reader = self._types.call_reader(media.schema)
        elif kind == "Text":
            schema = self._scalar(media)
            reader = None if schema is None else self.text_reader(schema)[1]
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

    def reply_type(self, media: Media) -> str:
        """What a caller gets of a reply."""
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

    def streamed(self, operation: Operation) -> str:
        """What streaming gives: items where a success has them, chunks of what is binary."""
        found = [
            "bytes" if kind == "Binary" else self._item_type(media)
            for reply in operation.replies
            if not reply.is_error or reply.status == "default"
            for media in reply.media
            if (kind := self._kind(media)) in ("Binary", "Events", "Lines")
        ]
        return joined(found)

    def text_reader(self, schema: Schema) -> tuple[str, str | None]:
        """The type of what is written as text, and the function that reads it; None for text."""
        resolved = self._types.schemas.resolve(not_null(schema))
        types = [kind for kind in types_of(resolved) if kind != "null"]
        kind = types[0] if len(types) == 1 else "string"
        if kind in ("integer", "number", "boolean"):
            annotation = {"integer": "int", "number": "float", "boolean": "bool"}[kind]
            return annotation, self._types.use("headers", kind)
        if kind == "array" and isinstance(resolved.get("items"), Mapping):
            inner, parse = self.text_reader(resolved["items"])
            parse = parse or self._types.use("headers", "text")
            return f"list[{inner}]", f"{self._types.use('headers', 'array')}({parse})"
        if kind == "object":
            return "dict[str, str]", self._types.use("headers", "pairs")
        reader = self._types.call_reader(not_null(schema))
        if types == ["string"] and reader is not None:
            return self._types.annotation(not_null(schema)), reader
        return "str", None
