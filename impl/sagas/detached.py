"""Work that goes on when the caller has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any, TypeVar

from impl.domain.errors import TimedOut

T = TypeVar("T")


class Detached:
    """Runs work in tasks of its own.

    `new_context` gives the context variables that the work sees; `deadline` tells when the caller
    stops waiting (seconds of the loop's clock, None: never).
    """

    def __init__(
        self, *, new_context: Callable[[], Context], deadline: Callable[[], float | None]
    ) -> None:
        self._new_context = new_context
        self._deadline = deadline
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns or raises; it goes on when the caller is cancelled or, raising
        `TimedOut`, waits no longer."""
        task = self.start(work)
        # `wait` never cancels what it waits for.
        deadline = self._deadline()
        now = asyncio.get_running_loop().time()
        await asyncio.wait({task}, timeout=None if deadline is None else max(0, deadline - now))
        if not task.done():
            raise TimedOut("The order is still being carried out. Repeat the request with its key.")
        return task.result()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """`work`, which nobody waits for."""
        task = asyncio.get_running_loop().create_task(work, context=self._new_context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self) -> None:
        """Wait for all work that is still going on."""
        while self._running:
            await asyncio.wait(self._running)
