"""How calls to other services leave the process: one pool of connections per service.

A `DownstreamClient` is the httpx client that a generated client is given. What generated code
asks of it — a method, a path, parameters, headers, a body — goes to aiohttp's pool in one step;
everything else that httpx can do goes the long way through httpx and httpx-aiohttp, over the
same pool. httpx's own pool is never used: under concurrency it is slower by an order of magnitude.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from accord.downstream.errors import DownstreamRefused, DownstreamTimeout, DownstreamUnavailable
from accord.runtime import context

DEADLINE_HEADER = "X-Request-Deadline-Ms"
REQUEST_ID_HEADER = "X-Request-Id"

_DIRECT = frozenset({"params", "headers", "json", "content"})
_READY_PATH = re.compile(r"/[!-~]*")
_write_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstream:
    """A service that is called: where it is and how long it may take.

    Times are in seconds. `timeout` bounds a call as a whole, waiting for a free connection
    included. `headers` go with every call: credentials, for example.
    """

    service: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 5.0
    connect_timeout: float = 1.0
    max_connections: int = 100
    keepalive: float = 30.0


@asynccontextmanager
async def open_client(downstream: Downstream) -> AsyncIterator[DownstreamClient]:
    """A client for one service, with its own pool, for as long as the application lives."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=downstream.max_connections, keepalive_timeout=downstream.keepalive
        ),
        # Services have no sessions: a cookie of one caller must never go with another's call.
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    async with session, DownstreamClient(downstream, session) as client:
        yield client


class DownstreamClient(httpx.AsyncClient):
    """An httpx client for one service; replies other than 2xx are raised.

    Every call carries the request id, the trace context and the milliseconds that the answer may
    take. Raises DownstreamTimeout, DownstreamUnavailable and DownstreamRefused.
    """

    def __init__(self, downstream: Downstream, session: aiohttp.ClientSession) -> None:
        # The session connects, with TLS settings of its own; the transport needs none.
        transport = AiohttpTransport(client=session, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        super().__init__(base_url=downstream.base_url, transport=transport, trust_env=False)
        self.downstream = downstream
        self._session = session
        self._origin = downstream.base_url.rstrip("/")

    async def request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Response:
        """Call an operation; `url` is a path, `options` are those of httpx.

        Where `options` are no more than params, headers, json and content, the response has no
        `request` attribute.
        """
        service = self.downstream.service
        seconds = self._seconds()
        options["headers"] = self._call_headers(options.get("headers"), seconds)
        try:
            if isinstance(url, str) and _READY_PATH.match(url) and options.keys() <= _DIRECT:
                response = await self._direct(method, url, seconds, **options)
            else:
                options.setdefault("timeout", seconds)
                response = await super().request(method, url, **options)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise DownstreamTimeout(service, f"no answer within {seconds:.3f} s") from error
        except (aiohttp.ClientError, httpx.HTTPError, OSError) as error:
            raise DownstreamUnavailable(service, f"{type(error).__name__}: {error}") from error
        _raise_for_status(service, response)
        return response

    async def _direct(
        self,
        method: str,
        path: str,
        seconds: float,
        *,
        headers: dict[str, str],
        params: Any = None,
        json: Any = None,
        content: bytes | str | None = None,
    ) -> httpx.Response:
        if params:
            path = f"{path}?{httpx.QueryParams(params)}"
        if json is not None:
            content = _write_json(json).encode()
            headers.setdefault("Content-Type", "application/json")
        async with self._session.request(
            method.upper(),
            # Generated paths are percent-encoded already; yarl would fold `..` in them.
            URL(self._origin + path, encoded=True),
            headers=headers,
            data=content,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=seconds, sock_connect=self.downstream.connect_timeout
            ),
        ) as reply:
            body = await reply.read()
        return httpx.Response(reply.status, headers=reply.raw_headers, content=body)

    def _seconds(self) -> float:
        """How long this call may take: never longer than the caller waits for us."""
        deadline = context.deadline.get()
        if deadline is None:
            return self.downstream.timeout
        remaining = deadline - asyncio.get_running_loop().time()
        if remaining <= 0:
            raise DownstreamTimeout(self.downstream.service, "not called: the deadline has passed")
        return min(self.downstream.timeout, remaining)

    def _call_headers(self, given: Mapping[str, str] | None, seconds: float) -> dict[str, str]:
        headers = {**self.downstream.headers, **(given or {})}
        headers[DEADLINE_HEADER] = str(max(1, int(seconds * 1000)))
        if request_id := context.request_id.get():
            headers[REQUEST_ID_HEADER] = request_id
        if traceparent := context.traceparent.get():
            headers["traceparent"] = traceparent
            if tracestate := context.tracestate.get():
                headers["tracestate"] = tracestate
        return headers


def _raise_for_status(service: str, response: httpx.Response) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status != httpx.codes.TOO_MANY_REQUESTS:
        raise DownstreamRefused(service, status, _problem(response))
    raise DownstreamUnavailable(service, f"answered {status}")


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
