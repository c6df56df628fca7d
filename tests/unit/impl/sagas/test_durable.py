"""Sagas that are broken off, handed over, or lost to somebody else end as they should."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from impl.domain.errors import PaymentDeclined
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Item
from impl.domain.orders import OrderStatus
from impl.repositories.database import Database
from impl.sagas.durable import SagaStore
from impl.sagas.durable.engine import _Steps
from impl.sagas.durable.executors import Executor, Executors
from impl.sagas.durable.store import executors, workflows
from impl.sagas.steps import Result, Work
from tests.unit.impl.drafts import order_of
from tests.unit.impl.sagas.conftest import running
from tests.unit.impl.six_services import SixServices

KEY = IdempotencyKey("ada", "place_order", "k-1")
ONCE = {"customers.get", "pricing.quote", "inventory.reserve", "payments.authorize"}


async def test_a_saga_that_is_broken_off_is_carried_on(
    database: Database, six: SixServices, mug: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever broke it off, it is no outcome: what was done is not done again."""
    once = _Steps.once
    broken: list[str] = []

    async def breaking(self: _Steps, name: str, work: Work) -> Result:
        if name == "shipping.create" and not broken:
            broken.append(name)
            raise OSError("the disk is full")
        return await once(self, name, work)

    monkeypatch.setattr(_Steps, "once", breaking)
    async with running(database, six) as sagas:
        order = await sagas.place(order_of(mug.id), key=KEY)
        assert sagas.registry.get_sample_value("sagas_given_up_total") == 1
    assert order.status is OrderStatus.CONFIRMED
    assert {call: six.calls[call] for call in ONCE} == dict.fromkeys(ONCE, 1)


async def test_what_is_under_way_at_the_end_is_handed_over(
    database: Database, six: SixServices, mug: Item
) -> None:
    """The next process carries it on at once, with an id of its own."""
    six.hang = {"shipping.create"}
    async with running(database, six, saga_lease=60) as sagas:
        await sagas.place.begin(order_of(mug.id), key=KEY)
        await six.has_begun("shipping.create")
        first = await _executors(database)
    assert await _executors(database) == set()
    six.go_on()
    async with running(database, six, saga_lease=60) as sagas:
        order = await sagas.place(order_of(mug.id), key=KEY)
        assert first.isdisjoint(await _executors(database))
    assert order.status is OrderStatus.CONFIRMED
    assert {call: six.calls[call] for call in ONCE} == dict.fromkeys(ONCE, 1)


async def test_who_has_lost_a_saga_decides_nothing(
    database: Database, six: SixServices, mug: Item
) -> None:
    """A process that was frozen wakes up to a failure; by then the order is somebody else's."""
    store = SagaStore(database.writes.url)
    six.hang = {"shipping.create"}
    six.fail["shipping.create"] = [PaymentDeclined("an answer to who has lost it")]
    async with running(database, six) as sagas:
        await sagas.place.begin(order_of(mug.id), key=KEY)
        await six.has_begun("shipping.create")
        # Another process has taken it over, and carries it out.
        Executors(store, Executor("another", 1), lease=60).renew()
        with store.begin() as connection:
            connection.execute(
                sa.update(workflows).values(owner_xid="its token", executor_id="another")
            )
        six.go_on()
        await asyncio.sleep(0.5)
        assert six.calls["payments.void"] == 0
        with store.begin() as connection:
            stolen = connection.execute(sa.select(workflows.c.status)).scalar()
        assert stolen == "PENDING"
        assert sagas.registry.get_sample_value("sagas_running") == 0
    store.close()


async def test_what_is_written_down_is_json(
    database: Database, six: SixServices, mug: Item
) -> None:
    """Any release, and a person, can read it; nothing is unpickled."""
    async with running(database, six) as sagas:
        await sagas.place(order_of(mug.id), key=KEY)
    store = SagaStore(database.writes.url)
    table = "operation_outputs" if store.is_sqlite else "sagas.operation_outputs"
    with store.begin() as connection:
        found = connection.execute(sa.text(f"SELECT output FROM {table}")).scalars().all()
    store.close()
    assert len(found) >= 9
    assert all(json.loads(output)["failure"] is None for output in found)


async def _executors(database: Database) -> set[str]:
    store = SagaStore(database.writes.url)
    with store.begin() as connection:
        ids = set(connection.execute(sa.select(executors.c.id)).scalars())
    store.close()
    return ids


async def test_what_is_long_over_is_forgotten(
    database: Database, six: SixServices, mug: Item
) -> None:
    """With its steps, and nothing that is not."""
    async with running(database, six) as sagas:
        await sagas.place(order_of(mug.id), key=KEY)
        await six.has_begun("notifications.send")
        later = datetime.now(UTC) + timedelta(days=1)
        while sagas.registry.get_sample_value("sagas_running"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        # Its end is written down a moment after it is there.
        await asyncio.sleep(0.2)
        assert await sagas.durable.forget(later, at_most=10) == 1
        assert await sagas.durable.forget(later, at_most=10) == 0
