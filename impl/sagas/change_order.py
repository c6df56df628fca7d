"""Changing an order that is confirmed: where it goes, or that it goes nowhere."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from impl.domain.downstream import MessageChannel, MessageTemplate
from impl.domain.errors import (
    Conflict,
    NotFound,
    OrderNotChangeable,
    PreconditionFailed,
    TimedOut,
    Unavailable,
)
from impl.domain.etags import EntityTags
from impl.domain.orders import Address, Order, OrderStatus
from impl.gateways import Gateways
from impl.repositories.database import Database
from impl.sagas.detached import Detached
from impl.sagas.steps import Step, StepFailed, carry_out

_log = logging.getLogger(__name__)


class ChangeOrder:
    """The use cases. They go on when the caller has gone; `timeout` (seconds) bounds their steps,
    not the undoing."""

    def __init__(
        self, database: Database, gateways: Gateways, detached: Detached, *, timeout: float
    ) -> None:
        self._database = database
        self._to = gateways
        self._detached = detached
        self._timeout = timeout

    async def address(
        self, order_id: UUID, address: Address, *, owner: str, if_match: EntityTags | None = None
    ) -> Order:
        """The order with another address: a new shipment is booked, then the old one called off.

        Raises `NotFound`, `PreconditionFailed`, `OrderNotChangeable`, and `Invalid` with
        `not_deliverable`; after what was done is undone, also `Unavailable` and `TimedOut`.
        """
        order = await self._found(order_id, owner, if_match)
        _must_be_confirmed(order)
        if order.shipping_address == address:
            return order
        change = _ChangeAddress(self._database, self._to, before=order)
        moved = replace(order, shipping_address=address, shipment_id=None)
        return await self._detached.run(self._carry_out(change.steps(), moved))

    async def cancel(
        self,
        order_id: UUID,
        *,
        owner: str,
        if_match: EntityTags | None = None,
        wait: bool = True,
    ) -> Order:
        """The cancelled order; as it is where it was cancelled before, or without `wait`.

        Nothing is undone: every step may be repeated, so a cancellation that failed halfway goes
        on when it is asked for again. Raises `NotFound`, `PreconditionFailed`,
        `OrderNotChangeable`, `Unavailable` and `TimedOut`.
        """
        order = await self._found(order_id, owner, if_match)
        if order.status is OrderStatus.CANCELLED:
            return order
        _must_be_confirmed(order)
        work = self._carry_out(_Cancel(self._database, self._to).steps(), order)
        if wait:
            return await self._detached.run(work)
        self._detached.start(_logged(work))
        return order

    async def _found(self, order_id: UUID, owner: str, if_match: EntityTags | None) -> Order:
        async with self._database.reading() as work:
            order = await work.orders.get(order_id)
        if order is None or order.owner != owner:
            raise NotFound("No order has this id.")
        if if_match is not None and not if_match.match(order.etag):
            raise PreconditionFailed("The order has changed since it was read.")
        return order

    async def _carry_out(self, steps: Sequence[Step[Order]], order: Order) -> Order:
        try:
            return await carry_out(steps, order, seconds=self._timeout)
        except StepFailed as failed:
            if failed.stuck:
                _log.error("order %s: a change was not undone: %s", order.id, failed.stuck)
            raise failed.cause from None


class _ChangeAddress:
    def __init__(self, database: Database, gateways: Gateways, *, before: Order) -> None:
        self._database = database
        self._to = gateways
        self._before = before

    def steps(self) -> tuple[Step[Order], ...]:
        return (
            Step("shipping.create", self.ship_anew, undo=self.call_off_anew),
            Step("order.change", self.save, undo=self.restore),
            Step("shipping.cancel", self.call_off),
        )

    async def ship_anew(self, order: Order) -> Order:
        shipment = await self._to.shipping.create(
            order_id=order.id,
            address=order.shipping_address,
            lines=order.lines,
            # Of its own for every revision and address: the same change repeated is the same call.
            idempotency_key=f"{order.id}:shipping.create:{order.revision}:{_digest(order)}",
        )
        return replace(order, shipment_id=shipment.id)

    async def call_off_anew(self, order: Order) -> None:
        # Repeated with its key, a call without a reply tells what it made.
        known = order if order.shipment_id else await self.ship_anew(order)
        if known.shipment_id is not None:
            await self._to.shipping.cancel(known.shipment_id)

    async def save(self, order: Order) -> Order:
        changed = order.changed(OrderStatus.CONFIRMED, at=datetime.now(UTC))
        async with self._database.transaction() as work:
            if not await work.orders.save_next(changed):
                raise OrderNotChangeable("Somebody else has changed the order meanwhile.")
        return changed

    async def restore(self, order: Order) -> None:
        if order.revision == self._before.revision:
            return
        restored = replace(self._before, revision=order.revision + 1, updated_at=datetime.now(UTC))
        async with self._database.transaction() as work:
            await work.orders.save_next(restored)

    async def call_off(self, order: Order) -> Order:
        shipment_id = self._before.shipment_id
        if shipment_id is None:
            return order
        try:
            await self._to.shipping.cancel(shipment_id)
        except Conflict as error:
            raise OrderNotChangeable("The order is on its way already.") from error
        except (Unavailable, TimedOut):
            # It may have been called off: going back could leave the order with no shipment.
            _log.error("order %s: call shipment %s off by hand", order.id, shipment_id)
        return order


class _Cancel:
    def __init__(self, database: Database, gateways: Gateways) -> None:
        self._database = database
        self._to = gateways

    def steps(self) -> tuple[Step[Order], ...]:
        return (
            Step("shipping.cancel", self.call_off),
            Step("payments.void", self.give_back),
            Step("inventory.release", self.release),
            Step("order.cancel", self.save),
            Step("notifications.send", self.notify, needed=False),
        )

    async def call_off(self, order: Order) -> Order:
        if order.shipment_id is not None:
            try:
                await self._to.shipping.cancel(order.shipment_id)
            except Conflict as error:
                raise OrderNotChangeable("The order is on its way already.") from error
        return order

    async def give_back(self, order: Order) -> Order:
        if order.payment_id is not None:
            await self._to.payments.void(order.payment_id)
        return order

    async def release(self, order: Order) -> Order:
        if order.reservation_id is not None:
            await self._to.inventory.release(order.reservation_id)
        return order

    async def save(self, order: Order) -> Order:
        """The money is back: whatever else has changed the order, it is cancelled now."""
        while True:
            async with self._database.transaction() as work:
                current = await work.orders.get(order.id)
                assert current is not None
                if current.status is OrderStatus.CANCELLED:
                    return current
                cancelled = current.changed(OrderStatus.CANCELLED, at=datetime.now(UTC))
                saved = await work.orders.save_next(cancelled)
            if saved:
                if current.shipment_id != order.shipment_id:
                    await self.call_off(current)
                return cancelled

    async def notify(self, order: Order) -> Order:
        await self._to.notifications.send(
            order_id=order.id,
            customer_id=order.customer_id,
            template=MessageTemplate.ORDER_CANCELLED,
            channel=MessageChannel.EMAIL,
            idempotency_key=f"{order.id}:notifications.cancelled",
        )
        return order


async def _logged(work: Coroutine[Any, Any, Order]) -> None:
    try:
        await work
    except Exception:
        _log.exception("a cancellation that nobody waited for has failed")


def _must_be_confirmed(order: Order) -> None:
    if order.status is not OrderStatus.CONFIRMED:
        raise OrderNotChangeable(f"The order is {order.status}.")


def _digest(order: Order) -> str:
    return hashlib.sha256(repr(order.shipping_address).encode()).hexdigest()[:16]
