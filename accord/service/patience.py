"""Waits that may not last for ever, for those that mostly end at once."""

from __future__ import annotations

from asyncio import (
    AbstractEventLoop,
    CancelledError,
    Task,
    TimerHandle,
    current_task,
    get_running_loop,
)
from collections.abc import Awaitable
from math import inf
from operator import itemgetter
from typing import Any, TypeVar

T = TypeVar("T")
_BROKEN_OFF = -inf


class Patience:
    """Breaks off waits that are overdue.

    `asyncio.timeout` sets a timer for every wait and takes it down again, which for a body that is
    there already costs more than all the rest of reading it. Here one timer looks after all who
    wait, and is set again only while somebody does. A task waits once at a time.
    """

    def __init__(self) -> None:
        self._waiting: dict[Task[Any], float] = {}
        self._loop: AbstractEventLoop | None = None
        self._timer: TimerHandle | None = None
        self._next = inf

    async def until(self, due: float, waited: Awaitable[T]) -> T:
        """What `waited` gives. Raises `TimeoutError` where that is nothing by `due`, in seconds of
        the running loop's clock."""
        task = current_task()
        assert task is not None
        self._waiting[task] = due
        if due < self._next or self._loop is not task.get_loop():
            self._look_at(due)
        try:
            return await waited
        except CancelledError:
            if self._waiting[task] != _BROKEN_OFF or task.uncancel() > 0:
                raise
            raise TimeoutError from None
        finally:
            del self._waiting[task]

    def _look_at(self, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._loop = get_running_loop()
        self._next = due
        self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        assert self._loop is not None
        now = self._loop.time()
        self._next = inf
        # In their order, also where the loop was late for several.
        for task, due in sorted(self._waiting.items(), key=itemgetter(1)):
            if _BROKEN_OFF < due <= now:
                self._waiting[task] = _BROKEN_OFF
                task.cancel()
            elif due > now:
                self._next = min(self._next, due)
        if self._next < inf:
            self._look_at(self._next)
