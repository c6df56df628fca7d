"""Bounded concurrency with a bounded queue."""

from __future__ import annotations

import asyncio

import pytest

from accord.downstream.bulkhead import Bulkhead


async def test_first_come_first_served() -> None:
    """No more than `limit` are inside; who waits gets in by turn."""
    bulkhead = Bulkhead(2, 10)
    order: list[int] = []

    async def visit(number: int) -> None:
        assert await bulkhead.enter(5)
        assert bulkhead.in_use <= 2
        order.append(number)
        await asyncio.sleep(0)
        bulkhead.leave()

    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(visit(number))
    assert order == list(range(10))
    assert (bulkhead.in_use, bulkhead.waiting) == (0, 0)


async def test_a_full_queue_turns_away_at_once() -> None:
    """A queue that is full, and a wait of no time, are answered without waiting."""
    bulkhead = Bulkhead(1, 1)
    assert await bulkhead.enter(5)
    assert not await bulkhead.enter(0)
    waiting = asyncio.create_task(bulkhead.enter(5))
    await asyncio.sleep(0)
    assert not await bulkhead.enter(5)
    bulkhead.leave()
    assert await waiting


async def test_a_wait_ends() -> None:
    """Who waited too long goes, and leaves nothing behind."""
    bulkhead = Bulkhead(1, 1)
    assert await bulkhead.enter(5)
    assert not await bulkhead.enter(0.01)
    assert (bulkhead.in_use, bulkhead.waiting) == (1, 0)
    bulkhead.leave()
    assert bulkhead.try_enter()


@pytest.mark.parametrize("leave_first", [True, False])
async def test_a_place_is_never_lost(leave_first: bool) -> None:
    """A caller that is cancelled in the moment when its turn comes passes the place on."""
    bulkhead = Bulkhead(1, 2)
    assert await bulkhead.enter(5)
    gone = asyncio.create_task(bulkhead.enter(5))
    next_one = asyncio.create_task(bulkhead.enter(5))
    await asyncio.sleep(0)
    if leave_first:
        bulkhead.leave()
        gone.cancel()
    else:
        gone.cancel()
        bulkhead.leave()
    assert await next_one
    with pytest.raises(asyncio.CancelledError):
        await gone
    bulkhead.leave()
    assert (bulkhead.in_use, bulkhead.waiting) == (0, 0)
