"""What a mock answers for one operation: which reply, and its content.

    wish → reply → media type → example or made data → a handler's value, or a sealed answer

Successes are given as handlers return them, so that the generated types and the runtime's
encoders are at work; everything else is sealed: status, headers and bytes.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from accord.codegen.replies import Success, successes
from accord.mock.answers import Answers, Unanswerable
from accord.mock.contents import (
    STREAMED,
    concrete,
    file_bytes,
    is_file,
    written,
)
from accord.mock.document import UNNAMED, Document
from accord.mock.prefer import NO_WISH, Wish
from accord.mock.xml import xml_text
from accord.runtime import Event, Problem, declare, problem_bytes
from accord.runtime.accept import accepted, quality
from accord.runtime.answer import header_text, header_value
from accord.runtime.declare import PROBLEM
from accord.runtime.media_types import essence, is_json, is_stream, is_xml
from accord.runtime.problem import code_of
from accord.runtime.whole import Headers
from accord.spec import ir

_KEPT = 1024
"""Answers that are kept for each operation; there is no end to dynamic ones."""
# Of a range any status would do; these are ones that a valid request may get.
_OF_RANGE = {"1XX": 102, "2XX": 200, "3XX": 302, "4XX": 404, "5XX": 500, "DEFAULT": 500}
_FRAMING = frozenset({"content-type", "content-length", "transfer-encoding", "connection"})
_log = logging.getLogger("accord.mock")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A whole answer, ready to be sent."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Streamed:
    """Items of a stream, given anew to each caller."""

    items: Sequence[Any]

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self.items:
            yield item


@dataclass(frozen=True, slots=True)
class _Possible:
    """A reply that may be given; a success has what its handler returns beside it."""

    reply: ir.Reply
    success: Success | None = None
    declared: declare.Reply | None = None

    @property
    def status(self) -> int:
        """The status to answer with; of a range or `default` one that stands for it."""
        if self.success is not None and self.reply.status == "default":
            return 200
        return _OF_RANGE.get(self.reply.status.upper()) or int(self.reply.status)


class Replies:
    """The answers of one operation, each made once."""

    def __init__(
        self,
        operation: ir.Operation,
        declared: declare.Operation,
        answers: Answers,
        document: Document,
    ) -> None:
        self._operation = operation
        self._answers = answers
        self._document = document
        possible = [
            *(
                _Possible(success.reply, success, its)
                for success, its in zip(successes(operation), declared.replies, strict=True)
            ),
            *(_Possible(reply) for reply in operation.errors),
        ]
        self._first = possible[0]
        # `default` is a success where there is no other: the first of two that are one counts.
        self._possible = {each.reply.status.upper(): each for each in reversed(possible)}
        self._made = lru_cache(_KEPT)(self._make)
        self._usual: tuple[Any] | None = None
        """What is answered to who wishes nothing, in one look."""

    def declares(self, status: int) -> bool:
        """Whether the contract has a reply for this status."""
        return self._find(status) is not None

    def give(self, wish: Wish, accept: bytes | None, variant: str) -> Any:
        """What a handler returns, or what is `Sealed`.

        `variant` tells apart answers that are made, not written. Raises a 400 `Problem` where the
        contract does not declare what is wished.
        """
        usual = wish is NO_WISH and accept is None and not variant
        if usual and self._usual is not None:
            return self._usual[0]
        found = self._find(wish.status) if wish.status else self._first
        if found is None:
            listed = ", ".join(self._possible)
            raise _undeclared(
                f"{self._operation.id} declares no reply {wish.status}; it has {listed}."
            )
        status = wish.status or found.status
        media = _preferred(found, accept)
        key = found.reply.status.upper()
        made = self._made(key, status, media, wish.example, not wish.dynamic, variant)
        if usual:
            self._usual = (made,)
        return made

    def _find(self, status: int) -> _Possible | None:
        keys = (str(status), f"{status // 100}XX", "DEFAULT")
        return next((self._possible[key] for key in keys if key in self._possible), None)

    def _make(
        self, key: str, status: int, media: int, example: str, with_examples: bool, variant: str
    ) -> Any:
        possible = self._possible[key]
        content = _Content(
            self._operation,
            possible.reply,
            status,
            self._answers,
            self._document,
            example,
            with_examples,
            variant,
        )
        try:
            if possible.success is None or possible.declared is None:
                return content.sealed(media)
            return content.returned(possible.success, possible.declared, media)
        except (Unanswerable, ValidationError) as error:
            detail = f"No answer for {self._operation.id} {status}: {error}"
            raise Problem(500, code="unanswerable", detail=detail) from error


@dataclass(frozen=True, slots=True)
class _Content:
    """One answer in the making: what it is for, and of what."""

    _operation: ir.Operation
    _reply: ir.Reply
    _status: int
    _answers: Answers
    _document: Document
    _example: str
    _with_examples: bool
    _variant: str

    def returned(self, success: Success, declared: declare.Reply, at: int) -> Any:
        """What a handler returns for a success."""
        body = self._typed(self._reply.media[at], declared.media[at]) if declared.media else None
        if declared.wrapper is None:
            return body
        fields: dict[str, Any] = {"body": body} if declared.media else {}
        if success.carries_status:
            fields["status"] = self._status
        if success.media_types is not None:
            fields["media_type"] = concrete(self._reply.media[at].type)
        for header, its in zip(self._reply.headers, declared.headers, strict=True):
            value = self._header(header)
            fields[its.field] = TypeAdapter(its.type).validate_json(to_json(value))
        return declared.wrapper(**fields)

    def sealed(self, at: int) -> Sealed:
        """The whole answer for an error."""
        headers: Headers = [
            (header.name.lower().encode(), header_value(header_text(self._header(header))))
            for header in self._reply.headers
            if header.name.lower() not in _FRAMING
        ]
        if not self._reply.media:
            return Sealed(self._status, [*headers, (b"content-length", b"0")], b"")
        media = self._reply.media[at]
        body = self._bytes(media)
        kind = "application/octet-stream" if "*" in media.type else media.type
        framing = [
            (b"content-type", kind.encode("latin-1")),
            (b"content-length", b"%d" % len(body)),
        ]
        return Sealed(self._status, [*framing, *headers], body)

    def _typed(self, media: ir.Media, declared: declare.Media) -> Any:
        if declared.type in (bytes, str) and not is_json(media.type):
            content = self._bytes(media)
            return content if declared.type is bytes else content.decode()
        adapter: TypeAdapter[Any] = TypeAdapter(declared.type)
        if declared.each:
            items = [adapter.validate_json(to_json(item)) for item in self._items(media)]
            return Streamed([Event(item) for item in items] if declared.each == "data" else items)

        def parsed(value: Any) -> Any:
            return adapter.validate_json(to_json(value), strict=True, by_alias=True, by_name=False)

        for name, value in self._examples(media):
            try:
                return parsed(value)
            except ValidationError as error:
                self._refuse(name, media, str(error))
        return parsed(self._value(media.schema or {}))

    def _bytes(self, media: ir.Media) -> bytes:
        schema = media.schema or {}
        for name, value in self._examples(media):
            if isinstance(value, str) and not is_json(media.type):
                return value.encode()
            if (fault := self._answers.fault(schema, value)) is None:
                return self._written(media, value)
            self._refuse(name, media, fault)
        untyped = media.schema is None and media.item_schema is None
        if is_file(media.type) or (untyped and not is_json(media.type)):
            return file_bytes(media.type)
        if is_stream(media.type):
            return written(media.type, self._items(media))
        if essence(media.type) == PROBLEM:
            return self._problem(media, schema)
        return self._written(media, self._nearest(schema))

    def _nearest(self, schema: ir.Schema) -> Any:
        """A value for an error's body; where no value fits its schema, one that nearly does."""
        try:
            return self._value(schema)
        except Unanswerable as error:
            _log.warning("Reply %s of %s: %s", self._reply.status, self._operation.id, error)
            return error.nearest

    def _written(self, media: ir.Media, value: Any) -> bytes:
        if not is_xml(media.type):
            return written(media.type, value)
        schema = self._document.schema(self._operation, self._reply.status, media.type)
        return xml_text(self._document, schema, value).encode()

    def _items(self, media: ir.Media) -> list[Any]:
        item = media.item_schema
        if item is None:
            # Before 3.2 a stream's schema is written as that of its item, or of an array of them.
            flat = self._answers.schemas.resolve(media.schema or {})
            item = flat["items"] if isinstance(flat.get("items"), Mapping) else media.schema or {}
        return [
            self._answers.value(
                item, variant=f"{self._variant}:{at}", examples=self._with_examples and at == 0
            )
            for at in range(STREAMED)
        ]

    def _problem(self, media: ir.Media, schema: ir.Schema) -> bytes:
        """A problem that says what its status says, where the schema leaves it open."""
        problem = problem_bytes(Problem(self._status, code=code_of(self._status)))
        adapter: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
        members = adapter.validate_json(problem)
        value = self._value(schema)
        if isinstance(value, Mapping):
            for candidate in ({**value, **members}, {**members, **value, "status": self._status}):
                if self._answers.fault(schema, candidate) is None:
                    return to_json(candidate)
        return to_json(value)

    def _header(self, header: ir.Header) -> Any:
        if self._with_examples:
            found = self._document.header_examples(self._operation, self._reply.status, header.name)
            for value in found.values():
                if self._answers.fault(header.schema, value) is None:
                    return value
        return self._value(header.schema)

    def _value(self, schema: ir.Schema) -> Any:
        return self._answers.value(schema, variant=self._variant, examples=self._with_examples)

    def _examples(self, media: ir.Media) -> list[tuple[str, Any]]:
        """The one that is wished for, or all in their order; none where data is to be made."""
        found = self._document.examples(self._operation, self._reply.status, media.type)
        if self._example:
            if self._example in found:
                return [(self._example, found[self._example])]
            names = ", ".join(name for name in found if name != UNNAMED) or "none with a name"
            raise _undeclared(
                f"Reply {self._reply.status} of {self._operation.id} has no example"
                f" {self._example!r} for {media.type}; it has {names}."
            )
        return list(found.items()) if self._with_examples else []

    def _refuse(self, name: str, media: ir.Media, fault: str) -> None:
        """An example that its own schema refuses: asked for by name, the caller hears of it."""
        what = (
            f"example {name!r} of reply {self._reply.status} of {self._operation.id}"
            f" ({media.type}) breaks its own schema: {fault}"
        )
        if self._example:
            raise Problem(500, code="wrong_example", detail=f"The {what}")
        _log.warning("The %s; other data is answered", what)


def _preferred(possible: _Possible, accept: bytes | None) -> int:
    """The place of the media type that is answered: what the caller likes best, else JSON."""
    types = [media.type for media in possible.reply.media]
    order = list(range(len(types)))
    if len(order) < 2:
        return 0
    if accept is not None:
        ranges = accepted(accept)
        order.sort(key=lambda at: -quality(ranges, types[at]))
    chosen = order[0] if accept else next((at for at in order if is_json(types[at])), order[0])
    if possible.declared is None:
        return chosen
    # What a handler returns is sent as the first media type that has its Python type.
    python = [_python_type(media.type) for media in possible.declared.media]
    return next(at for at in order if python[at] == python[chosen])


def _python_type(type_: Any) -> Any:
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def _undeclared(detail: str) -> Problem:
    return Problem(400, code="undeclared_preference", detail=detail)
