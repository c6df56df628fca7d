"""Calls through a `DownstreamClient`, against a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from aiohttp import web

from accord.downstream import (
    CallPolicy,
    Downstream,
    DownstreamClient,
    DownstreamRefused,
    DownstreamTimeout,
    DownstreamUnavailable,
    Timeouts,
    expect,
    open_client,
)
from accord.runtime import context

T = TypeVar("T")


@dataclass
class Service:
    """A server that tells what it was sent, and does what the path says."""

    address: str = ""
    requests: list[web.Request] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        self.connections.add(request.transport)
        match request.path:
            case "/slow":
                await asyncio.sleep(5)
            case "/cut":
                assert request.transport
                request.transport.abort()
            case "/problem":
                return web.json_response({"code": "payment_declined"}, status=402)
            case "/plain":
                return web.Response(text="no", status=404)
            case path if path.startswith("/status/"):
                return web.Response(status=int(path.removeprefix("/status/")))
        sent = {"path": request.raw_path, "body": (await request.read()).decode()}
        return web.json_response({**sent, "headers": dict(request.headers)})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", service.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.address = "http://{}:{}".format(*runner.addresses[0])
    yield service
    await runner.cleanup()


@pytest.fixture
async def client(service: Service) -> AsyncIterator[DownstreamClient]:
    downstream = Downstream(
        service="payments",
        base_url=service.address,
        headers={"X-Api-Key": "k"},
        policy=CallPolicy(timeouts=Timeouts(total=2.0)),
    )
    async with open_client(downstream) as client:
        yield client


@contextmanager
def during_request(variable: ContextVar[T], value: T) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


async def test_sends_what_generated_code_asks_for(client: DownstreamClient) -> None:
    """Path and parameters arrive as encoded by the caller, JSON compact and in UTF-8."""
    response = await client.request(
        "post",
        "/a/..%2Fb/..",
        params={"sku": ["A 1", "B&2"], "n": 3, "yes": True},
        headers={"Content-Type": "application/merge-patch+json"},
        json={"name": "Zoë"},
    )

    sent = response.json()
    assert sent["path"] == "/a/..%2Fb/..?sku=A+1&sku=B%262&n=3&yes=true"
    assert sent["body"] == '{"name":"Zoë"}'
    assert sent["headers"]["Content-Type"] == "application/merge-patch+json"
    assert sent["headers"]["X-Api-Key"] == "k"


async def test_the_long_way_carries_the_same(client: DownstreamClient, service: Service) -> None:
    """What only httpx can do goes through httpx, with the same headers and errors."""
    response = await client.request("post", "/form", data={"a": "1"})
    assert response.json()["body"] == "a=1"
    assert service.requests[0].headers["X-Api-Key"] == "k"
    assert 1900 <= int(service.requests[0].headers["X-Request-Deadline-Ms"]) <= 2000
    with pytest.raises(DownstreamRefused):
        await client.request("post", "/problem", data={"a": "1"})


async def test_passes_on_request_id_trace_and_deadline(
    client: DownstreamClient, service: Service
) -> None:
    """The request's id and trace go along, with the milliseconds that are left."""
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    soon = asyncio.get_running_loop().time() + 0.5
    with (
        during_request(context.request_id, "request-1"),
        during_request(context.traceparent, trace),
        during_request(context.tracestate, "vendor=1"),
        during_request(context.deadline, soon),
    ):
        await client.request("get", "/")

    headers = service.requests[0].headers
    assert headers["X-Request-Id"] == "request-1"
    assert headers["traceparent"] == trace
    assert headers["tracestate"] == "vendor=1"
    assert 400 <= int(headers["X-Request-Deadline-Ms"]) <= 500


async def test_the_own_timeout_is_sent_where_it_is_shorter(
    client: DownstreamClient, service: Service
) -> None:
    """A service is told how long the caller waits, not how long the caller's caller does."""
    far = asyncio.get_running_loop().time() + 60
    with during_request(context.deadline, far):
        await client.request("get", "/")
    assert 1900 <= int(service.requests[0].headers["X-Request-Deadline-Ms"]) <= 2000


async def test_never_waits_longer_than_the_caller(client: DownstreamClient) -> None:
    """A call ends with the caller's deadline, though its own timeout is longer."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    with (
        during_request(context.deadline, start + 0.1),
        pytest.raises(DownstreamTimeout, match="payments"),
    ):
        await client.request("get", "/slow")
    assert loop.time() - start < 1


async def test_a_deadline_that_has_passed_sends_nothing(
    client: DownstreamClient, service: Service
) -> None:
    """There is nobody left to answer to."""
    past = asyncio.get_running_loop().time() - 1
    with during_request(context.deadline, past), pytest.raises(DownstreamTimeout):
        await client.request("get", "/")
    assert service.requests == []


async def test_cancellation_stays_cancellation(client: DownstreamClient) -> None:
    """A caller that gives up is not told that the service timed out."""
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.05):
            await client.request("get", "/slow")
    assert not isinstance(caught.value, DownstreamTimeout)


async def test_refusals_carry_status_and_problem(client: DownstreamClient) -> None:
    """A 4xx is a refusal; its problem is at hand, where it has one."""
    with pytest.raises(DownstreamRefused, match="payments: answered 402 payment_declined") as said:
        await client.request("get", "/problem")
    assert (said.value.service, said.value.status) == ("payments", 402)
    assert said.value.problem == {"code": "payment_declined"}
    with pytest.raises(DownstreamRefused) as said:
        await client.request("get", "/plain")
    assert (said.value.status, said.value.problem, said.value.code) == (404, {}, "")


@pytest.mark.parametrize(
    "path", ["/status/500", "/status/503", "/status/429", "/status/302", "/cut"]
)
async def test_unavailable(client: DownstreamClient, path: str) -> None:
    """Server errors, "too many", redirects and broken connections: not available."""
    with pytest.raises(DownstreamUnavailable, match="payments"):
        await client.request("get", path)


async def test_nobody_listens() -> None:
    """A refused connection is named, with the service."""
    downstream = Downstream(service="payments", base_url="http://127.0.0.1:1")
    async with open_client(downstream) as client:
        with pytest.raises(DownstreamUnavailable, match="payments: ClientConnectorError"):
            await client.request("get", "/")


async def test_connections_are_shared_and_bounded(service: Service) -> None:
    """Calls one after the other use one connection; many at once no more than allowed."""
    downstream = Downstream(service="payments", base_url=service.address, max_connections=3)
    async with open_client(downstream) as client:
        for _ in range(5):
            await client.request("get", "/")
        assert len(service.connections) == 1
        async with asyncio.TaskGroup() as calls:
            for _ in range(30):
                calls.create_task(client.request("get", "/"))
        await client.request("post", "/form", data={"a": "1"})
        assert len(service.connections) == 3
    assert client.is_closed


async def test_cookies_are_forgotten(service: Service, client: DownstreamClient) -> None:
    """What one caller is given never goes with another's call."""
    await client.request("get", "/", headers={"Cookie": "a=1"})
    await client.request("get", "/")
    assert "Cookie" not in service.requests[1].headers


async def test_replies_that_make_no_sense() -> None:
    """A success that is not what the contract says counts as a failed call."""

    async def garbage() -> object:
        return json.loads("<html>")

    async def nothing() -> None:
        return None

    async def right() -> object:
        return {"id": 1}

    with pytest.raises(DownstreamUnavailable, match="payments: its reply is not"):
        await expect("payments", dict, garbage())
    with pytest.raises(DownstreamUnavailable, match="NoneType, not dict"):
        await expect("payments", dict, nothing())
    assert await expect("payments", dict, right()) == {"id": 1}
