"""Whole messages as one JSON value, and the schema that a contract has for them.

A request is `{path, query, header, cookie: {name: value}, body: {media type: value}}`, a reply is
`{header, body}`; what is not there is left out. Parameters of the path go by their place, headers
in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.fields import Field, Fields, header_fields, parameters_of
from accord.gates.law.media import ranges
from accord.gates.law.operation import Operation
from accord.gates.law.shape import Node
from accord.gates.law.values import equal
from accord.gates.witness.judges import Reading
from accord.gates.witness.making import NoValue
from accord.gates.witness.plain import Schema
from accord.gates.witness.values import Values
from accord.spec.pointers import join

Message = dict[str, Any]
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_PLACES = ("path", "query", "header", "cookie")


@dataclass(frozen=True, slots=True)
class Media:
    """One entry of `content` at `pointer`."""

    type: str
    pointer: str
    node: Mapping[str, Any]

    @property
    def schema(self) -> Node:
        return (join(self.pointer, "schema"),) if "schema" in self.node else ()


def media_of(document: Document, owner: str) -> dict[str, Media]:
    """The entries of a body or reply, by type in lower case, without parameters."""
    pointer, node = document.follow(owner)
    found = {}
    for type_, media in (node.get("content") or {}).items():
        key = type_.partition(";")[0].strip().lower()
        found[key] = Media(key, join(pointer, "content", type_), media)
    return found


def covering(media: Mapping[str, Media], type_: str) -> Media | None:
    """The most specific entry for a media type."""
    return next((media[each] for each in (type_, *ranges(type_)) if each in media), None)


class Requests:
    """The first message of one version of an operation, in one reading."""

    def __init__(self, reading: Reading, operation: Operation) -> None:
        self._reading = reading
        document = reading.shapes.document
        self.fields: Fields = parameters_of(document, operation)
        self._body = join(operation.pointer, "requestBody")
        _, self._body_node = document.follow(self._body)
        self.media = media_of(document, self._body)

    def schema(self, type_: str | None) -> Schema:
        """What messages with a body of that type must be (None: those without a body)."""
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for place in _PLACES:
            fields = {key: field for key, field in self.fields.items() if key[0] == place}
            properties[place] = _fields_schema(self._reading, fields)
            if properties[place].get("required"):
                required.append(place)
        if self._body_node.get("required") is True:
            required.append("body")
        known = None if type_ is None else covering(self.media, type_)
        properties["body"] = False if known is None else _body(self._reading, known, str(type_))
        return self._reading.exact.document(
            {"type": "object", "properties": properties, "required": required}
        )

    def least(self, values: Values, type_: str | None) -> Message:
        """The smallest request, with a body of that type where one is given. Raises `NoValue`."""
        message: Message = {}
        for key, field in self.fields.items():
            if field.is_required or key[0] == "path":
                message.setdefault(key[0], {})[key[1]] = values.of(field.schema)
        if type_ is not None:
            media = covering(self.media, type_)
            if media is None:
                raise NoValue
            message["body"] = {type_: values.of(media.schema)}
        return message

    @property
    def needs_body(self) -> bool:
        return self._body_node.get("required") is True


class Replies:
    """The answers of one version of an operation, in one reading."""

    def __init__(self, reading: Reading, operation: Operation) -> None:
        self._reading = reading
        self._document = reading.shapes.document
        self._at, self._written = self._document.follow(join(operation.pointer, "responses"))

    def covering(self, status: str) -> str | None:
        """The pointer of what is written for a status."""
        by_text = {str(key).upper(): str(key) for key in self._written}
        for key in (status.upper(), f"{status[0]}XX", "DEFAULT"):
            if key in by_text:
                return join(self._at, by_text[key])
        return None

    @property
    def statuses(self) -> list[str]:
        """The statuses, ranges and default that are written."""
        return [str(key).upper() for key in self._written]

    def headers(self, status: str) -> Fields:
        """The headers of the answer with that status."""
        pointer, node = self._reply(status)
        return header_fields(self._document, pointer, node.get("headers") or {})

    def media(self, status: str) -> dict[str, Media]:
        """The bodies of the answer with that status."""
        at = self.covering(status)
        return {} if at is None else media_of(self._document, at)

    def schema(self, status: str, type_: str | None) -> Schema:
        """What answers with that status and a body of that type must be."""
        if self.covering(status) is None:
            return False
        header = _fields_schema(self._reading, self.headers(status))
        media = self.media(status)
        known = None if type_ is None else covering(media, type_)
        body: Schema = True
        if type_ is not None:
            body = False if known is None else _body(self._reading, known, type_)
        required = ["header"] if header.get("required") else []
        return self._reading.exact.document(
            {
                "type": "object",
                "properties": {"header": header, "body": body},
                "required": required,
            }
        )

    def least(self, values: Values, status: str, type_: str | None) -> Message:
        """The smallest answer, with a body of that type where one is given. Raises `NoValue`."""
        message: Message = {}
        for key, field in self.headers(status).items():
            if field.is_required:
                message.setdefault("header", {})[key[1]] = values.of(field.schema)
        if type_ is not None:
            media = covering(self.media(status), type_)
            if media is None:
                raise NoValue
            message["body"] = {type_: values.of(media.schema)}
        return message

    def _reply(self, status: str) -> tuple[str, Mapping[str, Any]]:
        at = self.covering(status)
        return ("", {}) if at is None else self._document.follow(at)


def _fields_schema(reading: Reading, fields: Mapping[tuple[str, str], Field]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {key[1]: reading.exact.schema(field.schema) for key, field in fields.items()},
        "required": [
            key[1] for key, field in fields.items() if field.is_required or key[0] == "path"
        ],
    }
    if reading.told:
        schema["additionalProperties"] = False
    return schema


def _body(reading: Reading, media: Media, type_: str) -> Schema:
    return {
        "type": "object",
        "properties": {type_: reading.exact.schema(media.schema)},
        "additionalProperties": False,
    }


def as_texts(message: Message) -> tuple[Message, ...]:
    """The ways to read a message whose parameters, headers and forms are texts: as it is, every
    scalar as text, every text that looks like a number or boolean as that."""
    read = [message]
    for change in (_as_text, _as_scalar):
        other = _read(message, change)
        if not equal(other, message):
            read.append(other)
    return tuple(read)


def _read(message: Message, change: Any) -> Message:
    read = dict(message)
    for place in _PLACES:
        if place in message:
            read[place] = _deep(message[place], change)
    if any(type_.startswith(FORMS) for type_ in message.get("body", ())):
        read["body"] = _deep(message["body"], change)
    return read


def _deep(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {key: _deep(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_deep(inner, change) for inner in value]
    return change(value)


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _as_scalar(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            continue
    return value
