"""How long requests took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds."""

    median: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        ordered = sorted(seconds)
        at = [ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in _PARTS]
        return cls(*at)


_PARTS = (0.5, 0.95, 0.99)


def timed(client: httpx.Client, path: str, **options: Any) -> tuple[float, httpx.Response]:
    """One GET, which must succeed, and how long it took."""
    began = perf_counter()
    reply = client.get(path, **options)
    took = perf_counter() - began
    reply.raise_for_status()
    return took, reply
