"""Placing an order: a saga over six services."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from pydantic import TypeAdapter

from impl.domain.errors import Defect, StoreError, Unavailable, restored
from impl.domain.idempotency import IdempotencyKey
from impl.domain.orders import Failure, Order, OrderDraft, OrderStatus, place
from impl.gateways import Gateways
from impl.repositories.database import Database
from impl.sagas.detached import Detached
from impl.sagas.order_steps import order_steps
from impl.sagas.steps import StepFailed, carry_out
from impl.services.idempotency import Idempotency, Repetition

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request, as every repetition of it is told: an order, or a refusal."""

    order: Order | None = None
    failure: Failure | None = None


_DRAFT = TypeAdapter(OrderDraft)
_OUTCOME = TypeAdapter(Outcome)


class PlaceOrder:
    """The use case. `timeout` (seconds) bounds the steps, not their undoing."""

    def __init__(
        self,
        database: Database,
        gateways: Gateways,
        idempotency: Idempotency,
        detached: Detached,
        *,
        timeout: float,
    ) -> None:
        self._database = database
        self._idempotency = idempotency
        self._detached = detached
        self._timeout = timeout
        self._steps = order_steps(database, gateways)

    async def __call__(self, draft: OrderDraft, *, key: IdempotencyKey) -> Order:
        """The order: confirmed, or parked where it could be neither carried out nor undone.

        Raises what `Idempotency.claim` raises, and what made a step fail, after everything was
        undone: `Invalid`, `OutOfStock`, `PaymentDeclined`, `Unavailable`, `TimedOut`. Where the
        caller's deadline comes first, the order is carried out all the same.
        """
        claim = await self._idempotency.claim(key, _DRAFT.dump_json(draft))
        if isinstance(claim, Repetition):
            return _told(_OUTCOME.validate_json(claim.reply))
        return _told(await self._detached.run(self._carry_out(draft, key, claim.resource_id)))

    async def begin(self, draft: OrderDraft, *, key: IdempotencyKey) -> Order:
        """As calling it, but the order is pending where it is not carried out already: that goes on
        by itself."""
        claim = await self._idempotency.claim(key, _DRAFT.dump_json(draft))
        if isinstance(claim, Repetition):
            return _told(_OUTCOME.validate_json(claim.reply))
        try:
            order = await self._begun(draft, key, claim.resource_id)
        except StoreError:
            # Refused: what every repetition is told is written down as ever.
            return _told(await self._carry_out(draft, key, claim.resource_id))
        self._detached.start(self._carry_out(draft, key, claim.resource_id))
        return order

    async def _carry_out(self, draft: OrderDraft, key: IdempotencyKey, order_id: UUID) -> Outcome:
        """The outcome, written down; a failure that repeating may mend frees the key instead."""
        try:
            order = await self._begun(draft, key, order_id)
            if order.status is OrderStatus.PENDING:
                order = await carry_out(self._steps, order, seconds=self._timeout)
            outcome = Outcome(order, _refusal(order))
        except StepFailed as failed:
            order = await self._failed(failed)
            outcome = Outcome(order, _refusal(order))
        except StoreError as error:
            outcome = Outcome(failure=_failure("order.begin", error))
        if outcome.failure is not None and not _error(outcome.failure).final:
            await self._forget(key)
        else:
            async with self._database.transaction() as work:
                await work.idempotency.finish(key, _OUTCOME.dump_json(outcome).decode())
        return outcome

    async def _begun(self, draft: OrderDraft, key: IdempotencyKey, order_id: UUID) -> Order:
        """The order, written down as pending; as it is where another process had begun it."""
        async with self._database.transaction() as work:
            order = await work.orders.get(order_id)
            if order is None:
                items = await work.items.by_ids(line.item_id for line in draft.lines)
                order = place(draft, items, id=order_id, owner=key.principal, at=datetime.now(UTC))
                await work.orders.add(order)
            return order

    async def _failed(self, failed: StepFailed[Order]) -> Order:
        status = OrderStatus.PARKED if failed.stuck else OrderStatus.FAILED
        if failed.stuck:
            _log.error("order %s is parked: not undone: %s", failed.state.id, failed.stuck)
        if not isinstance(failed.cause, StoreError):
            _log.error("step %s failed", failed.step, exc_info=failed.cause)
        order: Order = failed.state.changed(
            status, at=datetime.now(UTC), failure=_failure(failed.step, failed.cause)
        )
        async with self._database.transaction() as work:
            await work.orders.save(order)
        return order

    async def _forget(self, key: IdempotencyKey) -> None:
        # Where the database is what failed, the claim runs out by itself.
        with suppress(Unavailable):
            async with self._database.transaction() as work:
                await work.idempotency.forget(key)


def _told(outcome: Outcome) -> Order:
    if outcome.failure is not None:
        raise _error(outcome.failure)
    assert outcome.order is not None
    return outcome.order


def _refusal(order: Order) -> Failure | None:
    return order.failure if order.status is OrderStatus.FAILED else None


def _failure(step: str, error: Exception) -> Failure:
    if not isinstance(error, StoreError):
        return Failure(step, Defect.code, "The request could not be completed.")
    return Failure(step, error.code, error.detail, error.faults, error.retry_after)


def _error(failure: Failure) -> StoreError:
    return restored(
        failure.code,
        failure.detail,
        faults=failure.faults,
        retry_after=failure.retry_after,
        step=failure.step,
    )
