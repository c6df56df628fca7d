"""How calls to other services are usually done wrong, each shown not to be so here."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from aiohttp import web

from accord.downstream import CallPolicy, Downstream, Retries
from accord.downstream.breaker import State
from clients.downstream.customers.models import Customer
from impl.fakes import Fakes
from impl.gateways import open_gateways
from tests.resilience.downstream.calls import at_most, came, read, tell
from tests.resilience.downstream.conftest import KEY, Open

ROOT = Path(__file__).parents[3]


async def test_clients_are_not_made_per_request() -> None:
    """A hundred calls, eight at a time, through gateways: no more connections than eight."""
    connections: set[object] = set()
    customer = {
        "id": "cus_8f3k2m9q1z",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "status": "active",
        "created_at": "2026-01-01T00:00:00Z",
    }
    assert Customer.from_dict(customer)

    async def answer(request: web.Request) -> web.Response:
        connections.add(request.transport)
        return web.json_response(customer)

    app = web.Application()
    app.router.add_get("/customers/{id}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = "http://{}:{}".format(*runner.addresses[0])
    names = ("customers", "pricing", "inventory", "payments", "shipping", "notifications")
    async with open_gateways(dict.fromkeys(names, address), api_key=KEY) as gateways:
        left = iter(range(100))

        async def caller() -> None:
            for _ in left:
                await gateways.customers.get("cus_8f3k2m9q1z")

        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(caller())
    await runner.cleanup()
    assert len(connections) <= 8


def test_no_cancellation_is_gathered_up() -> None:
    """`gather(return_exceptions=True)` hands out a cancellation like a result: nobody uses it."""
    users = [
        str(file.relative_to(ROOT))
        for folder in ("accord", "impl", "clients", "generated")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"return_exceptions\s*=\s*True", file.read_text())
    ]
    assert users == []


async def test_a_cancelled_call_is_no_success(fakes: Fakes, open_to: Open) -> None:
    """Cancelled while it pauses between attempts, a call ends as cancelled, with nothing held."""
    policy = CallPolicy(retries=Retries(first_pause=1e9, longest_pause=0.5))
    client = await open_to("customers", policy=policy)
    tell(fakes, {"kind": "fail", "retry_after": 2})
    call = asyncio.create_task(read(client))
    await asyncio.sleep(0.3)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert client.resilience.guard.bulkhead.in_use == 0


async def test_no_four_second_pause(fakes: Fakes, open_to: Open) -> None:
    """A call that fails twice and then succeeds is over in a tenth of a second."""
    client = await open_to("customers", policy=CallPolicy())
    tell(fakes, {"kind": "fail", "count": 2})
    with at_most(0.1):
        assert (await read(client)).status_code == 200
    assert came(fakes, "customers") == 3


async def test_one_breaker_for_each_gateway(fakes: Fakes) -> None:
    """The store's own wiring gives each of the six a guard of its own."""
    async with open_gateways(fakes, api_key=KEY) as gateways:
        clients = [
            getattr(gateways, name)._client.get_async_httpx_client() for name in sorted(fakes)
        ]
        guards = {id(client.resilience.guard.breaker) for client in clients}
        assert len(guards) == len(fakes) == 6
        assert all(client.resilience.guard.breaker.state is State.CLOSED for client in clients)


def test_defaults_are_safe() -> None:
    """Who sets nothing gets timeouts, a breaker, a budget and bounds, and no repeated writes."""
    downstream = Downstream(service="payments", base_url="http://127.0.0.1:1")
    assert downstream.policy.timeouts.total <= 10
    assert downstream.policy.retries.first_pause <= 0.05
    assert downstream.retry_budget.ratio <= 0.2
    assert downstream.breaker.probes <= 5
    assert downstream.max_connections + downstream.max_waiting <= 1000
    assert not downstream.policy.may_repeat("POST", has_key=False)
