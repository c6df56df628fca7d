"""How calls to other services leave the process: one pool of connections per service.

A `DownstreamClient` is the httpx client that a generated client is given. What generated code
asks of it — a method, a path, parameters, headers, a body — goes to aiohttp's pool in one step;
everything else that httpx can do goes the long way through httpx and httpx-aiohttp, over the
same pool. httpx's own pool is never used: under concurrency it is slower by an order of magnitude.

Either way `resilience` decides how often a request is sent; `stream` and `send`, which generated
clients do not use, are httpx's own and pass it by.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from accord.downstream.failures import failure, raise_for_status
from accord.downstream.metrics import DownstreamMetrics
from accord.downstream.policy import READS, CallPolicy, Downstream, Policies, Timeouts
from accord.downstream.resilience import Call, Resilience
from accord.runtime import context

DEADLINE_HEADER = "X-Request-Deadline-Ms"
REQUEST_ID_HEADER = "X-Request-Id"
KEY_HEADER = "idempotency-key"

Send = Callable[[dict[str, str], Timeouts, float], Awaitable[httpx.Response]]
"""Sends a request with these headers, within the timeouts and so many seconds."""

_DIRECT = frozenset({"params", "headers", "json", "content"})
_READY_PATH = re.compile(r"/[!-~]*")
_write_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@asynccontextmanager
async def open_client(
    downstream: Downstream, *, metrics: DownstreamMetrics | None = None
) -> AsyncIterator[DownstreamClient]:
    """A client for one service, with its own pool, for as long as the application lives.

    Its figures are shown by `metrics` meanwhile.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=downstream.max_connections, keepalive_timeout=downstream.keepalive
        ),
        # Services have no sessions: a cookie of one caller must never go with another's call.
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # Else aiohttp repeats what it takes for idempotent by itself, unseen and beyond the budget.
    session._retry_connection = False
    async with session, DownstreamClient(downstream, session) as client:
        figures = client.resilience.guard.figures
        if metrics is not None:
            metrics.add(figures)
        try:
            yield client
        finally:
            if metrics is not None:
                metrics.remove(figures)


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
        self.resilience = Resilience(downstream)
        self._policies = Policies(downstream)
        self._session = session
        self._origin = downstream.base_url.rstrip("/")

    async def request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Response:
        """Call an operation; `url` is a path, `options` are those of httpx.

        Where `options` are no more than params, headers, json and content, the response has no
        `request` attribute. Timeouts are the policy's, whatever `options` say.
        """
        method = method.upper()
        headers = self._call_headers(options.pop("headers", None))
        if isinstance(url, str) and _READY_PATH.match(url) and options.keys() <= _DIRECT:
            send = self._direct(method, url, headers, **options)
        else:
            send = self._long_way(method, url, options)
        operation, policy = self._policies.find(method, str(url))
        repeatable = _replayable(options) and policy.may_repeat(method, has_key=_has_key(headers))
        hedged = policy.hedge_after is not None and repeatable and method in READS
        call = Call(operation, policy, repeatable, hedged)
        return await self.resilience.call(call, self._attempt(send, headers, policy))

    def _attempt(
        self, send: Send, headers: Mapping[str, str], policy: CallPolicy
    ) -> Callable[[float], Awaitable[httpx.Response]]:
        service = self.downstream.service
        timeouts = policy.timeouts

        async def attempt(seconds: float) -> httpx.Response:
            # Silence ends the attempt, so nobody waits for what comes later than that.
            waited_for = min(seconds, timeouts.read)
            deadline = {DEADLINE_HEADER: str(max(1, int(waited_for * 1000)))}
            try:
                response = await send({**headers, **deadline}, timeouts, seconds)
            except (TimeoutError, aiohttp.ClientError, httpx.HTTPError, OSError) as error:
                raise failure(service, error, timeouts, seconds) from error
            raise_for_status(service, response)
            return response

        return attempt

    def _direct(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        *,
        params: Any = None,
        json: Any = None,
        content: bytes | str | None = None,
    ) -> Send:
        if params:
            path = f"{path}?{httpx.QueryParams(params)}"
        if json is not None:
            content = _write_json(json).encode()
            headers.setdefault("Content-Type", "application/json")
        # Generated paths are percent-encoded already; yarl would fold `..` in them.
        url = URL(self._origin + path, encoded=True)

        async def send(
            headers: dict[str, str], timeouts: Timeouts, seconds: float
        ) -> httpx.Response:
            async with self._session.request(
                method,
                url,
                headers=headers,
                data=content,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=seconds,
                    sock_connect=timeouts.connect,
                    sock_read=timeouts.read if timeouts.read < seconds else None,
                    # aiohttp would round up to whole seconds, past the deadline.
                    ceil_threshold=float("inf"),
                ),
            ) as reply:
                body = await reply.read()
            return httpx.Response(reply.status, headers=reply.raw_headers, content=body)

        return send

    def _long_way(self, method: str, url: httpx.URL | str, options: dict[str, Any]) -> Send:
        request = super().request

        async def send(
            headers: dict[str, str], timeouts: Timeouts, seconds: float
        ) -> httpx.Response:
            limits = httpx.Timeout(timeouts.read, connect=timeouts.connect, pool=seconds)
            given = {**options, "headers": headers, "timeout": limits}
            async with asyncio.timeout(seconds):
                return await request(method, url, **given)

        return send

    def _call_headers(self, given: Mapping[str, str] | None) -> dict[str, str]:
        headers = {**self.downstream.headers, **(given or {})}
        if request_id := context.request_id.get():
            headers[REQUEST_ID_HEADER] = request_id
        if traceparent := context.traceparent.get():
            headers["traceparent"] = traceparent
            if tracestate := context.tracestate.get():
                headers["tracestate"] = tracestate
        return headers


def _has_key(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == KEY_HEADER and value for name, value in headers.items())


def _replayable(options: Mapping[str, Any]) -> bool:
    """Whether the body can be sent twice: a stream or a file is gone after the first time."""
    content = options.get("content")
    return "files" not in options and (content is None or isinstance(content, bytes | str))
