"""Changing and cancelling orders: all of it, or as if nothing had been asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from impl.domain.errors import (
    Conflict,
    Fault,
    Invalid,
    NotFound,
    OrderNotChangeable,
    TimedOut,
    Unavailable,
)
from impl.domain.orders import Address, Order, OrderStatus
from impl.domain.pages import OrderQuery, PageCursor
from impl.repositories.database import Database
from impl.sagas.cancel_order import CANCEL_ORDER
from impl.sagas.change_address import CHANGE_ADDRESS, request_of
from impl.sagas.change_order import ChangeOrder, _key
from impl.services.orders import OrderService
from tests.unit.impl.sagas.conftest import Sagas, placed
from tests.unit.impl.six_services import SixServices

ELSEWHERE = Address("Ada Lovelace", "Bundesplatz 3", "3005", "Bern", "CH")


@pytest.fixture
def change(sagas: Sagas) -> ChangeOrder:
    return sagas.change


@pytest.fixture
async def order(database: Database, six: SixServices, sagas: Sagas) -> Order:
    """A confirmed order of ada's."""
    order = await placed(database, sagas)
    await six.has_begun("notifications.send")
    return order


async def read(database: Database, order: Order) -> Order:
    return await OrderService(database, SixServices().gateways(), timeout=1).get(
        order.id, owner="ada"
    )


async def test_another_address(
    database: Database, six: SixServices, change: ChangeOrder, order: Order
) -> None:
    """A new shipment is booked and the old one called off; the ETag moves on."""
    changed = await change.address(order.id, ELSEWHERE, owner="ada")
    assert changed.shipping_address == ELSEWHERE
    assert changed.revision > order.revision
    assert await read(database, order) == changed
    assert order.shipment_id is not None
    assert changed.shipment_id is not None
    assert six.effects[order.shipment_id] == "cancelled"
    assert six.effects[changed.shipment_id] == "created"


async def test_the_same_address_changes_nothing(
    six: SixServices, change: ChangeOrder, order: Order
) -> None:
    """Nothing is asked of anybody."""
    before = six.calls.copy()
    assert await change.address(order.id, order.shipping_address, owner="ada") == order
    assert six.calls == before


@pytest.mark.parametrize(
    ("call", "error", "shown"),
    [
        ("shipping.create", Invalid(Fault("not_deliverable", "No.", pointer="/")), Invalid),
        ("shipping.create", Unavailable("Down."), Unavailable),
        ("shipping.cancel", Conflict("On its way."), OrderNotChangeable),
    ],
)
async def test_an_address_that_cannot_be_had(
    database: Database,
    six: SixServices,
    change: ChangeOrder,
    order: Order,
    call: str,
    error: Exception,
    shown: type[Exception],
) -> None:
    """The order is as it was, and what was booked for it is called off."""
    six.fail[call] = [error]
    with pytest.raises(shown):
        await change.address(order.id, ELSEWHERE, owner="ada")
    present = await read(database, order)
    assert (present.shipping_address, present.shipment_id) == (
        order.shipping_address,
        order.shipment_id,
    )
    booked = {made for made, state in six.effects.items() if made.startswith("shp")}
    assert [made for made in booked if six.effects[made] == "created"] == [order.shipment_id]


async def test_cancelling(
    database: Database, six: SixServices, change: ChangeOrder, order: Order
) -> None:
    """Shipment, payment and stock are undone, the customer is told; once is enough."""
    cancelled = await change.cancel(order.id, owner="ada")
    assert cancelled.status is OrderStatus.CANCELLED
    assert await read(database, order) == cancelled
    states = {made[:3]: state for made, state in six.effects.items()}
    assert (states["shp"], states["pay"], states["res"]) == ("cancelled", "voided", "released")
    assert await change.cancel(order.id, owner="ada") == cancelled
    assert six.calls["shipping.cancel"] == six.calls["payments.void"] == 1


async def test_a_cancellation_insists(six: SixServices, change: ChangeOrder, order: Order) -> None:
    """Once the shipment is called off there is no way back: what is down is asked again."""
    six.fail["payments.void"] = [Unavailable("Down."), TimedOut("Late.")]
    six.fail["inventory.release"] = [Unavailable("Down.")]
    assert (await change.cancel(order.id, owner="ada")).status is OrderStatus.CANCELLED
    assert order.payment_id is not None
    assert six.effects[order.payment_id] == "voided"
    assert six.calls["payments.void"] == 3


async def test_who_cancels_twice_at_once_cancels_once(
    six: SixServices, change: ChangeOrder, order: Order
) -> None:
    """The second one joins the first, also while that is under way."""
    six.hang = {"payments.void"}
    first = asyncio.create_task(change.cancel(order.id, owner="ada"))
    await six.has_begun("payments.void")
    second = asyncio.create_task(change.cancel(order.id, owner="ada"))
    with pytest.raises(OrderNotChangeable, match="being changed"):
        await change.address(order.id, ELSEWHERE, owner="ada")
    six.go_on()
    assert await first == await second
    assert six.calls["shipping.cancel"] == six.calls["payments.void"] == 1


@pytest.mark.parametrize("saga", [CANCEL_ORDER, CHANGE_ADDRESS])
async def test_what_was_asked_of_an_earlier_revision_is_refused(
    database: Database, six: SixServices, change: ChangeOrder, order: Order, saga: str
) -> None:
    """However late it is carried out: no condition is broken, and no shipment is left over."""
    changed = await change.address(order.id, ELSEWHERE, owner="ada")
    request = str(order.revision)
    if saga == CHANGE_ADDRESS:
        request = request_of(order, replace(ELSEWHERE, line1="Bundesplatz 4"))
    with pytest.raises(OrderNotChangeable, match="meanwhile"):
        await change._answers.ask(saga, _key(order, saga), request, order=order)
    assert await read(database, order) == changed
    shipments = [state for made, state in six.effects.items() if made.startswith("shp")]
    assert sorted(shipments) == ["cancelled", "created"]


async def test_a_change_of_address_insists_on_calling_the_old_shipment_off(
    six: SixServices, change: ChangeOrder, order: Order
) -> None:
    """A call without an answer may have had its effect, so there is no going back after it."""
    six.fail["shipping.cancel"] = [TimedOut("Late."), Unavailable("Down.")]
    changed = await change.address(order.id, ELSEWHERE, owner="ada")
    assert changed.shipping_address == ELSEWHERE
    assert [state for made, state in six.effects.items() if made.startswith("shp")] == [
        "cancelled",
        "created",
    ]


async def test_an_order_on_its_way_is_not_cancelled(
    database: Database, six: SixServices, change: ChangeOrder, order: Order
) -> None:
    """The money stays where it is."""
    six.fail["shipping.cancel"] = Conflict("On its way.")
    with pytest.raises(OrderNotChangeable):
        await change.cancel(order.id, owner="ada")
    present = await read(database, order)
    assert (present.status, present.hold) == (OrderStatus.CONFIRMED, None)
    assert six.calls["payments.void"] == 0


async def test_what_is_cancelled_is_not_changed(change: ChangeOrder, order: Order) -> None:
    """And tells so."""
    await change.cancel(order.id, owner="ada")
    with pytest.raises(OrderNotChangeable, match="cancelled"):
        await change.address(order.id, ELSEWHERE, owner="ada")


async def test_an_order_of_somebody_else_is_not_found(change: ChangeOrder, order: Order) -> None:
    """Whoever knows its id."""
    with pytest.raises(NotFound):
        await change.cancel(order.id, owner="bob")
    with pytest.raises(NotFound):
        await change.address(order.id, ELSEWHERE, owner="bob")


async def test_a_list_has_the_callers_orders(
    database: Database, six: SixServices, sagas: Sagas
) -> None:
    """The latest first, page by page, filtered; never those of somebody else."""
    mine = [await placed(database, sagas) for _ in range(5)]
    await placed(database, sagas, owner="bob")
    await sagas.change.cancel(mine[2].id, owner="ada")
    orders = OrderService(database, six.gateways(), timeout=1)
    listed: list[Order] = []
    cursor = None
    while True:
        page = await orders.page(OrderQuery("ada", 2, cursor=cursor))
        listed += page.entries
        if page.next_cursor is None:
            break
        cursor = PageCursor(page.next_cursor, "page_cursor")
    assert [order.id for order in listed] == [order.id for order in reversed(mine)]
    assert listed[0] == mine[-1]
    for status, number in ((OrderStatus.CANCELLED, 1), (OrderStatus.CONFIRMED, 4)):
        page = await orders.page(OrderQuery("ada", 10, status=status))
        assert len(page.entries) == number
    assert not (await orders.page(OrderQuery("ada", 10, customer_id="cus_nobody00"))).entries
    with pytest.raises(Invalid):
        await orders.page(OrderQuery("bob", 2, cursor=cursor))
