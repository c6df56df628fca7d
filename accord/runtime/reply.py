"""Replies: what a handler returned becomes a status, headers and bytes, by its type."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from typing_extensions import TypeAliasType

from accord.runtime.accept import accepted, quality
from accord.runtime.answer import Answer, header_text, header_value
from accord.runtime.declare import Media, Operation, Reply
from accord.runtime.downloads import Download
from accord.runtime.encode import Encoder, json_encoder
from accord.runtime.form_reply import FormContent
from accord.runtime.media_types import FORM, covers, essence, is_json, is_multipart
from accord.runtime.problem import ContractViolation
from accord.runtime.reply_headers import ReplyHeaders
from accord.runtime.stream_reply import StreamContent
from accord.runtime.whole import FixedHeaders, Headers


class _Content:
    """One media type of a reply: picks the encoder by the type of the value."""

    def __init__(self, media: Media) -> None:
        self.media_type = media.media_type
        self.header = (b"content-type", _concrete(media.media_type).encode("latin-1"))
        self._adapter: TypeAdapter[Any] | None = None
        self.encoders: dict[type, Encoder] = {}
        self._is_bytes = media.type is bytes
        if is_json(media.media_type):
            self._adapter = TypeAdapter(media.type)
            self._fallback: Encoder | None = None
            whole = json_encoder(media.type)
            for member in _members(media.type):
                origin = get_origin(member) or member
                if origin in (Any, object) or not isinstance(origin, type):
                    self._fallback = whole
                else:
                    model = issubclass(origin, BaseModel)
                    self.encoders[origin] = json_encoder(origin) if model else whole
        else:
            self.encoders = {bytes: bytes, str: _utf8}
            self._fallback = None
            for member in _members(media.type):
                if member in (int, float, bool, date, datetime, time, UUID):
                    self.encoders[member] = _as_text

    def encode(self, value: Any) -> bytes | None:
        """The value as bytes; None where the contract does not list its type."""
        encoder = self.encoders.get(type(value))
        if encoder is None:
            encoder = self._inherited(type(value))
            if encoder is None:
                return None
        return encoder(value)

    def _inherited(self, given: type) -> Encoder | None:
        # To Python true is a number, to JSON it is not.
        for known in given.__mro__ if given is not bool else (bool,):
            if known in self.encoders:
                return self.encoders.setdefault(given, self.encoders[known])
        return self._fallback

    def answer(self, status: int, headers: Headers, value: Any, check: bool) -> Answer | None:
        """The answer with `value`; None where the contract does not list its type. With `check` it
        is validated first. Raises `ValidationError`."""
        if self._is_bytes:
            if isinstance(value, Download):
                return value.answer(status, [self.header, *headers])
            if isinstance(value, AsyncIterator):
                return Answer(status, [self.header, *headers], value)
        body = self.encode(value)
        if body is None:
            return None
        if check:
            self.check(body)
        return Answer(status, [self.header, *headers], body)

    def named(self, media_type: str) -> _Content:
        """The same, sent as a `media_type` that it covers."""
        content = copy(self)
        content.header = (b"content-type", header_value(_concrete(media_type)))
        return content

    def check(self, body: bytes) -> None:
        """Raises `ValidationError` where the bytes do not fit the contract."""
        if self._adapter is not None:
            self._adapter.validator.validate_json(body, strict=True, by_alias=True, by_name=False)


_Any = _Content | StreamContent | FormContent


class _Success:
    """One success of an operation."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status if isinstance(reply.status, int) else 0
        ranged = str(reply.status)[0] if str(reply.status).endswith("XX") else ""
        self.hundreds = (int(ranged),) if ranged else (1, 2, 3, 4, 5)
        self.media = tuple(map(_content, reply.media))
        self.ranges = ", ".join(content.media_type for content in self.media)
        self.headers = ReplyHeaders(reply)


@dataclass(frozen=True, slots=True)
class PlainReply:
    """A success of one status and one media type, without headers of its own."""

    status: int
    headers: FixedHeaders
    encoders: Mapping[type, Encoder]
    """By the types that are known to be written so."""
    encode: Callable[[Any], bytes | None]
    """Gives None for what is another reply of the operation, or none at all."""


def _plain(bare: _Success | None) -> PlainReply | None:
    if bare is not None and bare.status and len(bare.media) == 1:
        content = bare.media[0]
        if isinstance(content, _Content):
            return PlainReply(
                bare.status, FixedHeaders([content.header]), content.encoders, content.encode
            )
    return None


class ReplyWriter:
    """The compiled successes of one operation.

    `check` is the share of replies (0 to 1) that are validated again before they are sent.
    """

    def __init__(self, operation: Operation, check: float = 0.0) -> None:
        self._operation = operation.id
        self._check = check
        self._wrapped: dict[type, _Success] = {}
        self._bare: _Success | None = None
        for reply in operation.replies:
            success = _Success(reply)
            if reply.wrapper is not None:
                self._wrapped[reply.wrapper] = success
            else:
                self._bare = success
        self.plain = _plain(self._bare) if not check else None
        """The common case, decided beforehand; None where the operation is not of that kind."""
        every = (*self._wrapped.values(), *((self._bare,) if self._bare else ()))
        self.media_types = tuple(
            dict.fromkeys(content.media_type for success in every for content in success.media)
        )
        """What may be sent, for Accept; empty where no success has a body."""

    def write(self, value: Any, accept: bytes | None) -> Answer:
        """Raises `ContractViolation` where the contract does not list what the handler gave."""
        success = self._wrapped.get(type(value))
        headers: Headers = []
        status = 0
        media_type: str | None = None
        if success is not None:
            try:
                headers = success.headers.write(value, bool(self._check))
            except ValueError as error:
                raise self._violation(str(error)) from None
            status = success.status or value.status
            if status // 100 not in success.hundreds:
                raise self._violation(f"status {status}, which its reply does not list")
            media_type = getattr(value, "media_type", None)
            value = getattr(value, "body", None)
        elif self._bare is not None:
            success = self._bare
        else:
            raise self._violation(f"a {type(value).__name__}, which is no reply of the contract")
        media: Sequence[_Any] = success.media
        if media_type is not None:
            media = self._chosen(success, media_type)
        elif len(media) > 1 and accept is not None:
            media = _preferred(success.media, accept)
        return self._answer(media, status or success.status, headers, value)

    def _answer(self, media: Sequence[_Any], status: int, headers: Headers, value: Any) -> Answer:
        if not media:
            if value is not None:
                raise self._violation(f"a {type(value).__name__} where {status} has no body")
            return Answer(status, headers, b"")
        check = bool(self._check) and random.random() < self._check
        for content in media:
            try:
                answer = content.answer(status, headers, value, check)
            except ValidationError as error:
                raise self._refused(error) from None
            if answer is not None:
                return answer
        raise self._violation(f"a {type(value).__name__}, which {status} does not list")

    def _chosen(self, success: _Success, media_type: str) -> Sequence[_Any]:
        """The content that the handler says its body to be."""
        for content in success.media:
            if covers(content.media_type, media_type):
                return [content.named(media_type)]
        raise self._violation(f"{media_type!r}, which is none of {success.ranges}")

    def _refused(self, error: ValidationError) -> ContractViolation:
        return self._violation(f"a body that its contract refuses: {error}")

    def _violation(self, what: str) -> ContractViolation:
        return ContractViolation(f"{self._operation} returned {what}")


def _content(media: Media) -> _Any:
    if media.each:
        return StreamContent(media)
    is_form = essence(media.media_type) == FORM or is_multipart(media.media_type)
    return FormContent(media) if is_form else _Content(media)


def _preferred(media: tuple[_Any, ...], accept: bytes) -> tuple[_Any, ...]:
    ranges = accepted(accept)
    return tuple(sorted(media, key=lambda content: -quality(ranges, content.media_type)))


def _concrete(media_type: str) -> str:
    """What is sent for a type as declared: no wildcards, and text with its charset."""
    name = essence(media_type)
    if name.endswith("/*"):
        media_type = "text/plain" if name == "text/*" else "application/octet-stream"
    if media_type.startswith("text/") and ";" not in media_type:
        return f"{media_type}; charset=utf-8"
    return media_type


def _members(type_: Any) -> list[Any]:
    """The types that a value of this annotation may be of."""
    if isinstance(type_, TypeAliasType):
        return _members(type_.__value__)
    origin = get_origin(type_)
    if origin is Annotated:
        return _members(get_args(type_)[0])
    if origin in (Union, UnionType):
        return [member for option in get_args(type_) for member in _members(option)]
    return [type(None) if type_ is None else type_]


def _as_text(value: Any) -> bytes:
    return header_text(value).encode()


def _utf8(text: str) -> bytes:
    return text.encode()
