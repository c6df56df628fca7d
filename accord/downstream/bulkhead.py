"""A bound on how much of the process one service can take up."""

from __future__ import annotations

import asyncio
from collections import deque


class Bulkhead:
    """At most `limit` inside, at most `most_waiting` in the queue, first come first served."""

    def __init__(self, limit: int, most_waiting: int) -> None:
        if limit < 1 or most_waiting < 0:
            raise ValueError(
                f"limit is {limit!r}, most_waiting {most_waiting!r}; "
                "the first is at least 1, the second at least 0"
            )
        self.limit = limit
        self.most_waiting = most_waiting
        self.in_use = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        return len(self._queue)

    def try_enter(self) -> bool:
        """Enters if there is room now. Who has entered must `leave`."""
        if self.in_use >= self.limit:
            return False
        self.in_use += 1
        return True

    async def enter(self, seconds: float) -> bool:
        """Enters, waiting for room at most `seconds`; False where the wait or the queue is too
        long. Who has entered must `leave`."""
        if self.try_enter():
            return True
        if len(self._queue) >= self.most_waiting or seconds <= 0:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                # The turn came in the moment of giving up: it goes to the next in the queue.
                self.leave()
            else:
                self._queue.remove(turn)
            if isinstance(error, TimeoutError):
                return False
            raise
        return True

    def leave(self) -> None:
        """Hands the place to the first in the queue."""
        for turn in self._queue:
            if not turn.done():
                self._queue.remove(turn)
                turn.set_result(None)
                return
        self.in_use -= 1
