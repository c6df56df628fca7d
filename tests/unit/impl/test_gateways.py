"""The gateways, against the fakes over sockets: domain values in, domain values and errors out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from impl.domain.downstream import (
    MessageChannel,
    MessageTemplate,
    PaymentStatus,
    ReservationStatus,
    ShipmentStatus,
)
from impl.domain.errors import (
    Conflict,
    Invalid,
    NotFound,
    OutOfStock,
    PaymentDeclined,
    Rejected,
    TimedOut,
    Unavailable,
)
from impl.domain.money import Money
from impl.domain.orders import Address, OrderLine
from impl.fakes import SERVICES, Plan, running
from impl.gateways import Gateways, open_gateways

ORDER = UUID("5e2a7c40-9b1d-4c8e-a3f6-7d0b2e4c6a81")
CUSTOMER = "cus_8f3k2m9q1z"
LINE = OrderLine(
    item_id=uuid4(), sku="MUG-0001", name="Mug", quantity=2, unit_price=Money(1500, "EUR")
)
BERN = Address("Ada Lovelace", "Marktgasse 12", "3011", "Bern", "CH")


@pytest.fixture
async def gateways(state: Path) -> AsyncIterator[Gateways]:
    async with (
        running(state, api_key="secret") as addresses,
        open_gateways(addresses, api_key="secret") as gateways,
    ):
        yield gateways


async def test_the_way_of_an_order(gateways: Gateways) -> None:
    """All six services, in the order in which placing an order calls them."""
    customer = await gateways.customers.get(CUSTOMER)
    assert (customer.first_name, customer.blocked) == ("Ada", False)

    quote = await gateways.pricing.quote(
        customer_id=CUSTOMER, lines=[LINE], idempotency_key="order-quote"
    )
    assert (quote.total, quote.tax) == (Money(3243, "EUR"), Money(243, "EUR"))
    assert await gateways.pricing.get(quote.id) == quote

    held = await gateways.inventory.reserve(
        order_id=ORDER, lines=[LINE], idempotency_key="order-reserve"
    )
    assert held.status is ReservationStatus.HELD

    payment = await gateways.payments.authorize(
        order_id=ORDER,
        customer_id=CUSTOMER,
        payment_method_id="pm_4t7v1x9b2c",
        amount=quote.total,
        idempotency_key="order-pay",
    )
    assert (payment.status, payment.amount) == (PaymentStatus.AUTHORIZED, quote.total)

    shipment = await gateways.shipping.create(
        order_id=ORDER, address=BERN, lines=[LINE], idempotency_key="order-ship"
    )
    assert (shipment.status, shipment.carrier) == (ShipmentStatus.CREATED, "Swiss Post")
    assert await gateways.shipping.get(shipment.id) == shipment

    captured = await gateways.payments.capture(payment.id)
    assert captured == replace(payment, status=PaymentStatus.CAPTURED)
    confirmed = await gateways.inventory.confirm(held.id)
    assert confirmed == await gateways.inventory.get(held.id)
    assert confirmed.status is ReservationStatus.CONFIRMED

    message = await gateways.notifications.send(
        order_id=ORDER,
        customer_id=CUSTOMER,
        template=MessageTemplate.ORDER_CONFIRMED,
        channel=MessageChannel.EMAIL,
        idempotency_key="order-tell",
    )
    assert message.sent_at is None
    assert [each.id for each in await gateways.notifications.of_order(ORDER)] == [message.id]


async def test_undoing_may_be_repeated(gateways: Gateways) -> None:
    """Release, void and cancel work as often as they are called; what is undone stays so."""
    held = await gateways.inventory.reserve(order_id=ORDER, lines=[LINE], idempotency_key="r")
    payment = await _authorize(gateways, "pm_4t7v1x9b2c")
    shipment = await gateways.shipping.create(
        order_id=ORDER, address=BERN, lines=[LINE], idempotency_key="s"
    )
    for _ in range(2):
        await gateways.inventory.release(held.id)
        await gateways.payments.void(payment.id)
        await gateways.shipping.cancel(shipment.id)
    with pytest.raises(Conflict):
        await gateways.inventory.confirm(held.id)
    with pytest.raises(Conflict):
        await gateways.payments.capture(payment.id)
    assert (await gateways.shipping.get(shipment.id)).status is ShipmentStatus.CANCELLED


async def _authorize(gateways: Gateways, method: str, key: str = "p") -> object:
    return await gateways.payments.authorize(
        order_id=ORDER,
        customer_id=CUSTOMER,
        payment_method_id=method,
        amount=Money(3546, "EUR"),
        idempotency_key=key,
    )


async def test_bad_news_in_the_words_of_the_store(gateways: Gateways) -> None:
    """Each refusal that callers can bring about is a domain error with its place."""
    assert (await gateways.customers.get("cus_blocked01")).blocked
    with pytest.raises(PaymentDeclined):
        await _authorize(gateways, "pm_declined01")
    with pytest.raises(Invalid) as unknown:
        await _authorize(gateways, "pm_unknown01", "p2")
    assert [(fault.code, fault.pointer) for fault in unknown.value.faults] == [
        ("payment_method_unknown", "/payment_method_id")
    ]
    with pytest.raises(OutOfStock) as short:
        await gateways.inventory.reserve(
            order_id=ORDER, lines=[LINE, replace(LINE, sku="OUT-0001")], idempotency_key="r"
        )
    assert [fault.pointer for fault in short.value.faults] == ["/lines/1"]
    with pytest.raises(Invalid) as lost:
        await gateways.shipping.create(
            order_id=ORDER,
            address=replace(BERN, country="AQ"),
            lines=[LINE],
            idempotency_key="s",
        )
    assert lost.value.faults[0].pointer == "/shipping_address"
    gone = await gateways.shipping.create(
        order_id=ORDER,
        address=replace(BERN, recipient="In Transit"),
        lines=[LINE],
        idempotency_key="s2",
    )
    with pytest.raises(Conflict):
        await gateways.shipping.cancel(gone.id)


@pytest.mark.parametrize(
    "get",
    [
        lambda gateways: gateways.customers.get("cus_00000000"),
        lambda gateways: gateways.pricing.get("quo_00000000"),
        lambda gateways: gateways.inventory.get("res_00000000"),
        lambda gateways: gateways.payments.get("pay_00000000"),
        lambda gateways: gateways.shipping.get("shp_00000000"),
    ],
    ids=["customers", "pricing", "inventory", "payments", "shipping"],
)
async def test_unknown_ids(
    gateways: Gateways, get: Callable[[Gateways], Awaitable[object]]
) -> None:
    """What no service knows is not found."""
    with pytest.raises(NotFound):
        await get(gateways)


async def test_what_should_not_happen_is_a_defect(gateways: Gateways) -> None:
    """A key that is used for two things, and an id that no contract allows: `Rejected`."""
    await _authorize(gateways, "pm_4t7v1x9b2c")
    with pytest.raises(Rejected, match="payments answered 409 'idempotency_key_reused'"):
        await _authorize(gateways, "pm_other0001")
    with pytest.raises(Rejected, match="customers answered 422"):
        await gateways.customers.get("no such form")


async def test_a_wrong_api_key_is_a_defect(state: Path) -> None:
    """Callers cannot help it, and are not told."""
    async with (
        running(state, api_key="secret") as addresses,
        open_gateways(addresses, api_key="wrong") as gateways,
    ):
        with pytest.raises(Rejected, match="customers answered 401"):
            await gateways.customers.get(CUSTOMER)


async def test_services_that_do_not_answer(state: Path) -> None:
    """Nobody there is `Unavailable`; nobody there in time is `TimedOut`. Both name the service."""
    nowhere = dict.fromkeys(SERVICES, "http://127.0.0.1:1")
    async with open_gateways(nowhere, api_key="secret") as gateways:
        with pytest.raises(Unavailable, match="customers"):
            await gateways.customers.get(CUSTOMER)
    async with (
        running(state, api_key="secret") as addresses,
        open_gateways(addresses, api_key="secret", call_timeout=1e-6) as gateways,
    ):
        with pytest.raises(TimedOut, match="customers"):
            await gateways.customers.get(CUSTOMER)


@pytest.mark.parametrize(
    "undo",
    [
        lambda gateways: gateways.inventory.release("res_00000000"),
        lambda gateways: gateways.payments.void("pay_00000000"),
        lambda gateways: gateways.shipping.cancel("shp_00000000"),
    ],
    ids=["inventory", "payments", "shipping"],
)
async def test_undoing_is_done_when_the_contracts_answer_says_so(
    state: Path, undo: Callable[[Gateways], Awaitable[object]]
) -> None:
    """200 with garbage is no 204: nothing may have been undone."""
    plan = Plan.model_validate({"faults": [{"kind": "garbage"}]})
    async with (
        running(state, api_key="secret", plan=plan) as addresses,
        open_gateways(addresses, api_key="secret") as gateways,
    ):
        with pytest.raises(Unavailable):
            await undo(gateways)
