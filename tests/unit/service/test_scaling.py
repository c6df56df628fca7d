from __future__ import annotations

import asyncio
import time

import pytest
from prometheus_client import CollectorRegistry

from accord.service.scaling import ScalingSignals


async def test_blocked_loop_is_seen() -> None:
    """Something that blocks the loop for 0.2 s shows as lag of about that."""
    registry = CollectorRegistry()
    async with ScalingSignals(registry, period=0.01):
        await asyncio.sleep(0.03)
        time.sleep(0.2)  # noqa: ASYNC251 - the very thing to be seen
        await asyncio.sleep(0.03)
        lag = registry.get_sample_value("event_loop_lag_seconds")
    assert lag == pytest.approx(0.2, abs=0.1)


async def test_sampler_ends_with_its_service() -> None:
    """Leaving stops the task."""
    async with ScalingSignals(CollectorRegistry()):
        assert "scaling-signals" in {task.get_name() for task in asyncio.all_tasks()}
    assert "scaling-signals" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_memory_and_watched_pools_are_exported() -> None:
    """Memory in bytes, and whatever a pool says of itself, at the time of the scrape."""
    registry = CollectorRegistry()
    waiting = [1, 2]
    ScalingSignals(registry).watch("export_queue_depth", "Exports waiting.", lambda: len(waiting))
    assert (registry.get_sample_value("service_resident_memory_bytes") or 0) > 1 << 20
    waiting.append(3)
    assert registry.get_sample_value("export_queue_depth") == 3


def test_sampling_is_cheap() -> None:
    """What is read on the loop takes far less than a millisecond: it is no blocking sampler."""
    registry = CollectorRegistry()
    ScalingSignals(registry)
    registry.get_sample_value("service_resident_memory_bytes")
    begun = time.perf_counter()
    for _ in range(20):
        registry.get_sample_value("service_resident_memory_bytes")
    assert (time.perf_counter() - begun) / 20 < 0.005
