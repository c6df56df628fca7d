from __future__ import annotations

import asyncio

import pytest

from accord.service.patience import Patience


async def test_what_comes_in_time_is_given() -> None:
    """At once or after a while; the same patience serves one after the other."""
    patience = Patience()
    loop = asyncio.get_running_loop()
    for _ in range(2):
        assert await patience.until(loop.time() + 60, asyncio.sleep(0, "at once")) == "at once"
        assert await patience.until(loop.time() + 60, asyncio.sleep(0.01, "later")) == "later"


async def test_each_wait_ends_at_its_own_time() -> None:
    """One that is due sooner is broken off sooner, though it began to wait later."""
    patience = Patience()
    loop = asyncio.get_running_loop()
    begun, ended = loop.time(), []

    async def wait(name: str, seconds: float) -> None:
        with pytest.raises(TimeoutError):
            await patience.until(begun + seconds, loop.create_future())
        ended.append(name)
        await asyncio.sleep(0)  # is no longer cancelled

    async with asyncio.TaskGroup() as group:
        group.create_task(wait("second", 0.06))
        group.create_task(wait("third", 0.08))
        group.create_task(wait("first", 0.02))
    assert ended == ["first", "second", "third"]


async def test_a_cancellation_from_outside_is_one() -> None:
    """It is not taken for a time that was up."""
    patience = Patience()
    loop = asyncio.get_running_loop()
    never: asyncio.Future[None] = loop.create_future()
    task = asyncio.ensure_future(patience.until(loop.time() + 60, never))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_new_loop_is_looked_after_as_well() -> None:
    """A patience that has served a loop, whose timer died with it, serves the next."""
    patience = Patience()

    async def wait(seconds: float) -> None:
        loop = asyncio.get_running_loop()
        await patience.until(loop.time() + seconds, asyncio.sleep(0.05 if seconds < 1 else 0))

    asyncio.run(wait(60))
    with pytest.raises(TimeoutError):
        asyncio.run(wait(0.01))
