"""Orders with what six services know about them: in parallel, in time, section by section."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from impl.domain import orders
from impl.domain.errors import NotFound, Rejected, TimedOut, Unavailable
from impl.domain.order_details import Available, Missing
from impl.domain.orders import Order
from impl.repositories.database import Database
from impl.services.orders import OrderService
from tests.unit.impl.drafts import MUG, order_of
from tests.unit.impl.six_services import SixServices


@pytest.fixture
async def order(database: Database) -> Order:
    now = datetime.now(UTC)
    mug = MUG.item(id=uuid4(), at=now)
    order = orders.place(order_of(mug.id, mug.id), {mug.id: mug}, id=uuid4(), owner="ada", at=now)
    async with database.transaction() as work:
        await work.orders.add(order)
    return order


@pytest.fixture
def six() -> SixServices:
    return SixServices()


@pytest.fixture
def service(database: Database, six: SixServices) -> OrderService:
    return OrderService(database, six.gateways(), timeout=0.2)


async def test_an_order_is_read_as_it_was_written(service: OrderService, order: Order) -> None:
    """Lines in order, prices and address included."""
    assert await service.get(order.id, owner="ada") == order


async def test_an_order_of_somebody_else_is_not_found(service: OrderService, order: Order) -> None:
    """Others are not even told that it exists."""
    with pytest.raises(NotFound):
        await service.get(order.id, owner="bob")
    with pytest.raises(NotFound):
        await service.details(order.id, owner="bob")


async def test_what_was_not_made_is_not_asked_for(
    service: OrderService, order: Order, six: SixServices
) -> None:
    """A pending order has no payment yet: its section says `not_created`."""
    details = await service.details(order.id, owner="ada")
    assert details.payment == Missing("not_created")
    assert isinstance(details.customer, Available)
    assert details.messages == Available(())
    assert six.calls["payments.get"] == 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unavailable("down"), "service_unavailable"),
        (TimedOut("late"), "timeout"),
        (NotFound("gone"), "not_found"),
        (Rejected("customers", 400), "internal_error"),
        (RuntimeError("defect"), "internal_error"),
    ],
)
async def test_a_section_that_fails_says_why(
    service: OrderService, order: Order, six: SixServices, error: Exception, reason: str
) -> None:
    """The others are as good as ever."""
    six.fail["customers.get"] = error
    details = await service.details(order.id, owner="ada")
    assert details.customer == Missing(reason)
    assert details.messages == Available(())


async def test_services_that_hang_cost_one_timeout_together(
    service: OrderService, order: Order, six: SixServices
) -> None:
    """Two late sections are waited for at the same time, once."""
    six.hang = {"customers.get", "notifications.of_order"}
    loop = asyncio.get_running_loop()
    begun = loop.time()
    details = await service.details(order.id, owner="ada")
    assert details.customer == details.messages == Missing("timeout")
    assert loop.time() - begun < 0.35


async def test_cancellation_is_not_a_result(
    service: OrderService, order: Order, six: SixServices
) -> None:
    """A cancelled read ends, and so does everything it had begun."""
    six.hang = {"customers.get"}
    read = asyncio.create_task(service.details(order.id, owner="ada"))
    await asyncio.sleep(0.05)
    read.cancel()
    with pytest.raises(asyncio.CancelledError):
        await read
    assert len(asyncio.all_tasks()) == 1
