"""Reads that are asked a second time when the answer is late."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from accord.downstream import (
    CallPolicy,
    DownstreamUnavailable,
    Retries,
    RetryBudget,
    Timeouts,
)
from impl.fakes import Fakes
from tests.resilience.downstream.calls import at_most, came, create, read, tell
from tests.resilience.downstream.conftest import Open

HEDGED = CallPolicy(
    timeouts=Timeouts(read=2, total=3), retries=Retries(attempts=1), hedge_after=0.05
)


async def test_the_first_answer_counts(fakes: Fakes, open_to: Open) -> None:
    """A second request overtakes a slow one, which is cancelled and leaves nothing behind."""
    client = await open_to("customers", policy=HEDGED)
    tell(fakes, {"kind": "slow", "seconds": 2, "count": 1})
    with at_most(0.1):
        assert (await read(client)).status_code == 200
    guard = client.resilience.guard
    assert guard.figures.attempts == {"first": 1, "hedge": 1}
    assert guard.bulkhead.in_use == 0
    assert guard.budget.tokens == 4


async def test_quick_answers_are_not_hedged(fakes: Fakes, open_to: Open) -> None:
    """Nothing is asked twice without need."""
    client = await open_to("customers", policy=replace(HEDGED, hedge_after=10))
    await read(client)
    for _ in range(5):
        await read(client)
    assert came(fakes, "customers") == 6


async def test_writes_are_not_hedged(fakes: Fakes, open_to: Open) -> None:
    """Not even with a key: two at once are not one after the other."""
    client = await open_to("customers", policy=HEDGED)
    tell(fakes, {"kind": "slow", "seconds": 0.2})
    await create(client, key="hedge-1")
    assert came(fakes, "customers") == 1


async def test_hedges_are_paid_from_the_budget(fakes: Fakes, open_to: Open) -> None:
    """A service that is slow as a whole does not get twice the load."""
    budget = RetryBudget(ratio=0.1, reserve=2)
    client = await open_to("customers", policy=HEDGED, retry_budget=budget)
    tell(fakes, {"kind": "slow", "seconds": 0.2})
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(read(client))
    assert came(fakes, "customers") == 22


async def test_one_failure_waits_for_the_other(fakes: Fakes, open_to: Open) -> None:
    """An attempt that fails does not end the call while the other may succeed; if both fail,
    the call does."""
    client = await open_to("customers", policy=HEDGED)
    tell(fakes, {"kind": "slow", "seconds": 0.1}, {"kind": "fail", "count": 1})
    assert (await read(client)).status_code == 200
    tell(fakes, {"kind": "slow", "seconds": 0.1}, {"kind": "fail"})
    with pytest.raises(DownstreamUnavailable, match="503"):
        await read(client)
    assert client.resilience.guard.bulkhead.in_use == 0


async def test_a_cancelled_call_cancels_both(fakes: Fakes, open_to: Open) -> None:
    """Cancellation is passed on and never taken for an answer."""
    client = await open_to("customers", policy=HEDGED)
    tell(fakes, {"kind": "hang"})
    call = asyncio.create_task(read(client))
    await asyncio.sleep(0.15)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    guard = client.resilience.guard
    assert guard.bulkhead.in_use == 0
    assert guard.figures.operations["GET"].outcomes == {"abandoned": 1}
