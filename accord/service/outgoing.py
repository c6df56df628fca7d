"""Requests that a service sends by itself: webhooks, and callbacks of its operations.

Generated `webhooks.py` and `callbacks.py` stand on it. They go through an `httpx.AsyncClient`: a
plain one, or `accord.downstream`'s, which retries, times out and breaks off as its policy says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from accord.client.bodies import BinaryBody, Body, FormBody, JsonBody, TextBody
from accord.client.styles import Header, Query, Style
from accord.runtime.declare import Media, Reply
from accord.runtime.declare import Parameter as Declared
from accord.runtime.json_body import exactly
from accord.runtime.media_types import FORM, covers, is_json

T = TypeVar("T")
_EXPRESSION = re.compile(r"\{(\$[^{}]*)\}")


class Undelivered(Exception):
    """The receiver answered with what is no success, or not one that the contract lists: `status`
    and `body` are what it said."""

    def __init__(self, url: str, status: int, body: bytes) -> None:
        super().__init__(f"{url} answered {status}: {body[:200]!r}")
        self.url = url
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The request, and perhaps its reply, that a callback belongs to: its URL is made of them.

    Bodies are models or JSON values; names of headers are looked up whatever their case.
    """

    url: str = ""
    method: str = ""
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int | None = None
    reply_headers: Mapping[str, str] = field(default_factory=dict)
    reply_body: Any = None

    def resolve(self, expression: str) -> str:
        """A runtime expression of OpenAPI with its values: `{$request.body#/url}/done?id={$url}`.

        A lone value that is a URL stays as it is. Raises `ValueError` where a value is not there.
        """
        if expression.startswith("$"):
            return str(self._value(expression))
        return _EXPRESSION.sub(lambda found: str(self._value(found[1])), expression)

    def _value(self, expression: str) -> Any:
        match expression.split(".", 2):
            case ["$url"]:
                return self.url
            case ["$method"]:
                return self.method
            case ["$statusCode"] if self.status is not None:
                return self.status
            case ["$request", "path", name] if name in self.path:
                return self.path[name]
            case ["$request", "query", name] if name in self.query:
                return self.query[name]
            case ["$request", "header", name]:
                return _header(self.headers, name, expression)
            case ["$response", "header", name]:
                return _header(self.reply_headers, name, expression)
            case ["$request", place, *_] if place.startswith("body"):
                return _within(self.body, expression)
            case ["$response", place, *_] if place.startswith("body"):
                return _within(self.reply_body, expression)
        raise ValueError(f"nothing is known for {expression!r}")


def _header(headers: Mapping[str, str], name: str, expression: str) -> str:
    for known, value in headers.items():
        if known.lower() == name.lower():
            return value
    raise ValueError(f"nothing is known for {expression!r}")


def _within(body: Any, expression: str) -> Any:
    value = to_jsonable_python(body, by_alias=True)
    for token in expression.partition("#")[2].split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(key) if isinstance(value, list) else key]
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"nothing is known for {expression!r}") from None
    return value


class Outgoing(Generic[T]):
    """One request, compiled on first use. `url` is the runtime expression of a callback's."""

    def __init__(
        self,
        method: str,
        url: str = "",
        *,
        parameters: tuple[Declared, ...] = (),
        media: tuple[Media, ...] = (),
        replies: tuple[Reply, ...] = (),
    ) -> None:
        self._method = method
        self._url = url
        self._parameters = parameters
        self._media = media
        self._replies = {str(reply.status).upper(): reply for reply in replies}

    async def send(
        self, http: httpx.AsyncClient, to: str | Origin, /, body: Any = None, **parameters: Any
    ) -> T:
        """Sends it to a URL, or to the one that follows from the request it belongs to.

        Gives the body of a success. Raises `Undelivered` for any other answer, what `http` raises
        where there is none, and `ValueError` where the URL does not follow.
        """
        url = httpx.URL(to.resolve(self._url) if isinstance(to, Origin) else to)
        headers: dict[str, str] = {}
        query: list[str] = []
        for declared in self._parameters:
            value = parameters.get(declared.keyword)
            if value is None:
                continue
            plain = to_jsonable_python(value, by_alias=True)
            content = declared.content or ""
            if declared.location == "header":
                style = Header(declared.name, explode=declared.explode, content=content)
                headers[declared.name] = style.text(plain)
            else:
                one = Query(declared.name, declared.style, declared.explode, content=content)
                query += [f"{name}={text}" for name, text in one.pairs(plain)]
        if query:
            raw = "&".join([*([url.query.decode()] if url.query else []), *query])
            url = url.copy_with(query=raw.encode())
        options: dict[str, Any] = {}
        if body is not None and self._media:
            media_type, options = self._written(body)
            headers["content-type"] = media_type
        answer = await http.request(self._method, url, headers=headers, **options)
        return self._read(answer)

    def _written(self, body: Any) -> tuple[str, dict[str, Any]]:
        for media in self._media:
            writer, value = _writer(media), body
            if isinstance(writer, JsonBody | FormBody):
                value = TypeAdapter(media.type).dump_python(body, mode="json", by_alias=True)
            if writer.takes(value):
                return writer.content_type(value), writer.options(value)
        raise TypeError(f"a {type(body).__name__} is no body of {self._method} {self._url}")

    def _read(self, answer: httpx.Response) -> T:
        status = str(answer.status_code)
        reply = next(
            (
                self._replies[key]
                for key in (status, f"{status[0]}XX", "DEFAULT")
                if key in self._replies
            ),
            None,
        )
        promised = any(each.media for each in self._replies.values())
        if not answer.is_success or (reply is None and promised):
            raise Undelivered(str(answer.url), answer.status_code, answer.content)
        read: Callable[[bytes], T] = _reader(reply, answer)
        return read(answer.content)


def _writer(media: Media) -> Body:
    if is_json(media.media_type):
        return JsonBody(media.media_type)
    if media.media_type == FORM:
        styles = {
            name: Style(one.style or "form", one.explode is not False, content=one.content_type)
            for name, one in media.encoding.items()
        }
        return FormBody(media.media_type, styles)
    return BinaryBody(media.media_type) if media.type is bytes else TextBody(media.media_type)


def _reader(reply: Reply | None, answer: httpx.Response) -> Callable[[bytes], Any]:
    given = answer.headers.get("content-type", "")
    media = next((m for m in (reply.media if reply else ()) if covers(m.media_type, given)), None)
    if media is None:
        return lambda data: None
    if is_json(media.media_type):
        adapter: TypeAdapter[Any] = TypeAdapter(media.type)
        return lambda data: exactly(adapter.validator.validate_json, data)
    return bytes if media.type is bytes else lambda data: answer.text
