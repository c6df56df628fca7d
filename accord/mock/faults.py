"""Slowness and failures that a mock was asked for, drawn by seed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from random import Random

from accord.errors import UsageError

_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s)?(?:-(\d+(?:\.\d+)?)(ms|s)?)?")


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds that an answer is held back, drawn evenly from `low` to `high`."""

    low: float = 0.0
    high: float = 0.0


def read_latency(text: str) -> Latency:
    """`200ms`, `1.5s`, `50-400ms`; a bare number is milliseconds. Raises `UsageError`."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"--latency {text!r} is no time: write 200ms, 1.5s, or a span such as 50-400ms"
        )
    low, low_unit, high, high_unit = found.groups()
    first = _seconds(low, low_unit or high_unit)
    last = _seconds(high, high_unit or low_unit) if high else first
    if last < first:
        raise UsageError(f"--latency {text!r} ends before it begins: write the shorter time first")
    return Latency(first, last)


@dataclass(slots=True)
class Faults:
    """`rate` (0 to 1) of the requests are answered `status`; all are held back by `latency`.

    The same seed lets the same requests of a sequence fail.
    """

    rate: float = 0.0
    status: int = 503
    latency: Latency = Latency()
    seed: int = 0
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(f"faults:{self.seed}")

    async def strike(self) -> int | None:
        """Waits, and gives the status to fail with; None: this one is answered."""
        latency = self.latency
        if latency.high:
            await asyncio.sleep(self._random.uniform(latency.low, latency.high))
        if self.rate and self._random.random() < self.rate:
            return self.status
        return None


def _seconds(number: str, unit: str | None) -> float:
    return float(number) * (1 if unit == "s" else 0.001)
