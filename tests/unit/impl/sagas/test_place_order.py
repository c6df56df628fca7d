"""Placing an order: all of it happens, or what was done is undone, and never twice."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from accord.runtime import context
from impl.domain.errors import (
    Defect,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    Invalid,
    OutOfStock,
    PaymentDeclined,
    Rejected,
    StoreError,
    TimedOut,
    Unavailable,
)
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Item
from impl.domain.money import Money
from impl.domain.orders import Order, OrderStatus
from impl.repositories.database import Database
from impl.sagas.place_order import PlaceOrder
from tests.unit.impl.conftest import item_service
from tests.unit.impl.drafts import numbered, order_of
from tests.unit.impl.sagas.conftest import Sagas, running
from tests.unit.impl.six_services import SixServices

# On both databases in `test_change_order`.
pytestmark = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)
KEY = IdempotencyKey("ada", "place_order", "k-1")
DONE = {"res": "confirmed", "pay": "captured", "shp": "created", "msg": "queued", "quo": "quoted"}
UNDONE = {"res": "released", "pay": "voided", "shp": "cancelled"}


@pytest.fixture
def place(sagas: Sagas) -> PlaceOrder:
    return sagas.place


def effects(six: SixServices) -> dict[str, str]:
    """The state of what was made, by kind; one of each kind at most."""
    kinds = {made.split("_")[0]: state for made, state in six.effects.items()}
    assert len(kinds) == len(six.effects), "something was made twice"
    return kinds


async def stored(database: Database, order_id: UUID) -> Order:
    async with database.reading() as work:
        order = await work.orders.get(order_id)
    assert order is not None
    return order


async def only_order(database: Database) -> Order:
    async with database.reading() as work:
        ids = (await work.connection.exec_driver_sql("SELECT id FROM orders")).scalars().all()
    (order_id,) = ids
    return await stored(database, UUID(str(order_id)))


async def test_all_six_services_do_their_part(
    place: PlaceOrder, database: Database, six: SixServices, mug: Item
) -> None:
    """The order is confirmed at the quoted price and keeps the ids of what was made."""
    order = await place(order_of(mug.id), key=KEY)
    assert order.status is OrderStatus.CONFIRMED
    assert order.total == Money(2980, "EUR")
    assert None not in (order.quote_id, order.reservation_id, order.payment_id, order.shipment_id)
    await six.has_begun("notifications.send")
    assert effects(six) == DONE
    assert await stored(database, order.id) == order


@pytest.mark.parametrize(
    "step",
    [
        "pricing.quote",
        "inventory.reserve",
        "payments.authorize",
        "shipping.create",
        "inventory.confirm",
        "payments.capture",
    ],
)
@pytest.mark.parametrize("late", [False, True])
async def test_a_step_that_fails_undoes_those_before_it(
    place: PlaceOrder, database: Database, six: SixServices, mug: Item, step: str, late: bool
) -> None:
    """Also where the failed call had its effect and only the answer was lost."""
    six.fail[step] = [Unavailable("down")]
    six.late = {step} if late else set()
    with pytest.raises(Unavailable) as raised:
        await place(order_of(mug.id), key=KEY)
    assert raised.value.step == step
    left = {kind: state for kind, state in effects(six).items() if kind in UNDONE}
    assert left == {kind: UNDONE[kind] for kind in left}
    order = await only_order(database)
    assert order.status is OrderStatus.FAILED
    assert order.failure is not None
    assert order.failure.step == step


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("inventory.reserve", OutOfStock("Not everything is in stock.")),
        ("payments.authorize", PaymentDeclined("The payment was declined.")),
    ],
)
async def test_a_refusal_is_final(
    place: PlaceOrder, six: SixServices, mug: Item, step: str, error: StoreError
) -> None:
    """Repeating the request repeats the refusal; the services are not asked again."""
    six.fail[step] = [error]
    for _ in range(2):
        with pytest.raises(type(error), match=error.detail) as raised:
            await place(order_of(mug.id), key=KEY)
        assert raised.value.step == step
    assert six.calls[step] == 1


async def test_after_a_failure_that_passes_the_key_works_again(
    place: PlaceOrder, six: SixServices, mug: Item
) -> None:
    """A 503 undid everything: the same key places the order afresh."""
    six.fail["shipping.create"] = [Unavailable("down")]
    with pytest.raises(Unavailable):
        await place(order_of(mug.id), key=KEY)
    order = await place(order_of(mug.id), key=KEY)
    assert order.status is OrderStatus.CONFIRMED
    assert sorted(state for made, state in six.effects.items() if made.startswith("pay")) == [
        "captured",
        "voided",
    ]


@pytest.mark.parametrize(
    ("customer", "code"),
    [("cus_unknown00", "customer_unknown"), ("cus_blocked00", "customer_blocked")],
)
async def test_customers_who_may_not_buy(
    place: PlaceOrder, six: SixServices, mug: Item, customer: str, code: str
) -> None:
    """They are refused before anything is made."""
    with pytest.raises(Invalid) as raised:
        await place(order_of(mug.id, customer_id=customer), key=KEY)
    assert [(fault.code, fault.pointer) for fault in raised.value.faults] == [
        (code, "/customer_id")
    ]
    assert six.effects == {}


async def test_unknown_items_are_named_each(place: PlaceOrder, six: SixServices, mug: Item) -> None:
    """Before any service is called, and again when the request is repeated."""
    draft = order_of(uuid4(), mug.id, uuid4())
    for _ in range(2):
        with pytest.raises(Invalid) as raised:
            await place(draft, key=KEY)
        assert [(fault.code, fault.pointer) for fault in raised.value.faults] == [
            ("item_unknown", "/lines/0/item_id"),
            ("item_unknown", "/lines/2/item_id"),
        ]
    assert not six.calls


@pytest.mark.parametrize(
    ("price", "code"),
    [(Money(100, "CHF"), "currency_mixed"), (Money(10**12, "EUR"), "total_too_large")],
)
async def test_orders_that_do_not_add_up(
    place: PlaceOrder, database: Database, mug: Item, price: Money, code: str
) -> None:
    """One currency, and a total that the contract can say."""
    items = item_service(database)
    other = await items.create(numbered(2, price=price))
    with pytest.raises(Invalid) as raised:
        await place(order_of(mug.id, other.id), key=KEY)
    assert raised.value.faults[0].code == code


async def test_a_failed_notification_does_not_fail_the_order(
    place: PlaceOrder, six: SixServices, mug: Item
) -> None:
    """The order is confirmed; nobody is told."""
    six.fail["notifications.send"] = Unavailable("down")
    order = await place(order_of(mug.id), key=KEY)
    assert order.status is OrderStatus.CONFIRMED
    assert six.calls["payments.void"] == 0


async def test_an_undo_is_repeated_until_it_succeeds(
    place: PlaceOrder, six: SixServices, mug: Item
) -> None:
    """A compensation that fails for a while leaves nothing behind."""
    six.fail = {
        "shipping.create": PaymentDeclined("no"),
        "payments.void": [Unavailable("down"), TimedOut("late")],
    }
    with pytest.raises(PaymentDeclined):
        await place(order_of(mug.id), key=KEY)
    assert six.calls["payments.void"] == 3
    assert effects(six)["pay"] == "voided"


async def test_an_order_that_cannot_be_undone_is_parked(
    place: PlaceOrder, database: Database, six: SixServices, mug: Item
) -> None:
    """The rest is undone all the same, and the order says that a person has to look at it."""
    six.fail = {"payments.capture": Unavailable("down"), "payments.void": Unavailable("down")}
    order = await place(order_of(mug.id), key=KEY)
    assert order.status is OrderStatus.PARKED
    assert effects(six) | {"quo": ""} == {
        "res": "released",
        "pay": "authorized",
        "shp": "cancelled",
        "quo": "",
    }
    assert await stored(database, order.id) == order
    assert await place(order_of(mug.id), key=KEY) == order


async def test_a_service_that_hangs_is_given_up(
    database: Database, six: SixServices, mug: Item
) -> None:
    """The steps have one timeout; what was done before is undone."""
    async with running(database, six, placement_timeout=2) as hasty:
        six.hang = {"shipping.create"}
        task = asyncio.create_task(hasty.place(order_of(mug.id), key=KEY))
        await six.has_begun("shipping.create")
        six.hang = set()
        with pytest.raises(TimedOut):
            await task
    assert effects(six)["pay"] == "voided"


@pytest.mark.parametrize("error", [Rejected("payments", 400, "odd"), RuntimeError("secret")])
async def test_a_defect_tells_callers_nothing(
    place: PlaceOrder, six: SixServices, mug: Item, error: Exception
) -> None:
    """What was done is undone; the log has the cause, the caller has not."""
    six.fail["payments.authorize"] = [error]
    with pytest.raises(Defect) as raised:
        await place(order_of(mug.id), key=KEY)
    assert "secret" not in raised.value.detail
    assert effects(six)["res"] == "released"


async def test_a_repeated_request_gets_the_first_reply(
    place: PlaceOrder, six: SixServices, mug: Item
) -> None:
    """Nothing is called again."""
    first = await place(order_of(mug.id), key=KEY)
    await six.has_begun("notifications.send")
    calls = six.calls.copy()
    assert await place(order_of(mug.id), key=KEY) == first
    assert six.calls == calls


async def test_the_same_key_with_another_order_is_refused(place: PlaceOrder, mug: Item) -> None:
    """The key stands for the first order."""
    await place(order_of(mug.id), key=KEY)
    with pytest.raises(IdempotencyKeyReused):
        await place(order_of(mug.id, mug.id), key=KEY)


async def test_a_twin_waits_for_the_first(place: PlaceOrder, six: SixServices, mug: Item) -> None:
    """Two at once with one key: one order, both get it."""
    first, second = await asyncio.gather(
        place(order_of(mug.id), key=KEY), place(order_of(mug.id), key=KEY)
    )
    assert first == second
    await six.has_begun("notifications.send")
    assert effects(six) == DONE


async def test_a_twin_waits_until_its_deadline(
    place: PlaceOrder, six: SixServices, mug: Item
) -> None:
    """Then it is told to come back, and when; the first goes on."""
    six.hang = {"shipping.create"}
    first = asyncio.create_task(place(order_of(mug.id), key=KEY))
    await six.has_begun("shipping.create")
    context.deadline.set(asyncio.get_running_loop().time() + 0.3)
    with pytest.raises(IdempotencyInProgress) as raised:
        await place(order_of(mug.id), key=KEY)
    assert raised.value.retry_after == 1
    six.go_on()
    assert (await first).status is OrderStatus.CONFIRMED


@pytest.mark.parametrize("leaves", ["deadline", "cancelled"])
async def test_an_order_goes_on_when_its_caller_leaves(
    place: PlaceOrder, six: SixServices, mug: Item, leaves: str
) -> None:
    """Deadline or disconnect: the order is carried out, and a repetition gets it."""
    six.hang = {"shipping.create"}
    if leaves == "deadline":
        context.deadline.set(asyncio.get_running_loop().time() + 1)
        expected: type[BaseException] = TimedOut
    else:
        expected = asyncio.CancelledError
    caller = asyncio.ensure_future(place(order_of(mug.id), key=KEY))
    await six.has_begun("shipping.create")
    if leaves == "cancelled":
        caller.cancel()
    with pytest.raises(expected):
        await caller
    context.deadline.set(None)
    six.go_on()
    order = await place(order_of(mug.id), key=KEY)
    assert order.status is OrderStatus.CONFIRMED
    await six.has_begun("notifications.send")
    assert effects(six) == DONE


async def test_an_order_is_begun_without_waiting(
    place: PlaceOrder, database: Database, six: SixServices, mug: Item
) -> None:
    """It is written down as pending and goes on by itself; asked for again, it is answered."""
    six.hang = {"shipping.create"}
    begun = await place.begin(order_of(mug.id), key=KEY)
    assert begun.status is OrderStatus.PENDING
    assert await stored(database, begun.id) == begun
    six.go_on()
    order = await place(order_of(mug.id), key=KEY)
    assert (order.id, order.status) == (begun.id, OrderStatus.CONFIRMED)
    assert await place.begin(order_of(mug.id), key=KEY) == order
    await six.has_begun("notifications.send")
    assert effects(six) == DONE


async def test_what_is_wrong_is_said_before_it_is_begun(
    place: PlaceOrder, six: SixServices
) -> None:
    """Also to those who do not wait."""
    with pytest.raises(Invalid):
        await place.begin(order_of(uuid4()), key=KEY)
    assert not six.calls
