"""Two quieter trials: a rolling restart under load, and a service that hangs."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from dataclasses import dataclass, field

import httpx

from scripts.chaos.city import GOOD_DAY, City
from scripts.chaos.faults import Chaos
from scripts.chaos.shoppers import Shoppers

_EVERY = 0.05
_MARGIN_S = 0.5


@dataclass(slots=True)
class Readers:
    """People who read an item every 50 ms: how long it took each (seconds), and what failed."""

    url: str
    token: str
    item_id: str
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    async def read(self, stop: asyncio.Event) -> None:
        headers = {"authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=10) as client:
            while not stop.is_set():
                began = time.monotonic()
                try:
                    reply = await client.get(f"/v2/items/{self.item_id}")
                    if reply.status_code != 200:
                        self.failed.append(f"{reply.status_code}")
                except httpx.HTTPError as error:
                    self.failed.append(repr(error))
                taken = time.monotonic() - began
                self.seconds.append(taken)
                await asyncio.sleep(max(0, _EVERY - taken))

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a rolling restart cost: requests, and those that failed."""

    requests: int
    failed: list[str]


async def rolling_restart(city: City, *, rate: float, chance: random.Random) -> Rolled:
    """All replicas are restarted, one after the other, under load."""
    stop = asyncio.Event()
    readers = Readers(city.url, city.token, city.item_id)
    shoppers = Shoppers(city.url, city.token, city.item_id, rate=rate, chance=chance)
    reading = asyncio.create_task(readers.read(stop))
    coming = asyncio.create_task(shoppers.come(lambda: not stop.is_set()))
    await asyncio.sleep(1)
    await Chaos(city, chance).rolling_restart()
    stop.set()
    await asyncio.gather(reading, coming)
    await shoppers.leave()
    answers = [
        answer
        for wish in shoppers.wishes
        for answer in wish.answers
        # A request that is asked again while the first is under way is answered so.
        if not answer[:3].isdigit() or answer.startswith("5")
    ]
    total = len(readers.seconds) + sum(1 + len(wish.answers) for wish in shoppers.wishes)
    return Rolled(total, readers.failed + answers)


@dataclass(frozen=True, slots=True)
class Hung:
    """What a service that hangs did. Times are in seconds: the slowest answer above its deadline,
    and the 99th percentile of reading items, undisturbed and meanwhile. `attempts` and `calls` are
    those to that service during the outage."""

    late: float
    undisturbed_p99: float
    p99: float
    failed_reads: int
    opened: bool
    closed: bool
    calls: int
    attempts: int


async def hanging_service(
    city: City, *, seconds: float, rate: float, chance: random.Random
) -> Hung:
    """The payments service hangs for so many seconds; orders go on being placed meanwhile."""
    quiet = await _measured(city, seconds, rate, chance)
    before = await _counted(city)
    await asyncio.to_thread(city.fakes.tell, "payments", [*GOOD_DAY, {"kind": "hang"}])
    bad = await _measured(city, seconds, rate, chance)
    opened = await _breaker(city) > 0
    after = await _counted(city)
    await asyncio.to_thread(city.fakes.tell, "payments", GOOD_DAY)
    closed = await _closes(city, chance)
    return Hung(
        late=max(bad.late, 0.0),
        undisturbed_p99=quiet.readers.p99,
        p99=bad.readers.p99,
        failed_reads=len(bad.readers.failed),
        opened=opened,
        closed=closed,
        calls=after[0] - before[0],
        attempts=after[1] - before[1],
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    readers: Readers
    late: float


async def _measured(city: City, seconds: float, rate: float, chance: random.Random) -> _Measured:
    stop = asyncio.Event()
    readers = Readers(city.url, city.token, city.item_id)
    placing = asyncio.create_task(_place(city, stop, rate, chance))
    reading = asyncio.create_task(readers.read(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await reading
    return _Measured(readers, await placing)


async def _place(city: City, stop: asyncio.Event, rate: float, chance: random.Random) -> float:
    """Orders with a deadline of 3 s each; the seconds that the latest answer was late."""
    headers = {"authorization": f"Bearer {city.token}", "x-request-deadline-ms": "3000"}
    late = [0.0]

    async def place(client: httpx.AsyncClient) -> None:
        key = f"{chance.getrandbits(128):032x}"
        wish = Shoppers.body_of(key, city.item_id)
        began = time.monotonic()
        await client.post("/v2/orders", json=wish, headers={"idempotency-key": key})
        late.append(time.monotonic() - began - 3.0)

    async with (
        httpx.AsyncClient(base_url=city.url, headers=headers, timeout=20) as client,
        asyncio.TaskGroup() as group,
    ):
        while not stop.is_set():
            group.create_task(place(client))
            await asyncio.sleep(1 / rate)
    return max(late)


async def _closes(city: City, chance: random.Random) -> bool:
    """Whether the breaker closes again, with orders that try."""
    for _ in range(40):
        await _measured(city, 1, 4, chance)
        if await _breaker(city) == 0:
            return True
    return False


async def _breaker(city: City) -> float:
    """The worst state of the payments' breaker: 0 where all are closed."""
    return max(await _samples(city, 'downstream_breaker_state{service="payments"'))


async def _counted(city: City) -> tuple[int, int]:
    calls = await _samples(city, "downstream_calls_total{", 'service="payments"')
    attempts = await _samples(city, "downstream_attempts_total{", 'service="payments"')
    return int(sum(calls)), int(sum(attempts))


async def _samples(city: City, *parts: str) -> list[float]:
    found = [0.0]
    async with httpx.AsyncClient(timeout=5) as client:
        for replica in city.replicas:
            text = (await client.get(f"{replica.url}/metrics")).text
            found += [
                float(line.rsplit(" ", 1)[1])
                for line in text.splitlines()
                if all(part in line for part in parts)
            ]
    return found
