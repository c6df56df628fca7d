"""How sagas end: the order, the answer to whoever asked, and what people are told."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from impl.domain.orders import Failure, Order, OrderStatus
from impl.repositories.database import Database
from impl.sagas.answers import Asked, News, Outcome, write_answer
from impl.sagas.steps import Ended, Journal, Run, insisting

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the end of a `saga` means for its order: its status when all is `done`, or all
    `undone`. A refusal is answered as one, unless `resumed`: then it was answered before."""

    saga: str
    done: OrderStatus
    undone: OrderStatus
    resumed: bool = False

    def kept(self, ended: Ended) -> Failure | None:
        """What is kept of why it failed: nothing with an order that is as good as before."""
        return ended.failure if self.undone is OrderStatus.FAILED else None


class Tally(Protocol):
    """Counts sagas by how they ended: `done`, `undone`, `parked` or `refused`."""

    def __call__(self, saga: str, outcome: str) -> None: ...


class Endings:
    """Writes the end of a saga down: order and answer in one transaction, however long the
    database takes."""

    def __init__(self, database: Database, news: News, tally: Tally) -> None:
        self._database = database
        self._news = news
        self._tally = tally

    async def end(self, journal: Journal, asked: Asked, ended: Ended, meaning: Meaning) -> Order:
        """The order as it then is."""

        async def save() -> Order:
            final, outcome = _final(ended, meaning)
            async with self._database.transaction() as work:
                if not await work.orders.save_next(final):
                    # It was saved before, by whoever had this saga then.
                    found = await work.orders.get(final.id)
                    assert found is not None
                    return found
                failed = ended.failure is not None and not ended.stuck and not meaning.resumed
                answer = Outcome(failure=ended.failure) if failed else Outcome(final)
                await write_answer(work, asked, answer)
            self._tally(meaning.saga, outcome)
            if ended.stuck:
                _log.error(
                    "order %s is parked: it is stuck at %s", final.id, ", ".join(final.stuck)
                )
            return final

        order = await self._written(journal, asked, save)
        assert order is not None
        return order

    async def refuse(self, journal: Journal, asked: Asked, saga: str, failure: Failure) -> None:
        """Nothing was begun: there is an answer to give, and no order to change."""

        async def save() -> None:
            async with self._database.transaction() as work:
                await write_answer(work, asked, Outcome(failure=failure))
            self._tally(saga, "refused")

        await self._written(journal, asked, save)

    async def _written(self, journal: Journal, asked: Asked, save: Run) -> Order | None:
        result = await journal.once("order.end", insisting("order.end", save))
        self._news.tell(asked.saga)
        if result.failure is not None:
            raise RuntimeError(f"the end of a saga was refused: {result.failure.detail}")
        return result.order


def _final(ended: Ended, meaning: Meaning) -> tuple[Order, str]:
    now = datetime.now(UTC)
    if ended.stuck:
        return ended.order.parked(ended.stuck, at=now), "parked"
    if ended.failure is not None:
        return ended.order.let_go(meaning.undone, at=now, failure=meaning.kept(ended)), "undone"
    return ended.order.let_go(meaning.done, at=now), "done"
