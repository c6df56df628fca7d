"""Figures to scale on, next to the requests in flight that `accord.service.metrics` counts.

`event_loop_lag_seconds`, `service_resident_memory_bytes`, and whatever pools and queues are given
to `watch`.
"""

from __future__ import annotations

import asyncio
import resource
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry, Gauge

_STATM = Path("/proc/self/statm")
_PAGE = resource.getpagesize()
WINDOW_S = 15.0


class ScalingSignals:
    """Samples the loop and the process while it is entered, every `period` seconds.

    The lag is how much later than asked the loop woke the sampler, the worst of the last 15 s, so
    that a scrape does not miss what happened between two of them. Memory is read from /proc, which
    does not block; where there is none, there is no such metric.
    """

    def __init__(self, registry: CollectorRegistry, *, period: float = 0.25) -> None:
        self.period = period
        self._registry = registry
        self._lags: deque[float] = deque(maxlen=max(1, round(WINDOW_S / period)))
        self._task: asyncio.Task[None] | None = None
        self.watch(
            "event_loop_lag_seconds",
            "How late the event loop runs: the worst of the last 15 s.",
            lambda: max(self._lags, default=0.0),
        )
        if _STATM.exists():
            self.watch("service_resident_memory_bytes", "Memory of this process.", resident_memory)

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Export `value()` as a gauge; it is called at every scrape and must not block."""
        Gauge(name, about, registry=self._registry).set_function(value)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._sample(), name="scaling-signals")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _sample(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            asked = clock() + self.period
            await asyncio.sleep(self.period)
            self._lags.append(max(0.0, clock() - asked))


def resident_memory() -> float:
    """Bytes of memory that this process occupies (Linux)."""
    return float(int(_STATM.read_bytes().split()[1]) * _PAGE)
