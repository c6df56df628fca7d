"""Two replicas on one PostgreSQL and one Redis are one service."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from accord.gates.application import running
from accord.gates.project import commands
from tests.conftest import ROOT
from tests.integration.impl.conftest import new_item, new_order, refused

pytestmark = pytest.mark.slow
LIMIT = 400


@pytest.fixture(scope="module")
def replicas(postgresql: str, redis_url: str, installed: None) -> Iterator[list[Any]]:
    """Both through the package for consumers, with a token that may do everything; what fails is
    not tried again."""
    from store_v2_client import Retries, Store

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
            client = Store(started.url, token=started.token, retries=Retries(attempts=1))
            clients.append(stack.enter_context(client))
        yield clients


def test_cursors_of_one_are_read_by_the_other(replicas: list[Any]) -> None:
    """A list is walked over both, and has every item once."""
    from store_v2_client import UNSET
    from store_v2_client.models import ItemsCreate

    replicas[0].items.create_items(body=ItemsCreate(items=[new_item() for _ in range(30)]))
    seen: list[Any] = []
    cursor: Any = UNSET
    for turn in itertools.count():
        page = replicas[turn % 2].items.list_items(sort="name", page_size=7, page_cursor=cursor)
        seen += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is UNSET:
            break
    total = replicas[0].items.list_items(include_total=True).total_count
    assert len(seen) == len(set(seen)) == total


def test_a_key_is_held_by_both(replicas: list[Any]) -> None:
    """Twins that come in at both replicas at once make one item, and one order."""
    from store_v2_client import Conflict

    item = replicas[0].items.create_item(body=new_item())
    body = new_item()
    order = new_order(item.id)

    def same_item(client: Any, key: str) -> Any:
        return client.items.create_item(body=body, idempotency_key=key).id

    def same_order(client: Any, key: str) -> Any:
        return client.orders.place_order(body=order, idempotency_key=key).id

    for make in (same_item, same_order):
        key = uuid4().hex

        def attempt(client: Any, make: Any = make, key: str = key) -> Any:
            try:
                return make(client, key)
            except Conflict as error:
                return None if error.code == "idempotency_in_progress" else error

        with ThreadPoolExecutor(2) as threads:
            twins = list(threads.map(attempt, replicas))
        again = [make(client, key) for client in replicas]
        assert len({*twins, *again} - {None}) == 1


def test_what_one_changes_the_other_forgets(replicas: list[Any]) -> None:
    """Cached statistics of one replica follow a change at the other within a second."""
    here, there = replicas

    def toys(client: Any) -> int:
        figures = client.items.get_item_statistics().categories
        return sum(each.count for each in figures if each.category == "toys")

    before = toys(there)
    assert toys(here) == before
    here.items.create_item(body=new_item(category="toys"))
    until = time.monotonic() + 1
    while toys(there) != before + 1:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_export_of_one_has_the_items_of_both(replicas: list[Any]) -> None:
    """A gzip file of JSON lines, whole or in chunks."""
    made = [str(client.items.create_item(body=new_item()).id) for client in replicas]
    reply = replicas[0].items.export_items_response()
    assert reply.headers["content-type"] == "application/gzip"
    for content in (reply.content, b"".join(replicas[0].items.stream_export_items())):
        exported = {json.loads(line)["id"] for line in gzip.decompress(content).splitlines()}
        assert exported >= set(made)


def test_an_order_is_changed_at_either(replicas: list[Any]) -> None:
    """Placed at the one, listed by the other, sent elsewhere and cancelled where it was placed."""
    from store_v2_client.models import AddressInput

    here, there = replicas
    item = here.items.create_item(body=new_item())
    order = here.orders.place_order(body=new_order(item.id))
    assert order.id in [each.id for each in there.orders.list_orders().orders]
    address = AddressInput.from_dict(order.shipping_address.to_dict() | {"line1": "Bundesplatz 3"})
    changed = here.orders.change_shipping_address(order.id, body=address)
    assert changed.shipping_address.line1 == "Bundesplatz 3"
    assert here.orders.cancel_order(order.id).status == "cancelled"
    with refused(409, "order_not_changeable"):
        here.orders.change_shipping_address(order.id, body=address)


def test_the_rate_is_counted_together(replicas: list[Any]) -> None:
    """Last, because it uses the quota up: what one admitted, the other counts."""

    def remaining(client: Any) -> int:
        headers = client.items.list_items_response().headers
        return int(headers["ratelimit"].split("r=")[1].split(";")[0])

    assert remaining(replicas[0]) - remaining(replicas[1]) == 1
    with refused(429, "too_many_requests"):
        for admitted in itertools.count():
            replicas[admitted % 2].items.list_items(page_size=1)
            assert admitted <= LIMIT
    for client in replicas:
        with refused(429, "too_many_requests"):
            client.items.list_items()
