"""Going on with an order that was parked, once what kept it from going on is mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from impl.domain.errors import NotFound, OrderNotParked
from impl.domain.idempotency import IdempotencyKey
from impl.domain.orders import Order, OrderStatus
from impl.repositories.database import Database
from impl.sagas.answers import ASKED, Answers, Asked
from impl.sagas.endings import Endings
from impl.sagas.steps import Journal, insisting

RESUME_ORDER = "resume_order"

Resume = Callable[[Asked, Order, Journal], Awaitable[Order]]
"""Goes on where a parked order got stuck; gives the order as it then is."""


class ResumeOrder:
    """The use case, for operators: orders of everybody."""

    def __init__(self, database: Database, answers: Answers) -> None:
        self._database = database
        self._answers = answers

    async def __call__(self, order_id: UUID) -> Order:
        """The order, pending again: it ends as it should, or is parked anew.

        Raises `NotFound`, `OrderNotParked`, and what `Answers.begin` raises.
        """
        async with self._database.reading() as work:
            order = await work.orders.get(order_id)
        if order is None:
            raise NotFound("No order has this id.")
        _must_be_parked(order)
        # Of nobody in particular: two who resume it at once resume it once.
        key = IdempotencyKey("", RESUME_ORDER, f"{order.id}:{order.revision}")
        return await self._answers.begin(RESUME_ORDER, key, "", order=order)


class ResumeOrderSaga:
    """What is carried out; `resumes` has the way on for each saga that may have parked an order."""

    def __init__(self, database: Database, endings: Endings, resumes: Mapping[str, Resume]) -> None:
        self._database = database
        self._endings = endings
        self._resumes = resumes

    async def __call__(self, id: str, request: str, journal: Journal) -> None:
        asked = ASKED.validate_json(request)

        async def begin() -> Order:
            return await self._begun(asked)

        begun = await journal.once("order.resume", insisting("order.resume", begin))
        if begun.failure is not None:
            await self._endings.refuse(journal, asked, RESUME_ORDER, begun.failure)
            return
        assert begun.order is not None
        assert begun.order.hold is not None
        await self._resumes[begun.order.hold.saga](asked, begun.order, journal)

    async def _begun(self, asked: Asked) -> Order:
        """The order, pending; as it is where this saga made it pending before."""
        async with self._database.transaction() as work:
            order = await work.orders.get(asked.order_id)
            assert order is not None
            if order.status is OrderStatus.PENDING and order.stuck:
                return order
            _must_be_parked(order)
            pending = order.resumed(at=datetime.now(UTC))
            if not await work.orders.save_next(pending):
                raise OrderNotParked("Somebody else goes on with the order.")
        return pending


def _must_be_parked(order: Order) -> None:
    if order.status is not OrderStatus.PARKED:
        raise OrderNotParked(f"The order is {order.status}.")
