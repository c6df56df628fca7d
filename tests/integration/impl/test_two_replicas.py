"""Two replicas on one PostgreSQL and one Redis are one service."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from uuid import uuid4

import asyncpg
import httpx
import pytest

from accord.gates.application import running
from accord.gates.project import commands
from tests.conftest import ROOT
from tests.integration.impl.conftest import item_body, order_body, problem

pytestmark = pytest.mark.slow
LIMIT = 400


@pytest.fixture(scope="module")
def replicas(postgresql: str, redis_url: str) -> Iterator[list[httpx.Client]]:
    """A client of each, with a token that may do everything."""
    name = f"replicas_{uuid4().hex}"

    async def create() -> None:
        connection = await asyncpg.connect(postgresql)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())
    address = postgresql.partition("://")[2].rpartition("/")[0]
    own = commands(ROOT)
    environment = own.environment | {
        "STORE_DATABASE_URL": f"postgresql+asyncpg://{address}/{name}",
        "STORE_REDIS_URL": redis_url,
        "STORE_RATE_LIMIT": str(LIMIT),
        "STORE_RATE_LIMIT_WINDOW": "3600",
    }
    with ExitStack() as stack:
        clients = []
        for _ in range(2):
            started = stack.enter_context(running(ROOT, replace(own, environment=environment)))
            headers = {"authorization": f"Bearer {started.token}"}
            client = httpx.Client(base_url=started.url, headers=headers, timeout=30)
            clients.append(stack.enter_context(client))
        yield clients


def test_cursors_of_one_are_read_by_the_other(replicas: list[httpx.Client]) -> None:
    """A list is walked over both, and has every item once."""
    replicas[0].post("/v2/items/bulk", json={"items": [item_body() for _ in range(30)]})
    seen: list[str] = []
    cursor: dict[str, str] = {}
    turn = 0
    while True:
        parameters = {"sort": "name", "page_size": "7"} | cursor
        page = replicas[turn % 2].get("/v2/items", params=parameters).json()
        seen += [item["id"] for item in page["items"]]
        if "next_cursor" not in page:
            break
        cursor = {"page_cursor": page["next_cursor"]}
        turn += 1
    total = replicas[0].get("/v2/items", params={"include_total": "true"}).json()["total_count"]
    assert len(seen) == len(set(seen)) == total


def test_a_key_is_held_by_both(replicas: list[httpx.Client]) -> None:
    """Twins that come in at both replicas at once make one item, and one order."""
    item = replicas[0].post("/v2/items", json=item_body()).json()
    for path, body in (("/v2/items", item_body()), ("/v2/orders", order_body(item["id"]))):
        headers = {"idempotency-key": uuid4().hex}
        with ThreadPoolExecutor(2) as threads:
            twins = list(
                threads.map(lambda one: one.post(path, json=body, headers=headers), replicas)  # noqa: B023
            )
        again = [one.post(path, json=body, headers=headers) for one in replicas]
        ids = {reply.json()["id"] for reply in (*twins, *again) if reply.status_code == 201}
        assert len(ids) == 1, [reply.text for reply in (*twins, *again)]
        assert {reply.status_code for reply in again} == {201}


def test_what_one_changes_the_other_forgets(replicas: list[httpx.Client]) -> None:
    """Cached statistics of one replica follow a change at the other within a second."""
    here, there = replicas

    def toys(client: httpx.Client) -> int:
        figures = client.get("/v2/items/statistics").json()["categories"]
        return sum(each["count"] for each in figures if each["category"] == "toys")

    before = toys(there)
    assert toys(here) == before
    here.post("/v2/items", json=item_body(category="toys"))
    until = time.monotonic() + 1
    while toys(there) != before + 1:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_export_of_one_has_the_items_of_both(replicas: list[httpx.Client]) -> None:
    """A gzip file of JSON lines."""
    made = [client.post("/v2/items", json=item_body()).json()["id"] for client in replicas]
    reply = replicas[0].get("/v2/items/export")
    assert reply.headers["content-type"] == "application/gzip"
    exported = {json.loads(line)["id"] for line in gzip.decompress(reply.content).splitlines()}
    assert exported >= set(made)


def test_an_order_is_changed_at_either(replicas: list[httpx.Client]) -> None:
    """Placed at the one, listed by the other, sent elsewhere and cancelled where it was placed."""
    here, there = replicas
    item = here.post("/v2/items", json=item_body()).json()
    headers = {"idempotency-key": uuid4().hex}
    order = here.post("/v2/orders", json=order_body(item["id"]), headers=headers).json()
    assert order["id"] in [each["id"] for each in there.get("/v2/orders").json()["orders"]]
    address = order["shipping_address"] | {"line1": "Bundesplatz 3"}
    changed = here.put(f"/v2/orders/{order['id']}/shipping_address", json=address)
    assert changed.json()["shipping_address"]["line1"] == "Bundesplatz 3"
    assert here.put(f"/v2/orders/{order['id']}/cancellation").json()["status"] == "cancelled"
    refused = here.put(f"/v2/orders/{order['id']}/shipping_address", json=order["shipping_address"])
    problem(refused, 409, "order_not_changeable")


def test_the_rate_is_counted_together(replicas: list[httpx.Client]) -> None:
    """Last, because it uses the quota up: what one admitted, the other counts."""

    def remaining(client: httpx.Client) -> int:
        return int(client.get("/v2/items").headers["ratelimit"].split("r=")[1].split(";")[0])

    assert remaining(replicas[0]) - remaining(replicas[1]) == 1
    admitted = 0
    while (reply := replicas[admitted % 2].get("/v2/items?page_size=1")).status_code == 200:
        admitted += 1
        assert admitted <= LIMIT
    problem(reply, 429, "too_many_requests")
    assert [client.get("/v2/items").status_code for client in replicas] == [429, 429]
