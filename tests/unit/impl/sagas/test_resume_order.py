"""Orders that could be neither carried out nor undone wait for an operator, who resumes them."""

from __future__ import annotations

import asyncio

import pytest

from impl.domain.errors import NotFound, OrderNotParked, PaymentDeclined, Unavailable
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Item
from impl.domain.orders import Address, Order, OrderStatus
from impl.domain.pages import ParkedOrderQuery
from impl.repositories.database import Database
from impl.services.parked_orders import ParkedOrders
from tests.unit.impl.drafts import order_of
from tests.unit.impl.sagas.conftest import Sagas, placed
from tests.unit.impl.six_services import SixServices

# On both databases in `test_change_order`.
pytestmark = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)
KEY = IdempotencyKey("ada", "place_order", "k-1")
ELSEWHERE = Address("Ada Lovelace", "Bundesplatz 3", "3005", "Bern", "CH")


def states(six: SixServices) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for made, state in six.effects.items():
        found.setdefault(made[:3], []).append(state)
    return found


async def listed(database: Database) -> list[Order]:
    page = await ParkedOrders(database).page(ParkedOrderQuery(10))
    return list(page.entries)


async def resumed(database: Database, sagas: Sagas, order: Order) -> Order:
    """The order, pending when it is resumed, and as it then ends."""
    begun = await sagas.resume(order.id)
    assert begun.status is not OrderStatus.PARKED
    while True:
        async with database.reading() as work:
            present = await work.orders.get(order.id)
        assert present is not None
        if present.status is not OrderStatus.PENDING:
            return present
        await asyncio.sleep(0.02)


async def test_an_order_that_cannot_be_undone(
    database: Database, sagas: Sagas, six: SixServices, mug: Item
) -> None:
    """It is parked with what is left, counted, and undone when it is resumed."""
    six.fail = {"shipping.create": PaymentDeclined("No."), "payments.void": Unavailable("Down.")}
    order = await sagas.place(order_of(mug.id), key=KEY)
    assert (order.status, order.stuck) == (OrderStatus.PARKED, ("payments.authorize",))
    assert await listed(database) == [order]
    assert order.failure is not None
    assert (order.failure.step, order.failure.code) == ("payments.authorize", "service_unavailable")
    ended = {"saga": "place_order", "outcome": "parked"}
    assert sagas.registry.get_sample_value("sagas_ended_total", ended) == 1

    again = await resumed(database, sagas, order)
    assert (again.status, again.stuck) == (OrderStatus.PARKED, ("payments.authorize",))
    six.fail = {}
    after = await resumed(database, sagas, order)
    assert (after.status, after.stuck, after.hold) == (OrderStatus.FAILED, (), None)
    assert states(six)["pay"] == ["voided"]
    assert await listed(database) == []
    # Whoever placed it is told what they were told.
    assert (await sagas.place(order_of(mug.id), key=KEY)) == order


async def test_a_cancellation_that_cannot_go_on(
    database: Database, sagas: Sagas, six: SixServices
) -> None:
    """It goes on where it got stuck; what was done is not done again."""
    order = await placed(database, sagas)
    six.fail["payments.void"] = Unavailable("Down.")
    parked = await sagas.change.cancel(order.id, owner="ada")
    assert (parked.status, parked.stuck) == (OrderStatus.PARKED, ("payments.void",))
    assert states(six)["shp"] == ["cancelled"]
    six.fail = {}
    assert (await resumed(database, sagas, order)).status is OrderStatus.CANCELLED
    assert states(six) | {"quo": [], "msg": []} == {
        "res": ["released"],
        "pay": ["voided"],
        "shp": ["cancelled"],
        "quo": [],
        "msg": [],
    }
    assert six.calls["shipping.cancel"] == 1


@pytest.mark.parametrize("way", ["forwards", "backwards"])
async def test_a_change_of_address_that_cannot_go_on(
    database: Database, sagas: Sagas, six: SixServices, way: str
) -> None:
    """The order ends with one shipment, at the new address or at the one before."""
    order = await placed(database, sagas)
    if way == "backwards":
        six.fail["shipping.create"] = [Unavailable("Down.")]
        six.late = {"shipping.create"}
    six.fail["shipping.cancel"] = Unavailable("Down.")
    parked = await sagas.change.address(order.id, ELSEWHERE, owner="ada")
    assert parked.status is OrderStatus.PARKED
    six.fail = {}
    after = await resumed(database, sagas, order)
    assert after.status is OrderStatus.CONFIRMED
    assert after.shipping_address == (ELSEWHERE if way == "forwards" else order.shipping_address)
    assert sorted(states(six)["shp"]) == ["cancelled", "created"]
    assert after.shipment_id is not None
    assert six.effects[after.shipment_id] == "created"


async def test_two_operators_at_once_resume_once(
    database: Database, sagas: Sagas, six: SixServices, mug: Item
) -> None:
    """The second one joins, or is told that the order does not wait any more."""
    six.fail = {"shipping.create": PaymentDeclined("No."), "payments.void": Unavailable("Down.")}
    order = await sagas.place(order_of(mug.id), key=KEY)
    six.fail = {}
    before = six.calls["payments.void"]
    await asyncio.gather(
        resumed(database, sagas, order), sagas.resume(order.id), return_exceptions=True
    )
    assert six.calls["payments.void"] == before + 1


async def test_only_parked_orders_are_resumed(database: Database, sagas: Sagas, mug: Item) -> None:
    """Others are left alone, and what does not exist is not found."""
    order = await placed(database, sagas)
    with pytest.raises(OrderNotParked, match="confirmed"):
        await resumed(database, sagas, order)
    with pytest.raises(NotFound):
        await sagas.resume(mug.id)
