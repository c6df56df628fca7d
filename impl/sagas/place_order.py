"""Placing an order: a saga over six services."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import TypeAdapter

from impl.domain.idempotency import IdempotencyKey
from impl.domain.orders import Hold, Order, OrderDraft, OrderStatus, place
from impl.gateways import Gateways
from impl.repositories.database import Database
from impl.sagas.answers import ASKED, Answers, Asked
from impl.sagas.endings import Endings, Meaning
from impl.sagas.order_steps import OrderSteps
from impl.sagas.steps import Ended, Journal, Limits, carry_out, insisting, undo

PLACE_ORDER = "place_order"
_DRAFT: TypeAdapter[OrderDraft] = TypeAdapter(OrderDraft)


class PlaceOrder:
    """The use case."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def __call__(self, draft: OrderDraft, *, key: IdempotencyKey) -> Order:
        """The order: confirmed, or parked where it could be neither carried out nor undone.

        Raises what `Answers.ask` raises, and what made a step fail, after everything was undone:
        `Invalid`, `OutOfStock`, `PaymentDeclined`, `Unavailable`, `TimedOut`.
        """
        return await self._answers.ask(PLACE_ORDER, key, _DRAFT.dump_json(draft).decode())

    async def begin(self, draft: OrderDraft, *, key: IdempotencyKey) -> Order:
        """The order as soon as it is written down, while it is carried out; as it was answered
        where it has been. Raises as calling does."""
        return await self._answers.begin(PLACE_ORDER, key, _DRAFT.dump_json(draft).decode())


class PlaceOrderSaga:
    """What is carried out, once for each key."""

    def __init__(
        self, database: Database, gateways: Gateways, endings: Endings, limits: Limits
    ) -> None:
        self._database = database
        self._endings = endings
        self._limits = limits
        self._do = OrderSteps(gateways)

    async def __call__(self, id: str, request: str, journal: Journal) -> None:
        asked = ASKED.validate_json(request)

        async def begin() -> Order:
            return await self._begun(id, asked)

        begun = await journal.once("order.begin", insisting("order.begin", begin))
        if begun.failure is not None:
            await self._endings.refuse(journal, asked, PLACE_ORDER, begun.failure)
            return
        assert begun.order is not None
        ended = await carry_out(self._do.steps(), begun.order, journal, self._limits)
        meaning = Meaning(PLACE_ORDER, done=OrderStatus.CONFIRMED, undone=OrderStatus.FAILED)
        order = await self._endings.end(journal, asked, ended, meaning)
        if order.status is OrderStatus.CONFIRMED:
            await carry_out((self._do.tell(),), order, journal, self._limits)

    async def resume(self, asked: Asked, order: Order, journal: Journal) -> Order:
        """Undo what is left of a parked order."""
        left = [step for step in self._do.steps() if step.name in order.stuck]
        stuck = await undo(left, order, journal, self._limits)
        meaning = Meaning(
            PLACE_ORDER, done=OrderStatus.FAILED, undone=OrderStatus.FAILED, resumed=True
        )
        ended = Ended(order, order.failure, stuck)
        return await self._endings.end(journal, asked, ended, meaning)

    async def _begun(self, id: str, asked: Asked) -> Order:
        """The order, written down as pending; as it is where it was begun before."""
        draft = _DRAFT.validate_json(asked.request)
        async with self._database.transaction() as work:
            order = await work.orders.get(asked.order_id)
            if order is None:
                items = await work.items.by_ids(line.item_id for line in draft.lines)
                order = place(
                    draft,
                    items,
                    id=asked.order_id,
                    owner=asked.key.principal,
                    at=datetime.now(UTC),
                    hold=Hold(PLACE_ORDER, id),
                )
                await work.orders.add(order)
        return order
