"""Request bodies: chosen by Content-Type, parsed and validated straight from the bytes."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from accord.runtime.declare import Body, Media
from accord.runtime.forms import Form, FormReader
from accord.runtime.json_body import body_problem, exactly, json_parser
from accord.runtime.media_types import FORM, essence, is_json, is_multipart, parameter, parameters
from accord.runtime.problem import Problem, unsupported_media_type
from accord.runtime.scalars import DecodeError, scalar
from accord.runtime.sent import parse_query, parse_raw_query
from accord.runtime.shapes import shape_of

Parser = Callable[[bytes, bytes], Any]
"""Takes the bytes of a body and its Content-Type."""

# Of Python's many codecs, those that text is sent in; some of the others take quadratic time.
_CHARSETS = frozenset({"ascii", "cp1252", "iso8859-1", "utf-16", "utf-8"})


class BodyReader:
    """The compiled request body of one operation."""

    waits = True
    """Whether it wants the whole of a body before it begins."""

    def __init__(self, body: Body) -> None:
        self._required = body.required
        self._types = tuple(media.media_type for media in body.media)
        whole = [
            media for media in body.media if not (media.each or is_multipart(media.media_type))
        ]
        parsers = [(media.media_type, parser(media)) for media in whole]
        # As nearly every caller writes it, so that the header is seldom taken apart.
        self._usual = {name.lower().encode("latin-1"): parse for name, parse in parsers}
        names = [essence(name) for name, _ in parsers]
        # Parameters matter where they are what tells types of one name apart.
        versions = [
            pair for pair in parsers if parameters(pair[0]) and names.count(essence(pair[0])) > 1
        ]
        self._versions = [(essence(name), parameters(name), parse) for name, parse in versions]
        self._parsers = {
            essence(name): parse
            for name, parse in reversed(parsers)
            if (name, parse) not in versions
        }
        # `text/*` before `*/*`.
        self._ranges = sorted(
            (
                (name.removesuffix("*"), parse)
                for name, parse in self._parsers.items()
                if name.endswith("/*")
            ),
            key=lambda item: item[0] == "*/",
        )

    async def read(self, content_type: bytes, receive: Receive) -> Any:
        """The body, parsed and validated; None where an optional one was not sent.

        Raises a `Problem`: 400 where it does not parse, 415 where the contract does not list
        its type, 422 where it breaks a constraint. Raises `ClientDisconnect` where the caller
        went away before the end.
        """
        return self.parse(content_type, await _received(receive))

    def parse(self, content_type: bytes, data: bytes) -> Any:
        """The same of a body that is here."""
        if not data:
            if not self._required:
                return None
            if not content_type:
                raise Problem(400, code="malformed_request", detail="The request needs a body.")
        parse = self._usual.get(content_type) or self._parser(content_type)
        return parse(data, content_type)

    def _parser(self, content_type: bytes) -> Parser:
        name = essence(content_type.decode("latin-1"))
        found = self._version(name, content_type) if self._versions else self._parsers.get(name)
        if found is not None:
            return found
        for prefix, parse in self._ranges:
            if name.startswith(prefix) or (name and prefix == "*/"):
                return parse
        raise unsupported_media_type(name, self._types)

    def _version(self, name: str, content_type: bytes) -> Parser | None:
        """Of types of one name the one whose parameters are those of the body; the first for a body
        that has none."""
        given = parameters(content_type.decode("latin-1"))
        for known, wanted, parse in self._versions:
            if known == name and (wanted <= given or (not given and name not in self._parsers)):
                return parse
        return self._parsers.get(name)


async def _received(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def parser(media: Media) -> Parser:
    """The reader of one media type."""
    if is_json(media.media_type):
        return json_parser(media.type)
    if essence(media.media_type) == FORM:
        return _form_parser(media)
    if media.type is bytes:
        return _bytes
    return _text if media.type is str else _value_parser(media)


def _form_parser(media: Media) -> Parser:
    reader = FormReader(media)
    split = parse_raw_query if reader.reads_raw else parse_query

    def parse(data: bytes, content_type: bytes) -> Any:
        return reader.read(Form(dict(split(data))))

    return parse


def _value_parser(media: Media) -> Parser:
    """A single value, written as text."""
    adapter: TypeAdapter[Any] = TypeAdapter(media.type)
    read = scalar(shape_of(adapter))
    validate = adapter.validator.validate_json

    def parse(data: bytes, content_type: bytes) -> Any:
        text = _text(data, content_type)
        try:
            value = to_json(read(text))
        except DecodeError:
            value = to_json(text)
        try:
            return exactly(validate, value)
        except ValidationError as error:
            raise body_problem(error, value) from None

    return parse


def _bytes(data: bytes, content_type: bytes) -> bytes:
    return data


def _text(data: bytes, content_type: bytes) -> str:
    charset = parameter(content_type, "charset") or "utf-8"
    try:
        codec = codecs.lookup(charset)
    except (LookupError, ValueError):
        codec = None
    if codec is None or codec.name not in _CHARSETS:
        raise Problem(
            415,
            code="unsupported_media_type",
            detail=f"Text in the charset {charset!r} is not taken; send UTF-8.",
        )
    try:
        return codec.decode(data)[0]
    except UnicodeDecodeError as error:
        raise Problem(
            400, code="malformed_request", detail=f"The body is not the text it says: {error}."
        ) from None
