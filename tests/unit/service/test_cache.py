"""The cache, alone and over a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from accord.service.cache import Cache
from accord.service.shared import Shared
from tests.servers import running_redis

NUMBERS: TypeAdapter[list[int] | None] = TypeAdapter(list[int] | None)
PATIENT = 5.0


class Maker:
    """Makes `value`, counting how often; waits for `may` where it is cleared."""

    def __init__(self, value: list[int] | None = None) -> None:
        self.value = value
        self.times = 0
        self.began = asyncio.Event()
        self.may = asyncio.Event()
        self.may.set()

    async def __call__(self) -> list[int] | None:
        self.times += 1
        value = self.value
        self.began.set()
        await self.may.wait()
        return value


async def ask(
    cache: Cache, make: Maker, *, key: str = "k", seconds: float = 60
) -> list[int] | None:
    return await cache.get(key, make, type=NUMBERS, seconds=seconds, tags=["numbers"])


@asynccontextmanager
async def replica(url: str, prefix: str, version: str = "v2") -> AsyncIterator[Cache]:
    async with (
        Shared(url, prefix=prefix, timeout=PATIENT, pause=0.05) as shared,
        Cache(version=version, shared=shared) as cache,
    ):
        await hearing(cache)
        yield cache


async def hearing(cache: Cache) -> None:
    """Waits until the cache hears what others forget."""
    async with asyncio.timeout(10):
        while not cache.hears:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def two(redis_url: str) -> AsyncIterator[tuple[Cache, Cache]]:
    prefix = uuid4().hex
    async with replica(redis_url, prefix) as one, replica(redis_url, prefix) as other:
        yield one, other


@pytest.mark.parametrize("value", [None, [1, 2]])
async def test_a_value_is_made_once(value: list[int] | None) -> None:
    """None is a value like any other."""
    cache, make = Cache(version="v2"), Maker(value)
    assert [await ask(cache, make) for _ in range(3)] == [value] * 3
    assert make.times == 1


async def test_a_value_grows_old() -> None:
    """After its seconds it is made anew."""
    cache, make = Cache(version="v2"), Maker([1])
    await ask(cache, make, seconds=0.01)
    await asyncio.sleep(0.02)
    await ask(cache, make)
    assert make.times == 2


async def test_nobody_can_change_what_others_get() -> None:
    """Each caller has a value of its own."""
    cache, make = Cache(version="v2"), Maker([1])
    (await ask(cache, make) or []).append(2)
    assert await ask(cache, make) == [1]


async def test_of_a_crowd_one_makes_it() -> None:
    """A hundred at once cost one making, also where the first of them goes away."""
    cache, make = Cache(version="v2"), Maker([1])
    make.may.clear()
    crowd = [asyncio.create_task(ask(cache, make)) for _ in range(100)]
    await make.began.wait()
    crowd[0].cancel()
    make.may.set()
    results = await asyncio.gather(*crowd, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [[1]] * 99
    assert make.times == 1


async def test_a_failure_is_not_kept() -> None:
    """All who wait are told; the next one tries again."""

    class Broken(Exception):
        pass

    async def fail() -> list[int]:
        raise Broken

    cache = Cache(version="v2")
    both = (cache.get("k", fail, type=NUMBERS, seconds=1) for _ in range(2))
    assert [type(e) for e in await asyncio.gather(*both, return_exceptions=True)] == [Broken] * 2
    assert await ask(cache, Maker([1])) == [1]


async def test_the_cache_is_bounded() -> None:
    """Beyond its capacity, what was not used for longest goes."""
    cache, make = Cache(version="v2", capacity=2), Maker([1])
    for key in ("a", "b", "a", "c", "a"):
        await ask(cache, make, key=key)
    assert (len(cache), make.times) == (2, 3)


async def test_a_forgotten_tag_is_made_anew() -> None:
    """Its values go; those of other tags stay."""
    cache, make, other = Cache(version="v2"), Maker([1]), Maker([9])
    await ask(cache, make)
    await cache.get("o", other, type=NUMBERS, seconds=60, tags=["others"])
    make.value = [2]
    await cache.forget("numbers")
    assert await ask(cache, make) == [2]
    await cache.get("o", other, type=NUMBERS, seconds=60, tags=["others"])
    assert other.times == 1


async def test_what_is_forgotten_while_it_is_made_is_not_kept(two: tuple[Cache, Cache]) -> None:
    """A value made from older facts is given to those who waited, and to nobody after."""
    here, there = two
    make = Maker([1])
    make.may.clear()
    first = asyncio.create_task(ask(here, make))
    await make.began.wait()
    await there.forget("numbers")
    await here.forget("numbers")
    make.may.set()
    assert await first == [1]
    fresh = Maker([2])
    assert await ask(here, fresh) == [2]
    assert await ask(there, fresh) == [2]


async def test_replicas_share_what_one_made(two: tuple[Cache, Cache]) -> None:
    """The second replica finds it in Redis."""
    make = Maker([1])
    assert [await ask(cache, make) for cache in two] == [[1], [1]]
    assert make.times == 1


@pytest.mark.parametrize("noise", ["", "no JSON", "5", "[[]]"])
async def test_forgetting_reaches_every_replica(two: tuple[Cache, Cache], noise: str) -> None:
    """Within a second, although the other one holds the value in its own memory, and whatever else
    is said where they tell each other."""
    here, there = two
    assert here._shared is not None
    await here._shared.redis.publish(here._channel, noise)
    make = Maker([1])
    await ask(here, make)
    await ask(there, make)
    make.value = [2]
    await here.forget("numbers")
    async with asyncio.timeout(1):
        while await ask(there, make) != [2]:  # noqa: ASYNC110 - what is awaited is elsewhere
            await asyncio.sleep(0.01)


async def test_versions_do_not_read_each_other(redis_url: str) -> None:
    """A value of one contract's version is none of another's."""
    prefix = uuid4().hex
    make = Maker([1])
    async with replica(redis_url, prefix, "v1") as one, replica(redis_url, prefix, "v2") as two:
        await ask(one, make)
        await ask(two, make)
    assert make.times == 2


@pytest.mark.parametrize(
    "found", [b"\x80\x04N.", b"{}", b"[]", b'{"tokens": [""], "until": 9e9, "value": "{}"}']
)
async def test_what_is_unreadable_is_made_anew(redis_url: str, found: bytes) -> None:
    """Pickles, nonsense and values of another type are never believed."""
    prefix = uuid4().hex
    async with replica(redis_url, prefix) as cache:
        assert cache._shared is not None
        await cache._shared.redis.set(f"{prefix}:cache:v2:k", found)
        assert await ask(cache, Maker([1])) == [1]


async def test_without_redis_it_works_alone() -> None:
    """What it cannot hear being forgotten, it holds for no longer than a second."""
    async with (
        Shared("redis://127.0.0.1:1/0", prefix="x") as shared,
        Cache(version="v2", shared=shared) as cache,
    ):
        make = Maker([1])
        for _ in range(3):
            assert await ask(cache, make) == [1]
        assert make.times == 1
        await asyncio.sleep(1.1)
        await ask(cache, make)
        assert make.times == 2
        await cache.forget("numbers")
        await ask(cache, make)
        assert make.times == 3


async def test_what_redis_missed_it_is_told_later() -> None:
    """A tag forgotten while Redis was away is forgotten in Redis before it is read again."""
    with running_redis() as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        async with replica(url, "x") as here:
            await ask(here, Maker([1]))
            assert here._shared is not None
            stored = await here._shared.redis.get("x:cache:v2:k")
    async with (
        Shared(url, prefix="x", timeout=PATIENT, pause=0.05) as shared,
        Cache(version="v2", shared=shared) as cache,
    ):
        await cache.forget("numbers")
        with running_redis(port):
            await hearing(cache)
            assert stored is not None
            await shared.redis.set("x:cache:v2:k", stored)
            await asyncio.sleep(0.06)
            assert await ask(cache, Maker([2])) == [2]
