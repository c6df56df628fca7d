"""Changing an order that is confirmed: where it goes, or that it goes nowhere."""

from __future__ import annotations

import hashlib
from uuid import UUID

from impl.domain.errors import NotFound, PreconditionFailed
from impl.domain.etags import EntityTags
from impl.domain.idempotency import IdempotencyKey
from impl.domain.orders import Address, Order, OrderStatus
from impl.repositories.database import Database
from impl.sagas.answers import Answers
from impl.sagas.cancel_order import CANCEL_ORDER
from impl.sagas.change_address import CHANGE_ADDRESS, request_of
from impl.sagas.hold import must_be_free


class ChangeOrder:
    """The use cases. What is asked for again while it is under way is waited for."""

    def __init__(self, database: Database, answers: Answers) -> None:
        self._database = database
        self._answers = answers

    async def address(
        self, order_id: UUID, address: Address, *, owner: str, if_match: EntityTags | None = None
    ) -> Order:
        """The order with another address.

        Raises `NotFound`, `PreconditionFailed`, `OrderNotChangeable`, `Invalid` with
        `not_deliverable`, what `Answers.ask` raises, and, after what was done is undone,
        `Unavailable` and `TimedOut`.
        """
        order = await self._found(order_id, owner, if_match)
        digest = hashlib.sha256(repr(address).encode()).hexdigest()[:16]
        if not _is_under_way(order, CHANGE_ADDRESS):
            must_be_free(order)
            if order.shipping_address == address:
                return order
        key = _key(order, CHANGE_ADDRESS, digest)
        return await self._answers.ask(CHANGE_ADDRESS, key, request_of(order, address), order=order)

    async def cancel(
        self,
        order_id: UUID,
        *,
        owner: str,
        if_match: EntityTags | None = None,
        wait: bool = True,
    ) -> Order:
        """The cancelled order, as it is where it was cancelled before, or without `wait`; parked
        where it could be cancelled only in part.

        Raises `NotFound`, `PreconditionFailed`, `OrderNotChangeable` and what `Answers.ask` raises.
        """
        order = await self._found(order_id, owner, if_match)
        if order.status is OrderStatus.CANCELLED:
            return order
        under_way = _is_under_way(order, CANCEL_ORDER)
        if not under_way:
            must_be_free(order)
        elif not wait:
            return order
        ask = self._answers.ask if wait else self._answers.begin
        return await ask(
            CANCEL_ORDER, _key(order, CANCEL_ORDER), str(_revision(order)), order=order
        )

    async def _found(self, order_id: UUID, owner: str, if_match: EntityTags | None) -> Order:
        async with self._database.reading() as work:
            order = await work.orders.get(order_id)
        if order is None or order.owner != owner:
            raise NotFound("No order has this id.")
        if if_match is not None and not if_match.match(order.etag):
            raise PreconditionFailed("The order has changed since it was read.")
        return order


def _is_under_way(order: Order, saga: str) -> bool:
    return (
        order.status is OrderStatus.CONFIRMED and order.hold is not None and order.hold.saga == saga
    )


def _revision(order: Order) -> int:
    """The revision that the change was asked of: before a saga took hold of the order."""
    return order.revision if order.hold is None else order.hold.revision


def _key(order: Order, saga: str, *more: str) -> IdempotencyKey:
    """The key that callers need not give: the same change of the same revision."""
    return IdempotencyKey(
        order.owner, saga, ":".join((str(order.id), str(_revision(order)), *more))
    )
