"""Six calls at once for each of 32 requests at once: `python -m … CLIENT BASE_URL`.

Each line on standard input is a number of seconds to work; the answer is a line of JSON with how
many `calls` were made in how many `seconds`, and in how many `processor_seconds` of this process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from httpx_aiohttp import AiohttpTransport

from scripts.bench.apps.downstream import IDS, PATHS

AT_ONCE = 32
MOST_CONNECTIONS = 100
Request = Callable[[], Awaitable[object]]
"""One request's six calls, each reply parsed."""


@asynccontextmanager
async def generated(base_url: str) -> AsyncIterator[Request]:
    """The generated clients over `accord.downstream`, as the store's gateways use them."""
    from accord.downstream import Downstream, expect, open_client
    from clients.downstream import (
        customers,
        inventory,
        notifications,
        payments,
        pricing,
        shipping,
    )
    from clients.downstream.customers.api.customers import get_customer
    from clients.downstream.customers.models import Customer
    from clients.downstream.inventory.api.reservations import get_reservation
    from clients.downstream.inventory.models import Reservation
    from clients.downstream.notifications.api.messages import get_message
    from clients.downstream.notifications.models import Message
    from clients.downstream.payments.api.payments import get_payment
    from clients.downstream.payments.models import Payment
    from clients.downstream.pricing.api.quotes import get_quote
    from clients.downstream.pricing.models import Quote
    from clients.downstream.shipping.api.shipments import get_shipment
    from clients.downstream.shipping.models import Shipment

    calls = (
        ("customers", customers, get_customer, Customer),
        ("pricing", pricing, get_quote, Quote),
        ("inventory", inventory, get_reservation, Reservation),
        ("payments", payments, get_payment, Payment),
        ("shipping", shipping, get_shipment, Shipment),
        ("notifications", notifications, get_message, Message),
    )
    async with AsyncExitStack() as stack:
        ready = []
        for service, package, operation, model in calls:
            downstream = Downstream(
                service=service, base_url=base_url, max_connections=MOST_CONNECTIONS
            )
            http = await stack.enter_async_context(open_client(downstream))
            client = package.AuthenticatedClient(base_url).set_async_httpx_client(http)
            ready.append((service, model, operation.asyncio, IDS[service], client))

        async def request() -> object:
            return await asyncio.gather(
                *(
                    expect(service, model, call(reference, client=client))
                    for service, model, call, reference, client in ready
                )
            )

        yield request


@asynccontextmanager
async def plain_httpx(base_url: str) -> AsyncIterator[Request]:
    """One client for the application's life, with httpx's own limits (100 connections)."""
    import httpx

    async with httpx.AsyncClient(base_url=base_url) as client:

        async def read(path: str) -> object:
            response = await client.get(path)
            return response.raise_for_status().json()

        yield lambda: asyncio.gather(*map(read, PATHS.values()))


@asynccontextmanager
async def tuned_httpx(base_url: str) -> AsyncIterator[Request]:
    """A client and a pool for each service, large enough, and every connection kept."""
    import httpx

    limits = httpx.Limits(
        max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS
    )
    async with AsyncExitStack() as stack:
        clients = {
            path: await stack.enter_async_context(
                httpx.AsyncClient(base_url=base_url, limits=limits)
            )
            for path in PATHS.values()
        }

        async def read(path: str, client: httpx.AsyncClient) -> object:
            response = await client.get(path)
            return response.raise_for_status().json()

        yield lambda: asyncio.gather(*(read(*pair) for pair in clients.items()))


@asynccontextmanager
async def httpx_over_aiohttp(base_url: str) -> AsyncIterator[Request]:
    """httpx's client over httpx-aiohttp, and so over aiohttp's pool."""
    import httpx

    async with (
        pooled_transport() as transport,
        httpx.AsyncClient(base_url=base_url, transport=transport) as client,
    ):

        async def read(path: str) -> object:
            response = await client.get(path)
            return response.raise_for_status().json()

        yield lambda: asyncio.gather(*map(read, PATHS.values()))


@asynccontextmanager
async def direct_transport(base_url: str) -> AsyncIterator[Request]:
    """The same transport, without httpx's client object in between."""
    import httpx

    async with pooled_transport() as transport:

        async def read(path: str) -> object:
            request = httpx.Request("GET", base_url + path)
            response = await transport.handle_async_request(request)
            response.request = request
            await response.aread()
            return response.raise_for_status().json()

        yield lambda: asyncio.gather(*map(read, PATHS.values()))


@asynccontextmanager
async def pooled_transport() -> AsyncIterator[AiohttpTransport]:
    import aiohttp
    from httpx_aiohttp import AiohttpTransport

    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS * len(PATHS))
    async with aiohttp.ClientSession(connector=connector) as session:
        yield AiohttpTransport(client=session)


@asynccontextmanager
async def plain_aiohttp(base_url: str) -> AsyncIterator[Request]:
    """One session for the application's life, with room for all calls."""
    import aiohttp

    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS * len(PATHS))
    async with aiohttp.ClientSession(
        base_url, connector=connector, raise_for_status=True
    ) as session:

        async def read(path: str) -> object:
            async with session.get(path) as response:
                return await response.json()

        yield lambda: asyncio.gather(*map(read, PATHS.values()))


CLIENTS = {
    "generated": generated,
    "httpx": plain_httpx,
    "httpx-tuned": tuned_httpx,
    "httpx-aiohttp": httpx_over_aiohttp,
    "transport": direct_transport,
    "aiohttp": plain_aiohttp,
}


async def work(request: Request, seconds: float) -> dict[str, float]:
    """Keeps `AT_ONCE` requests under way for `seconds`."""
    made = 0
    start, used = perf_counter(), process_time()

    async def caller() -> None:
        nonlocal made
        while perf_counter() - start < seconds:
            await request()
            made += len(PATHS)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(caller())
    return {
        "calls": made,
        "seconds": perf_counter() - start,
        "processor_seconds": process_time() - used,
    }


async def main(client: str, base_url: str) -> None:
    async with CLIENTS[client](base_url) as request:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await work(request, float(line))), flush=True)


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
