"""One operation: what its arguments are on the wire, and what its replies mean."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

from .bodies import Body, MultipartBody, choose_body
from .connection import Client
from .content import Content, choose, essence
from .errors import MalformedReply, UnexpectedStatus
from .forms import Querystring
from .response import Response
from .streams import Items
from .styles import Cookie, Header, Parameter, Path, Query, quote_text
from .values import UNSET, write

T = TypeVar("T")

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_FIXED = "/:@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that the contract lists: `status` is `200`, `4XX` or `default`."""

    status: str
    contents: tuple[Content, ...] = ()


class Call(Generic[T]):
    """An operation, ready to be called. `parameters` are in the order of its arguments."""

    def __init__(
        self,
        method: str,
        path: str,
        *,
        parameters: Sequence[Parameter | Querystring] = (),
        bodies: Sequence[Body] = (),
        replies: Sequence[Reply] = (),
    ) -> None:
        self._method = method
        self._is_upper = method.isupper()
        self._bodies = bodies
        # What comes before the last reply (1XX) is not seen here.
        self._replies = {reply.status: reply for reply in replies if reply.status[0] != "1"}
        each = list(enumerate(parameters))
        places = {one.name: (index, one) for index, one in each if isinstance(one, Path)}
        # Text and parameters in turn, as `re.split` gives them.
        pieces = _TEMPLATE.split(path)
        self._start = quote(pieces[0], safe=_FIXED)
        self._path = [
            (*places[name], quote(after, safe=_FIXED))
            for name, after in zip(pieces[1::2], pieces[2::2], strict=True)
        ]
        self._query = [(index, one) for index, one in each if isinstance(one, Query)]
        self._whole = [(index, one) for index, one in each if isinstance(one, Querystring)]
        self._headers = [(index, one) for index, one in each if isinstance(one, Header)]
        self._cookies = [(index, one) for index, one in each if isinstance(one, Cookie)]

    def sync(
        self,
        client: Client,
        arguments: Sequence[Any] = (),
        body: Any = UNSET,
        content_type: Any = UNSET,
        accept: Any = UNSET,
    ) -> Response[T]:
        """Calls the operation and waits for the whole reply."""
        options = self._options(client, arguments, body, content_type, accept)
        http = client.get_httpx_client()
        if self._is_upper:
            return self._response(client, http.request(**options))
        return self._response(client, http.send(self._as_spelled(http, options)))

    async def asyncio(
        self,
        client: Client,
        arguments: Sequence[Any] = (),
        body: Any = UNSET,
        content_type: Any = UNSET,
        accept: Any = UNSET,
    ) -> Response[T]:
        """Calls the operation and waits for the whole reply."""
        options = self._options(client, arguments, body, content_type, accept)
        http = client.get_async_httpx_client()
        if self._is_upper:
            return self._response(client, await http.request(**options))
        return self._response(client, await http.send(self._as_spelled(http, options)))

    def stream(
        self,
        client: Client,
        arguments: Sequence[Any] = (),
        body: Any = UNSET,
        content_type: Any = UNSET,
        accept: Any = UNSET,
    ) -> Iterator[Any]:
        """The items of a successful reply as they come: lines, events, or chunks of bytes.

        Raises `UnexpectedStatus` for every other reply.
        """
        options = self._options(client, arguments, body, content_type, accept)
        with ExitStack() as stack:
            reply = stack.enter_context(client.get_httpx_client().stream(**options))
            if not reply.is_success:
                raise self._refused(reply, reply.read())
            items = self._items(reply)
            for chunk in reply.iter_bytes():
                yield from [chunk] if items is None else items.feed(chunk)
            if items is not None:
                yield from items.feed(b"", last=True)

    async def asyncio_stream(
        self,
        client: Client,
        arguments: Sequence[Any] = (),
        body: Any = UNSET,
        content_type: Any = UNSET,
        accept: Any = UNSET,
    ) -> AsyncIterator[Any]:
        """As `stream`."""
        options = self._options(client, arguments, body, content_type, accept)
        async with AsyncExitStack() as stack:
            opened = client.get_async_httpx_client().stream(**options)
            reply = await stack.enter_async_context(opened)
            if not reply.is_success:
                raise self._refused(reply, await reply.aread())
            items = self._items(reply)
            async for chunk in reply.aiter_bytes():
                for item in [chunk] if items is None else items.feed(chunk):
                    yield item
            if items is not None:
                for item in items.feed(b"", last=True):
                    yield item

    def _as_spelled(
        self, http: httpx.Client | httpx.AsyncClient, options: dict[str, Any]
    ) -> httpx.Request:
        """The request; methods are told apart by case, but httpx writes them in capitals."""
        request = http.build_request(**options)
        request.method = self._method
        return request

    def _options(
        self, client: Client, arguments: Sequence[Any], body: Any, content_type: Any, accept: Any
    ) -> dict[str, Any]:
        """What httpx's `request` is called with."""
        url = self._start
        for index, path, after in self._path:
            url += path.text(write(arguments[index])) + after
        query = [
            f"{name}={value}"
            for index, one in self._query
            if arguments[index] is not UNSET
            for name, value in one.pairs(write(arguments[index]))
        ]
        query += [
            one.text(write(arguments[index]))
            for index, one in self._whole
            if arguments[index] is not UNSET
        ]
        for key, secret in client.sent_in("query").items():
            query.append(f"{quote_text(key)}={quote_text(secret)}")
        if query:
            url += "?" + "&".join(query)
        headers = {
            one.name: one.text(write(arguments[index]))
            for index, one in self._headers
            if arguments[index] is not UNSET
        }
        if self._cookies:
            self._add_cookies(headers, client, arguments)
        if accept is not UNSET:
            headers["Accept"] = accept
        options: dict[str, Any] = {"method": self._method, "url": url}
        if body is not UNSET and self._bodies:
            chosen = choose_body(self._bodies, body, content_type)
            options |= chosen.options(body)
            headers |= options.get("headers", {})
            if isinstance(chosen, MultipartBody) and not isinstance(body, bytes):
                pass  # Its type has a boundary, which the body brings along.
            elif content_type is UNSET:
                headers["Content-Type"] = chosen.content_type(body)
            else:
                headers["Content-Type"] = content_type
        if headers:
            options["headers"] = headers
        return options

    def _add_cookies(
        self, headers: dict[str, str], client: Client, arguments: Sequence[Any]
    ) -> None:
        """The Cookie header: httpx leaves the client's own cookies out where there is one."""
        cookies = [
            f"{name}={value}"
            for index, one in self._cookies
            if arguments[index] is not UNSET
            for name, value in one.pairs(write(arguments[index]))
        ]
        if cookies:
            lasting = {**client._cookies, **client.sent_in("cookie")}
            cookies += [f"{name}={value}" for name, value in lasting.items()]
            headers["Cookie"] = "; ".join(cookies)

    def _response(self, client: Client, reply: httpx.Response) -> Response[T]:
        data = reply.content
        found, parsed = self._parse(reply.status_code, reply.headers, data)
        if not found and client.raise_on_unexpected_status:
            raise UnexpectedStatus(reply.status_code, data)
        return Response(reply.status_code, data, reply.headers, parsed)

    def _parse(self, status: int, headers: httpx.Headers, data: bytes) -> tuple[bool, Any]:
        """Whether the contract lists the reply, and its content."""
        reply = self._replies.get(str(status))
        if reply is None:
            reply = self._replies.get(f"{status // 100}XX") or self._replies.get("default")
        if reply is None:
            # Of a contract that lists none, a success is all that can be expected.
            return not self._replies and status < 300, None
        if not reply.contents or self._method == "HEAD":
            return True, None
        content_type = headers.get("content-type", "")
        content = choose(reply.contents, content_type)
        if content is None:
            # A reply without content is what 204 and 304 mean, whatever the contract says.
            return not data, None
        try:
            return True, content.parse(data, content_type)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if content.media_type != essence(content_type):
                # Taken for what it turns out not to be: the contract does not list it.
                return False, None
            raise MalformedReply(status, data, repr(error)) from error

    def _items(self, reply: httpx.Response) -> Items | None:
        listed = self._replies.get(str(reply.status_code))
        listed = listed or self._replies.get("2XX") or self._replies.get("default")
        content = choose(listed.contents, reply.headers.get("content-type", "")) if listed else None
        return content.items() if content else None

    def _refused(self, reply: httpx.Response, data: bytes) -> UnexpectedStatus:
        _, parsed = self._parse(reply.status_code, reply.headers, data)
        return UnexpectedStatus(reply.status_code, data, parsed)
