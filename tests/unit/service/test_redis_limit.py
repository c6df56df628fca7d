"""The rate limit of several replicas, on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from accord.service.rate_limit import Quota
from accord.service.redis_limit import RedisLimiter
from accord.service.shared import Shared
from tests.servers import running_redis

NOBODY = "redis://127.0.0.1:1/0"
# A machine under load answers late; these tests are not about that.
PATIENT = 5.0


@pytest.fixture
async def replicas(redis_url: str) -> AsyncIterator[tuple[RedisLimiter, RedisLimiter]]:
    """Two replicas with a quota of 10 in an hour, and nobody counted yet."""
    prefix = uuid4().hex
    async with (
        Shared(redis_url, prefix=prefix, timeout=PATIENT) as one,
        Shared(redis_url, prefix=prefix, timeout=PATIENT) as other,
    ):
        quota = Quota(10, 3600)
        yield RedisLimiter(one, quota), RedisLimiter(other, quota)


async def test_replicas_count_together(replicas: tuple[RedisLimiter, RedisLimiter]) -> None:
    """Forty requests at once over two replicas: ten are admitted, exactly."""
    standings = await asyncio.gather(*(replicas[n % 2].hit("ada") for n in range(40)))
    admitted = [standing for standing in standings if not standing.retry_after]
    assert len(admitted) == 10
    assert sorted(standing.remaining for standing in admitted) == list(range(10))
    assert (await replicas[0].hit("bob")).remaining == 9


async def test_the_window_slides(redis_url: str) -> None:
    """One who waits as told is admitted."""
    async with Shared(redis_url, prefix=uuid4().hex, timeout=PATIENT) as shared:
        limiter = RedisLimiter(shared, Quota(2, 1))
        for _ in range(2):
            assert not (await limiter.hit("ada")).retry_after
        refused = await limiter.hit("ada")
        assert refused.retry_after > 0
        await asyncio.sleep(refused.retry_after + 0.02)
        assert not (await limiter.hit("ada")).retry_after


async def test_counters_are_forgotten_by_themselves(redis_url: str) -> None:
    """Every key that is written runs out."""
    prefix = uuid4().hex
    async with Shared(redis_url, prefix=prefix, timeout=PATIENT) as shared:
        await RedisLimiter(shared, Quota(2, 60)).hit("ada")
        keys = [key async for key in shared.redis.scan_iter(match=f"{prefix}:*")]
        assert len(keys) == 1
        assert 0 < await shared.redis.ttl(keys[0]) <= 120


async def test_without_redis_a_replica_counts_alone(log_lines: Any) -> None:
    """Requests are still limited, quickly; the outage is logged once."""
    async with Shared(NOBODY, prefix="x") as shared:
        limiter = RedisLimiter(shared, Quota(3, 3600))
        began = asyncio.get_running_loop().time()
        standings = [await limiter.hit("ada") for _ in range(100)]
        assert asyncio.get_running_loop().time() - began < 2
    assert sum(not standing.retry_after for standing in standings) == 3
    assert [line["event"] for line in log_lines()] == ["redis_away"]


async def test_redis_that_comes_back_counts_again(log_lines: Any) -> None:
    """Nobody restarts a replica for it; its return is logged."""
    with running_redis() as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        async with Shared(url, prefix="x", timeout=PATIENT, pause=0.05) as shared:
            limiter = RedisLimiter(shared, Quota(10, 3600))
            await limiter.hit("ada")
    async with Shared(url, prefix="x", timeout=PATIENT, pause=0.05) as shared:
        limiter = RedisLimiter(shared, Quota(10, 3600))
        assert (await limiter.hit("ada")).remaining == 9
        assert shared.away
        with running_redis(port):
            while shared.away:
                await asyncio.sleep(0.05)
                standing = await limiter.hit("ada")
            assert standing.remaining == 9
    assert [line["event"] for line in log_lines()] == ["redis_away", "redis_back"]
