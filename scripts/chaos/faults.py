"""Kinds of faults, and a seeded schedule of them."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.chaos.city import GOOD_DAY, City
from scripts.rig.store import Replica

_IN_FLIGHT_WAIT = 10.0
_BAD_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that was made: which kind, whom, when (seconds from the start), and how many sagas
    were under way where it struck, or how many of their calls it met."""

    kind: str
    whom: str
    at: float
    in_flight: int


@dataclass(slots=True)
class Chaos:
    """Makes faults in a city, one after the other, by `chance`."""

    city: City
    chance: random.Random
    struck: list[Struck] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def reign(self, seconds: float, kinds: Sequence[str], *, pause: float) -> None:
        """Faults of all `kinds` in turn, each round shuffled, `pause` seconds apart."""
        rounds = self._rounds(kinds)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await self.make(next(rounds))
            await asyncio.sleep(min(pause, max(0, until - time.monotonic())))

    def _rounds(self, kinds: Sequence[str]) -> Iterator[str]:
        while True:
            yield from self.chance.sample(kinds, len(kinds))

    async def make(self, kind: str) -> None:
        """One fault, from its beginning to when all is mended."""
        at = time.monotonic() - self.began
        if kind in _BY_SERVICES:
            whom = self.chance.choice(_SERVICES)
            in_flight = await self._misbehave(whom, _BY_SERVICES[kind])
        else:
            whom, in_flight = await _KINDS[kind](self)
        self.struck.append(Struck(kind, whom, round(at, 1), in_flight))

    def hits(self) -> Counter[str]:
        """How often each kind struck while a saga was under way."""
        return Counter(each.kind for each in self.struck if each.in_flight)

    async def _busy(self) -> tuple[Replica, int]:
        """A replica that carries sagas out at this moment, and how many."""
        give_up = time.monotonic() + _IN_FLIGHT_WAIT
        while True:
            replica = self.chance.choice(self.city.balancer.ready or self.city.replicas)
            running = await asyncio.to_thread(replica.sagas_running)
            if running or time.monotonic() > give_up:
                return replica, running

    async def kill_replica(self) -> tuple[str, int]:
        replica, running = await self._busy()
        replica.send(signal.SIGKILL)
        await asyncio.sleep(self.chance.uniform(1, 4))
        await self._back(replica)
        return replica.name, running

    async def freeze_replica(self) -> tuple[str, int]:
        """For longer than its lease: others take over what it has, and then it wakes up."""
        replica, running = await self._busy()
        replica.send(signal.SIGSTOP)
        await asyncio.sleep(self.chance.uniform(6, 10))
        replica.send(signal.SIGCONT)
        return replica.name, running

    async def restart_replica(self) -> tuple[str, int]:
        replica, running = await self._busy()
        await self._restarted(replica)
        return replica.name, running

    async def restart_postgresql(self) -> tuple[str, int]:
        _, running = await self._busy()
        await asyncio.to_thread(self.city.postgresql.stop)
        await asyncio.sleep(self.chance.uniform(0.5, 2))
        self.city.postgresql.start()
        await asyncio.to_thread(self.city.postgresql.wait_ready)
        return "postgresql", running

    async def freeze_postgresql(self) -> tuple[str, int]:
        _, running = await self._busy()
        self.city.postgresql.freeze()
        await asyncio.sleep(self.chance.uniform(2, 4))
        self.city.postgresql.thaw()
        return "postgresql", running

    async def kill_redis(self) -> tuple[str, int]:
        _, running = await self._busy()
        self.city.redis.kill()
        await asyncio.sleep(self.chance.uniform(2, 5))
        self.city.redis.start()
        await asyncio.to_thread(self.city.redis.wait_ready)
        return "redis", running

    async def kill_service(self) -> tuple[str, int]:
        _, running = await self._busy()
        service = self.chance.choice(_SERVICES)
        process = self.city.fakes.processes[service]
        process.send(signal.SIGKILL)
        await asyncio.sleep(self.chance.uniform(1, 3))
        process.start()
        await asyncio.to_thread(process.wait_ready)
        await asyncio.to_thread(self.city.fakes.tell, service, GOOD_DAY)
        return service, running

    async def _misbehave(self, service: str, fault: Mapping[str, Any]) -> int:
        await asyncio.to_thread(self.city.fakes.tell, service, [*GOOD_DAY, fault])
        await asyncio.sleep(_BAD_SECONDS)
        told = await asyncio.to_thread(self.city.fakes.told, service)
        await asyncio.to_thread(self.city.fakes.tell, service, GOOD_DAY)
        return int(told["faults"][-1]["hits"])

    async def _restarted(self, replica: Replica) -> None:
        replica.send(signal.SIGTERM)
        await asyncio.to_thread(replica.wait_dead, 45)
        await self._back(replica)

    async def rolling_restart(self) -> None:
        """All replicas, one after the other."""
        for replica in self.city.replicas:
            await self._restarted(replica)

    async def _back(self, replica: Replica) -> None:
        await asyncio.to_thread(replica.wait_dead, 10)
        replica.start()
        await self.city.balancer.all_ready()


_KINDS: Mapping[str, Callable[[Chaos], Awaitable[tuple[str, int]]]] = {
    "kill a replica": Chaos.kill_replica,
    "freeze a replica": Chaos.freeze_replica,
    "restart a replica": Chaos.restart_replica,
    "restart PostgreSQL": Chaos.restart_postgresql,
    "freeze PostgreSQL": Chaos.freeze_postgresql,
    "kill Redis": Chaos.kill_redis,
    "kill a service": Chaos.kill_service,
}
_BY_SERVICES: Mapping[str, Mapping[str, Any]] = {
    "a service hangs": {"kind": "hang"},
    "a service is slow": {"kind": "slow", "seconds": {"distribution": "exponential", "mean": 1.0}},
    "a service fails": {"kind": "fail", "rate": 0.5},
    "a service limits": {"kind": "limit", "rate": 0.5, "retry_after": 1},
    "a service resets": {"kind": "reset", "rate": 0.5},
    "a service talks garbage": {"kind": "garbage", "rate": 0.3},
    "a service loses answers": {"kind": "lose", "rate": 0.4},
}
KINDS = (*_KINDS, *_BY_SERVICES)
_SERVICES = ("customers", "pricing", "inventory", "payments", "shipping")
