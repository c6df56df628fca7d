"""Done about sagas now and then: parked orders are counted, what is long over is forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from impl.domain.errors import Unavailable
from impl.domain.orders import OrderStatus
from impl.repositories.database import Database

_log = logging.getLogger(__name__)

_COUNT_EVERY = 5.0
_FORGET_EVERY = 600.0
_AT_ONCE = 500
# A key is remembered longer than its saga: with it gone first, the saga's id would be taken.
_KEYS_LONGER = timedelta(days=1)


class Forgetful(Protocol):
    """What writes sagas down: `impl.sagas.durable`."""

    async def forget(self, before: datetime, *, at_most: int) -> int:
        """Forget sagas that ended before that moment; says how many."""
        ...


class Housekeeping:
    """Runs while it is entered. Sagas that are over, and the keys of what was answered, are kept
    for `keep`; `parked` is told how many orders wait for a person."""

    def __init__(
        self,
        database: Database,
        sagas: Forgetful,
        *,
        keep: timedelta,
        parked: Callable[[int], None],
    ) -> None:
        self._database = database
        self._sagas = sagas
        self._keep = keep
        self._parked = parked

    async def __aenter__(self) -> None:
        self._tasks = [
            asyncio.create_task(_every(_COUNT_EVERY, self.count), name="count-parked"),
            asyncio.create_task(_every(_FORGET_EVERY, self.forget), name="forget-sagas"),
        ]

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def count(self) -> None:
        async with self._database.reading() as work:
            self._parked(await work.orders.number_of(OrderStatus.PARKED))

    async def forget(self) -> None:
        """Forget what is older than `keep`, a few at a time, so that nobody waits for it."""
        before = datetime.now(UTC) - self._keep
        while await self._sagas.forget(before, at_most=_AT_ONCE) == _AT_ONCE:
            pass
        async with self._database.transaction() as work:
            await work.idempotency.forget(before - _KEYS_LONGER)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Unavailable:
            # The database is away; whoever needs it says so.
            pass
        except Exception:
            _log.exception("housekeeping failed; it is done again in %g s", seconds)
        await asyncio.sleep(seconds)
